import assert from "node:assert/strict";
import { Normal } from "../../lib/distributions/mod.ts";
import {
  adam,
  type NonFiniteError,
  type Optimiser,
  SVI,
  type SVIState,
  TraceELBO,
} from "../../lib/infer/mod.ts";
import { param, sample } from "../../lib/ppl/mod.ts";
import { context } from "../../lib/tensorflow/context.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { isAbsent } from "../compile/engines.ts";
import { close, conjugate, data, normalGuide } from "./models.ts";

const test = (name: string, fn: () => Promise<void>) => Deno.test(name, { ignore: isAbsent("xla") }, fn);
const make = (engine: "xla" | "js") =>
  new SVI(conjugate, normalGuide, adam({ lr: 0.05 }), new TraceELBO(), { engine });

for (const [name, args] of [["one data set", [data]], ["a stream", () => [data]]] as const) {
  test(`training on ${name} is the same with XLA, whose state stays where it runs, as in JavaScript`, async () => {
    const svi = make("xla"), same = make("js");
    await svi.run(random.key(1), 3, args as [Tensor]);
    const before = context().handles.size;
    const first = await svi.run(random.key(1), 200, args as [Tensor]);
    const expected = await same.run(random.key(1), 200, args as [Tensor]);
    first.losses.forEach((loss, i) => close(loss, expected.losses[i], 1e-3, `loss ${i}`));
    for (const name of ["loc", "scale"]) {
      close(first.state.params[name].data[0], expected.state.params[name].data[0], 1e-4, name);
    }
    // A state that was returned is the caller's: it does not change as training goes on.
    const kept = structuredClone(first.state.params);
    const second = await svi.run(random.key(1), 50, args as [Tensor], { state: first.state });
    assert.deepEqual(structuredClone(first.state.params), kept);
    assert.equal(second.state.step, 250);
    assert.ok(context().handles.size <= before, "no tensor is left");
    await svi.release();
    await same.release();
  });
}

for (const stream of [false, true]) {
  test(`a loss that is not finite keeps the state before it with XLA${stream ? ", also on a stream" : ""}`, async () => {
    const walk: Optimiser = {
      init: () => ({}),
      update: (g, s, p) => [
        Object.fromEntries(Object.keys(p).map((n) => [n, p[n].sub(g[n].sign().mul(0).add(0.1))])),
        s,
      ],
    };
    const model = () => {
      const s = param("s", tf.scalar(1.05));
      sample("x", new Normal(0, s, { validate: false }), { obs: 0.5 });
    };
    const svi = new SVI(model, () => {}, walk, new TraceELBO(), { engine: "xla" });
    const run = svi.run(random.key(0), 100, stream ? () => [] : [], stream ? {} : { chunk: 20 });
    await assert.rejects(run, (error: NonFiniteError) => {
      const state = error.state as SVIState;
      assert.deepEqual([error.step, state.step], [11, 11]);
      close(state.params.s.data[0], -0.05, 1e-4);
      return true;
    });
    await svi.release();
  });
}
