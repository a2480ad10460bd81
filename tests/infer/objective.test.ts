import assert from "node:assert/strict";
import { compile, valueAndGrad } from "../../lib/compile/mod.ts";
import { constraints, Normal } from "../../lib/distributions/mod.ts";
import { adam, AutoNormal, clipByGlobalNorm, Objective, sgd, SVI, TraceELBO } from "../../lib/infer/mod.ts";
import { transformGradients } from "../../lib/infer/mod.ts";
import { param, sample } from "../../lib/ppl/mod.ts";
import { isTensor, type Key, mapTree, random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { present } from "../compile/engines.ts";
import { close, conjugate, data, item, normalGuide } from "./models.ts";

type Params = Record<string, Tensor>;

Deno.test("a loop of one's own over an Objective gives the numbers of SVI.run, in every engine", async () => {
  for (const engine of [...present, "tfjs"] as const) {
    const optimiser = adam({ lr: 0.1 }), objective = new Objective(conjugate, normalGuide);
    const svi = new SVI(conjugate, normalGuide, optimiser, new TraceELBO(), { engine });
    const step = compile((params: Params, state: unknown, key: Key, x: Tensor) => {
      const { value, grad } = valueAndGrad(objective.loss)(params, key, x);
      const [next, after] = optimiser.update(grad, state ?? optimiser.init(params), params);
      return { loss: value, params: next, state: after };
    }, { engine });
    const key = random.key(7), [, forSteps] = key.split(2), losses: number[] = [];
    let params: unknown = await objective.init(key, data), state: unknown = undefined;
    assert.deepEqual(params, (await svi.init(key, data)).params);
    for (let s = 0; s < 5; s++) {
      const after = await step.arrays(params, state, forSteps.foldIn(s), data);
      losses.push(after.loss.data[0]);
      [params, state] = [after.params, after.state];
    }
    const run = await svi.run(key, 5, [data], { progress: false });
    run.losses.forEach((loss, s) => close(losses[s], loss, 1e-4, `${engine}: loss ${s}`));
    for (const [name, { data: [expected] }] of Object.entries(run.state.params)) {
      close(
        (params as Record<string, { data: Float32Array }>)[name].data[0],
        expected,
        1e-5,
        `${engine}: ${name}`,
      );
    }
    await step.release();
    await svi.release();
  }
});

Deno.test("an Objective constrains parameters as SVI does, also where bounds depend on the arguments", async () => {
  const model = (top: Tensor) => {
    const p = param("p", tf.scalar(0.5), { constraint: constraints.interval(0, top) });
    sample("x", new Normal(p, 1), { obs: 1 });
  };
  const top = tf.scalar(3), objective = new Objective(model, () => {});
  const params = await objective.init(random.key(0), top);
  const { p } = objective.constrain(params, top);
  close(item(p), 0.5, 1e-6);
});

Deno.test("an Objective is differentiated eagerly too, with all digits in float64", async () => {
  const objective = new Objective(conjugate, new AutoNormal(conjugate)), at = { loc: 0.3, scale: -1 };
  const params = { mu_auto_loc: tf.scalar(at.loc), mu_auto_scale: tf.scalar(at.scale) };
  const eager = valueAndGrad(objective.loss)(params, random.key(1), data);
  const run = compile(
    (p: Params, key: Key, x: Tensor) => valueAndGrad(objective.loss)(p, key, x),
    { dtype: "float64" },
  );
  const exact = (value: number) => ({ data: Float64Array.of(value), shape: [] });
  const { grad } = await run.arrays(
    { mu_auto_loc: exact(at.loc), mu_auto_scale: exact(at.scale) },
    random.key(1),
    data,
  );
  const loss = async (loc: number) =>
    (await run.arrays({ mu_auto_loc: exact(loc), mu_auto_scale: exact(at.scale) }, random.key(1), data)).value
      .data[0];
  const difference = (await loss(at.loc + 1e-5) - await loss(at.loc - 1e-5)) / 2e-5;
  close(grad.mu_auto_loc.data[0], difference, 1e-6);
  close(item(eager.grad.mu_auto_loc), difference, 1e-3);
  await run.release();
});

Deno.test("an Objective says which parameter is missing, and which is none", () => {
  const objective = new Objective(conjugate, normalGuide), loc = tf.scalar(0), scale = tf.scalar(0);
  assert.throws(
    () => objective.loss({ loc }, random.key(0), data),
    /Cannot compute the loss: parameter "scale" has no value; there are loc/,
  );
  assert.throws(
    () => objective.loss({ loc, scale, lock: loc }, random.key(0), data),
    new Error('Cannot compute the loss: "lock" is no parameter of model or guide; there are loc, scale'),
  );
  const bad = [[3, normalGuide], [conjugate, undefined], [conjugate, normalGuide, {}]];
  const why = ["the model is number", "the guide is undefined", "the loss must be a function"];
  bad.forEach((args, i) =>
    assert.throws(
      () => new Objective(...args as ConstructorParameters<typeof Objective>),
      new RegExp(`^Error: Cannot make Objective: ${why[i]}`),
    )
  );
});

Deno.test("transformGradients() sees gradients before the update, within and around other optimisers", async () => {
  const halved = (grads: unknown) => mapTree(grads, isTensor, (g: Tensor) => g.mul(0.5));
  const run = async (optimiser: ReturnType<typeof sgd>) => {
    const svi = new SVI(conjugate, normalGuide, optimiser, new TraceELBO());
    const { state } = await svi.run(random.key(0), 3, [data], { progress: false });
    await svi.release();
    return state.params;
  };
  const expected = await run(sgd({ lr: 0.01 }));
  assert.deepEqual(await run(transformGradients(halved, sgd({ lr: 0.02 }))), expected);
  const within = await run(clipByGlobalNorm(1e6, transformGradients(halved, sgd({ lr: 0.02 }))));
  for (const name of ["loc", "scale"]) close(within[name].data[0], expected[name].data[0], 1e-5, name);
  assert.equal(transformGradients(halved, sgd({ lr: 1 })).name, "transformGradients(sgd)");
});
