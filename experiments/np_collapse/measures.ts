import { compile, type Compiled, type CompileOptions, vmap } from "@pyrosaur/pyrosaur/compile";
import { klDivergence, Normal } from "@pyrosaur/pyrosaur/distributions";
import type { SVIState } from "@pyrosaur/pyrosaur/infer";
import type { NeuralProcess, NeuralProcessLatent, NeuralProcessParams } from "@pyrosaur/pyrosaur/models";
import { module, substitute } from "@pyrosaur/pyrosaur/ppl";
import { type HostArray, type Key, random, type Tensor, tf, toTensor } from "@pyrosaur/pyrosaur/tensor";
import { functionThrough } from "./many_functions.ts";
import { column, contexts, GRID, X, Y } from "./system.ts";

type Named = Record<string, Tensor>;

/** The measures of each run, by name. */
export const MEASURES = ["sd_at_-4", "sd_at_3.9", "sigma_z", "kl", "error"] as const;

/** The name of a measure. */
export type Measure = typeof MEASURES[number];

/** Something for each measure. */
export const byMeasure = <T>(of: (name: Measure) => T): Record<Measure, T> =>
  Object.fromEntries(MEASURES.map((name) => [name, of(name)])) as Record<Measure, T>;

const data = () => ({
  x: toTensor(column(X)),
  y: toTensor(column(Y)),
  all: tf.fill([X.length], 1, "bool") as Tensor,
});

/** The network's parameters from their names. */
const parametersOf = (np: NeuralProcess, named: Named): NeuralProcessParams =>
  substitute(() => module("np", np.net)(), { data: named })();

const divergence = (q: NeuralProcessLatent, p: NeuralProcessLatent): Tensor =>
  klDivergence(new Normal(q.loc, q.scale), new Normal(p.loc, p.scale)).sum();

/** The expected divergence over contexts: exact, as there are 25. */
function divergenceOfContexts(np: NeuralProcess, params: NeuralProcessParams): Tensor {
  const { x, y, all } = data(), { known, probability } = contexts();
  const q = np.latent(params, x, y, all);
  const each = vmap((own: Tensor) => divergence(q, np.latent(params, x, y, own)))(toTensor(known));
  return each.mul(tf.tensor1d(probability)).sum();
}

/** The mean divergence over functions through the points. */
function divergenceOfFunctions(
  np: NeuralProcess,
  params: NeuralProcessParams,
  key: Key,
  draws: number,
): Tensor {
  const { x, y, all } = data(), p = np.latent(params, x, y, all);
  const one = (own: Key) => {
    const points = functionThrough(own, y);
    return divergence(np.latent(params, points.x, points.y, points.target), p);
  };
  return vmap(one, { size: draws })(key).mean();
}

/** Functions of one run, given all five points: [draws, places]. */
function functionsOf(
  np: NeuralProcess,
  params: NeuralProcessParams,
  key: Key,
  places: readonly number[],
  draws: number,
) {
  const { x, y, all } = data(), latent = np.latent(params, x, y, all);
  const z = random.normal(key, [draws, np.options.zDim]).mul(latent.scale).add(latent.loc) as Tensor;
  return { latent, values: np.decode(params, toTensor(column(places)), z).squeeze([2]) as Tensor };
}

/** Looks at many runs at once. */
export class Measures {
  readonly #measure: Compiled<(params: Named, key: Key) => Record<Measure, Tensor>>;
  readonly #draw: Compiled<(params: Named, key: Key) => Tensor>;

  /**
   * @param predictions draws of z that predictions are made of
   * @param shown draws of functions for figures
   */
  constructor(
    np: NeuralProcess,
    remedy: boolean,
    predictions: number,
    shown: number,
    options: CompileOptions,
  ) {
    const ofRun = (named: Named, key: Key): Record<Measure, Tensor> => {
      const params = parametersOf(np, named), [forFunctions, forDivergence] = key.split(2);
      const { latent, values } = functionsOf(
        np,
        params,
        forFunctions,
        [GRID[0], GRID.at(-1)!, ...X],
        predictions,
      );
      const mean = values.mean(0), sd = values.sub(mean).square().mean(0).sqrt();
      const atData = mean.slice([2], [X.length]).sub(toTensor(column(Y)).reshape([X.length]));
      return {
        "sd_at_-4": sd.slice([0], [1]).reshape([]),
        "sd_at_3.9": sd.slice([1], [1]).reshape([]),
        sigma_z: latent.scale.mean(),
        kl: remedy
          ? divergenceOfFunctions(np, params, forDivergence, predictions)
          : divergenceOfContexts(np, params),
        error: atData.square().mean().sqrt(),
      };
    };
    this.#measure = compile((params: Named, key: Key) => vmap(ofRun)(params, key), options);
    const draw = (named: Named, key: Key) =>
      functionsOf(np, parametersOf(np, named), key, GRID, shown).values;
    this.#draw = compile((params: Named, key: Key) => vmap(draw)(params, key), options);
  }

  /** The measures of each run. */
  async look(params: SVIState["params"], key: Key): Promise<Record<Measure, number[]>> {
    const found: Record<Measure, HostArray> = await this.#measure.arrays(params, key);
    return byMeasure((name) => Array.from(found[name].data));
  }

  /** Functions of each run on the grid: [runs, draws, places]. */
  async functions(params: SVIState["params"], key: Key): Promise<HostArray> {
    return await this.#draw.arrays(params, key);
  }

  /** Frees the programs. */
  async release(): Promise<void> {
    await this.#measure.release();
    await this.#draw.release();
  }
}
