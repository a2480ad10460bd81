import { compile, type Compiled, type CompileOptions, vmap } from "@pyrosaur/pyrosaur/compile";
import {
  adam,
  AutoNormal,
  cosineDecay,
  SVIEnsemble,
  TraceELBO,
  TraceMeanFieldELBO,
} from "@pyrosaur/pyrosaur/infer";
import { type NetworkRegression, networkRegression } from "@pyrosaur/pyrosaur/models";
import { mlp, xavierUniform, zeros } from "@pyrosaur/pyrosaur/nn";
import { replay, seed, substitute, trace } from "@pyrosaur/pyrosaur/ppl";
import { type HostArray, type Key, type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";
import { arraysOf, type Split } from "./rows.ts";
import { drawnScores, normalScores, type Scored } from "./scores.ts";
import { type FinanceConfig, type NetworkName, networks } from "./settings.ts";

type Named = Record<string, Tensor>;

/** The outgoing weights of the hidden layer of one member. */
export interface LastLayer {
  /** The weights, or the means of their posteriors. */
  readonly loc: Float64Array;
  /** The standard deviations of their posteriors, of a Bayesian network. */
  readonly scale?: Float64Array;
}

/** The test of one member. */
export interface MemberResult extends Scored {
  /** Its last layer. */
  readonly last: LastLayer;
}

/** A network as the text has it, with one output: 49-25-1. */
function regressionOf(
  name: NetworkName,
  inputs: number,
  { hidden, batch }: FinanceConfig,
): NetworkRegression {
  const { activation, isBayesian, noise } = networks[name];
  // The first values are those of Keras, in which the text trains its plain network.
  const net = mlp([inputs, hidden, 1], { activation, weightInit: xavierUniform, biasInit: zeros });
  return networkRegression(net, {
    ...(!isBayesian && { batchSize: batch }),
    ...(noise !== null && { noise }),
  });
}

/** The predictive distribution of one Bayesian member: [draws, days] each, and means [days]. */
function drawnBy(
  { model }: NetworkRegression,
  guide: AutoNormal,
  draws: number,
): (params: Named, key: Key, x: Tensor, y: Tensor, fit: Tensor) => Named {
  return (params, key, x, y) => {
    const one = (own: Key) => {
      const [forGuide, forModel] = own.split(2);
      const drawn = trace(seed(substitute(guide, { data: params }), forGuide)).get(x);
      const { distribution, value } = trace(seed(replay(model, { trace: drawn }), forModel)).get(x)
        .sampleSite("y");
      return { mean: distribution.mean, draws: value, logDensities: distribution.logProb(y) };
    };
    const { mean, ...each } = vmap(one, { size: draws })(key);
    return { means: mean.mean(0), ...each };
  };
}

/** The means of one plain member, at the inputs of the test and at those of the fit. */
function meansBy(
  { likelihood }: NetworkRegression,
): (params: Named, key: Key, x: Tensor, y: Tensor, fit: Tensor) => Named {
  return (params, key, x, _y, fit) => {
    const at = (inputs: Tensor) =>
      trace(seed(substitute(likelihood, { data: params }), key)).get(inputs).sampleSite("y").distribution
        .mean;
    return { test: at(x), fit: at(fit) };
  };
}

/** Returns the part of one member of an array with the members first. */
const memberOf = ({ data, shape }: HostArray, member: number): Float64Array => {
  const size = data.length / shape[0];
  return Float64Array.from(data.subarray(member * size, (member + 1) * size));
};

/** A network that is trained with several seeds side by side, compiled once for all splits. */
export class NetworkForecasts {
  readonly #name: NetworkName;
  readonly #config: FinanceConfig;
  readonly #members: number;
  readonly #steps: number;
  readonly #ensemble: SVIEnsemble;
  readonly #predict: Compiled<(...args: any[]) => Named>;

  /** Prepares the programs. */
  constructor(
    name: NetworkName,
    inputs: number,
    members: number,
    config: FinanceConfig,
    given: CompileOptions,
  ) {
    const { isBayesian } = networks[name], options: CompileOptions = { ...given, threads: 1 };
    const { train, batch, epochs, bayesianSteps, bayesianLearningRate: init, draws } = config;
    const regression = regressionOf(name, inputs, config), guide = new AutoNormal(regression.model);
    this.#name = name;
    this.#config = config;
    this.#members = members;
    this.#steps = isBayesian ? bayesianSteps : epochs * Math.ceil(train / batch);
    const lr = isBayesian ? cosineDecay({ init, steps: bayesianSteps }) : config.learningRate;
    this.#ensemble = isBayesian
      ? new SVIEnsemble(regression.model, guide, adam({ lr }), new TraceMeanFieldELBO(), {
        ...options,
        members,
      })
      : new SVIEnsemble(regression.likelihood, () => {}, adam({ lr }), new TraceELBO(), {
        ...options,
        members,
      });
    const member = isBayesian ? drawnBy(regression, guide, draws) : meansBy(regression);
    const predict = (params: Named, key: Key, x: Tensor, y: Tensor, fit: Tensor): Named =>
      vmap(member, { inAxes: [0, 0, null, null, null] })(params, key, x, y, fit);
    this.#predict = compile(predict, options);
  }

  /**
   * Trains all members on the fit of a split, and tests them.
   *
   * Throws (rejects) where a member diverges.
   */
  async scored({ name, train, test }: Split, key: Key): Promise<MemberResult[]> {
    const fit = arraysOf(train), { x, y } = arraysOf(test), [forTraining, forTest] = key.split(2);
    const result = await this.#ensemble.run(forTraining, this.#steps, [fit.x, fit.y], { progress: false });
    const [failed] = result.diverged;
    if (failed) throw new Error(`${this.#name} diverged on the split ${name} at step ${failed.step}`);
    const found: Record<string, HostArray> = await this.#predict.arrays(result.params, forTest, x, y, fit.x);
    const results = Array.from({ length: this.#members }, (_, member) => {
      const own = Object.fromEntries(Object.entries(found).map(([key, all]) => [key, memberOf(all, member)]));
      return { ...this.#scoredMember(own, train.y, test.y), last: this.#last(result.params, member) };
    });
    tf.dispose(result.params);
    return results;
  }

  #scoredMember(own: Record<string, Float64Array>, fitted: Float64Array, y: Float64Array): Scored {
    const { means, draws, logDensities, test, fit } = own;
    if (networks[this.#name].isBayesian) return drawnScores({ means, draws, logDensities }, y);
    // The plain network says nothing of its noise: it is taken to be as large as its errors were.
    const square = fit.reduce((sum, m, i) => sum + (fitted[i] - m) ** 2, 0) / fit.length;
    return normalScores(test, Math.sqrt(square), y);
  }

  #last(params: Named, member: number): LastLayer {
    const of = (name: string) =>
      memberOf({ data: params[name].dataSync() as Float32Array, shape: params[name].shape }, member);
    const weight = "net.layers[1].weight";
    return networks[this.#name].isBayesian
      ? { loc: of(`${weight}_auto_loc`), scale: of(`${weight}_auto_scale`) }
      : { loc: of(weight) };
  }

  /** Frees the programs. */
  async release(): Promise<void> {
    await this.#ensemble.release();
    await this.#predict.release();
  }
}
