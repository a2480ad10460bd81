import { compile, type Compiled, type Precision, valueAndGrad } from "../../lib/compile/mod.ts";
import { Bernoulli, Normal } from "../../lib/distributions/mod.ts";
import { Objective, RenyiELBO, TraceGraphELBO } from "../../lib/infer/mod.ts";
import { type BaselineOptions, param, plate, sample, scan, substitute } from "../../lib/ppl/mod.ts";
import { type HostArray, type Key, random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { array, type Arrays, type GoldenFile, type Named, type Outcome, relativeError } from "./reader.ts";

/** A Bernoulli distribution whose draw is given. */
class Given extends Bernoulli {
  constructor(private readonly from: Tensor, private readonly draw: Tensor) {
    super({ logits: from });
  }
  /** As of any draw, its value depends on the parameters: on earlier draws. */
  override sample(): Tensor {
    return this.draw.add(this.from.mul(0));
  }
}

/** A model, and its guide with given draws. */
interface System {
  model(draws: Tensor): void;
  guide(baseline: () => BaselineOptions | undefined): (draws: Tensor) => void;
}

const logitsOf = (): Tensor => param("logits", tf.zeros([3]));

const coins: System = {
  model() {
    const a = sample("a", new Bernoulli(0.4)), b = sample("b", new Bernoulli({ logits: a.mul(2).sub(1) }));
    const c = sample("c", new Bernoulli(0.7));
    sample("x", new Normal(b.mul(3), 1), { obs: 2.5 });
    sample("y", new Normal(c.mul(3), 1), { obs: 0.5 });
  },
  guide: (baseline) => (draws) => {
    const logits = tf.unstack(logitsOf()), [first, second, third] = tf.unstack(draws);
    const infer = { baseline: baseline() };
    const a = sample("a", new Given(logits[0], first), { infer });
    sample("b", new Given(logits[1].add(a), second), { infer });
    sample("c", new Given(logits[2], third), { infer });
  },
};

const chain: System = {
  model() {
    scan(
      (before: Tensor, x: Tensor): [Tensor, null] => {
        const z = sample("z", new Bernoulli({ logits: before.mul(2).sub(1) }));
        sample("x", new Normal(z.mul(2), 1), { obs: x });
        return [z, null];
      },
      tf.scalar(0) as Tensor,
      tf.tensor([2.5, 0.125, 1.75]) as Tensor,
    );
  },
  guide: () => (draws) => {
    const step = (before: Tensor, [logit, draw]: Tensor[]): [Tensor, null] => [
      sample("z", new Given(logit.add(before), draw)),
      null,
    ];
    scan(step, tf.scalar(0) as Tensor, [logitsOf(), draws]);
  },
};

const systems: Readonly<Record<string, System>> = { coins, chain };

const baselines: Readonly<Record<string, () => BaselineOptions | undefined>> = {
  none: () => undefined,
  network() {
    const weight = param("weight", tf.zeros([2]));
    return { nnBaseline: (x: Tensor) => x.mul(weight).sum(), nnBaselineInput: tf.tensor1d([1, 2]) };
  },
  average: () => ({ useDecayingAvgBaseline: true, baselineBeta: 0.7 }),
};

/** The loss of a case and its gradient, after steps in which only averages are updated. */
async function graphCase(
  given: any,
  logits: number[],
  dtype: Precision,
): Promise<{ value: HostArray; grad: Arrays }> {
  const { model, guide } = systems[given.system], draws = array(given.draws);
  const objective = new Objective(model, guide(baselines[given.baseline]), new TraceGraphELBO());
  const run: Compiled<any> = compile(valueAndGrad(objective.loss), { dtype });
  const params = await objective.init(random.key(0), draws);
  params.logits = array(logits);
  if ("weight" in params) params.weight = array([-1.5, 0.5]);
  for (let step = 1;; step++) {
    const result = await run.arrays(params, random.key(0), draws);
    if (step === given.steps) {
      await run.release();
      return result;
    }
    for (const name of Object.keys(params).filter((name) => name.startsWith("__baseline"))) {
      const [average] = params[name].data, [slope] = result.grad[name].data;
      params[name] = array(average - slope);
    }
  }
}

const line = (): void => {
  const mu = sample("mu", new Normal(0, 2));
  using _data = plate("data", 3);
  sample("x", new Normal(mu, 1), { obs: tf.tensor1d([1, 2, 4]) });
};
const normal = (): Tensor => sample("mu", new Normal(param("loc", 0), param("scale", 1)));

/** The bound at given noise, and its gradient by the location and the scale of the guide. */
async function renyiCase(given: any, dtype: Precision): Promise<{ value: HostArray; grad: Arrays }> {
  const { loss } = new RenyiELBO({
    alpha: given.alpha,
    numParticles: given.noise.length,
    vectorizeParticles: true,
  });
  const at = (p: Named, key: Key): Tensor => loss(key, line, substitute(normal, { data: p }), []);
  const compiled = compile((p: Named, key: Key) => valueAndGrad(at)(p, key), { dtype });
  const arrays = [array(given.loc), array(given.scale)];
  const program = await compiled.program({ loc: arrays[0], scale: arrays[1] }, random.key(0));
  const result = program.rebuild(await program.run(arrays, [], { noise: [array(given.noise)] }));
  await compiled.release();
  return result;
}

/** Compares a case of one element type with its loss and its derivatives by name. */
async function outcome(
  name: string,
  expected: Readonly<Record<string, number[]>>,
  loss: number,
  run: (dtype: Precision) => Promise<{ value: HostArray; grad: Arrays }>,
): Promise<Outcome> {
  const [float32, float64] = await Promise.all((["float32", "float64"] as const).map(async (dtype) => {
    const { value, grad } = await run(dtype);
    const errors = Object.entries(expected).map(([name, slopes]) => relativeError(grad[name].data, slopes));
    return Math.max(relativeError(value.data, [loss]), ...errors);
  }));
  return { case: name, float32, float64 };
}

/** `objectives_elbo.json`: Pyro's TraceGraph_ELBO at given draws, and RenyiELBO at given noise. */
export default async function* objectivesCases(file: GoldenFile): AsyncIterable<Outcome> {
  for (const given of file.cases) {
    const name = `${given.system} [${given.draws}], baseline ${given.baseline}`;
    const expected = { logits: given.grad, ...(given.weight && { weight: given.weight }) };
    yield await outcome(name, expected, given.loss, (dtype) => graphCase(given, file.logits, dtype));
  }
  for (const given of file.renyi) {
    const [loc, scale] = given.grad.map((slope: number) => [slope]);
    yield await outcome(
      `alpha ${given.alpha}`,
      { loc, scale },
      given.loss,
      (dtype) => renyiCase(given, dtype),
    );
  }
}
