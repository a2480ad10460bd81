import { compile, type CompileOptions, vmap } from "@pyrosaur/pyrosaur/compile";
import { rollingOrigins } from "@pyrosaur/pyrosaur/data";
import {
  linearPosterior,
  linearPredictive,
  type LinearPriorOptions,
  withIntercept,
} from "@pyrosaur/pyrosaur/models";
import { type HostArray, type Key, type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";
import { drawnScores, normalScores, type Scored } from "./scores.ts";
import { arraysOf, part, type Rows, type Split } from "./rows.ts";
import type { FinanceConfig, Method, NetworkName } from "./settings.ts";

/** The name of a forecast in closed form. */
export type LinearName = Exclude<Method, NetworkName>;

type Named = Record<string, Tensor>;

/** The result of one regression on a test. */
type Predicted = { loc: Tensor; draws: Tensor; logDensity: Tensor };

/** A regression on an intercept and on inputs, of which these have a precision. */
function penalised(x: Tensor, y: Tensor, penalty: Tensor): ReturnType<typeof linearPosterior> {
  const precision = tf.concat([tf.zeros([1]), penalty.add(tf.zeros([x.shape[1]]))], 0);
  return linearPosterior(withIntercept(x), y, { precision });
}

/**
 * A penalty too small to be seen, in place of none: of inputs that depend on each other, as opening
 * prices that are the closes before them, least squares then takes the smallest coefficients.
 */
const NONE = 1e-12;

/** The summed squared errors of ridge regression on a test, for each penalty. */
const errorsOf = (train: Named, test: Named, penalties: Tensor): Tensor =>
  vmap((penalty: Tensor) =>
    linearPredictive(penalised(train.x, train.y, penalty), withIntercept(test.x)).loc.sub(test.y).square()
      .sum()
  )(penalties);

/** The log evidence of each penalty as the precision of a prior. */
const evidenceOf = (train: Named, penalties: Tensor): Tensor =>
  vmap((penalty: Tensor) => penalised(train.x, train.y, penalty).logEvidence)(penalties);

/** The forecasts of all regressions, by name. */
function forecastsOf(
  draws: number,
  train: Named,
  test: Named,
  precision: Named,
  key: Key,
): Record<Exclude<LinearName, "zero">, Predicted> {
  const keys = key.split(5), inputs = train.x.shape[1];
  const on = (i: number, posterior: ReturnType<typeof linearPosterior>, x: Tensor): Predicted => {
    const predictive = linearPredictive(posterior, x);
    return {
      loc: predictive.loc,
      draws: predictive.sample(keys[i], [draws]),
      logDensity: predictive.logProb(test.y),
    };
  };
  const ones = (y: Tensor) => tf.onesLike(y).expandDims(1), x = withIntercept(test.x);
  const full = (prior: LinearPriorOptions) => linearPosterior(withIntercept(train.x), train.y, prior);
  const mean = linearPosterior(ones(train.y), train.y, { precision: 0, concentration: -0.5 });
  return {
    mean: on(0, mean, ones(test.y)),
    least_squares: on(1, full({ precision: NONE, concentration: -(inputs + 1) / 2 }), x),
    ridge: on(2, penalised(train.x, train.y, precision.ridge), x),
    blr: on(3, full({ precision: precision.blr }), x),
    blr_evidence: on(4, penalised(train.x, train.y, precision.blr_evidence), x),
  };
}

/** The precisions that were chosen on the rows of a fit. */
export type Precisions = Readonly<Record<"ridge" | "blr" | "blr_evidence", number>>;

const host = (values: readonly number[], shape = [values.length]): HostArray => ({
  data: Float64Array.from(values),
  shape,
});

const largest = (values: ArrayLike<number>): number =>
  Array.prototype.indexOf.call(values, Math.max(...Array.from(values)));

/** Forecasts in closed form, compiled once for all splits, in float64. */
export class LinearForecasts {
  readonly #config: FinanceConfig;
  readonly #forecasts;
  readonly #errors;
  readonly #evidence;

  /** Prepares the programs. */
  constructor(config: FinanceConfig, given: CompileOptions) {
    const options: CompileOptions = { ...given, dtype: "float64", threads: 1 };
    this.#config = config;
    const forecasts = (train: Named, test: Named, precision: Named, key: Key) =>
      forecastsOf(config.draws, train, test, precision, key);
    this.#forecasts = compile(forecasts, options);
    this.#errors = compile(errorsOf, options);
    this.#evidence = compile(evidenceOf, options);
  }

  /**
   * Returns the penalty of the least squared error on the last parts of the rows, each forecast
   * from those before it.
   */
  async #penalty(rows: Rows): Promise<number> {
    const { penalties, validations, test } = this.#config, errors = new Float64Array(penalties.length);
    const train = rows.count - validations * test;
    for (const origin of rollingOrigins(rows.count, { train, test, origins: validations })) {
      const found: HostArray = await this.#errors.arrays(
        arraysOf(part(rows, origin.train)),
        arraysOf(part(rows, origin.test)),
        host(penalties),
      );
      found.data.forEach((error, i) => errors[i] -= error);
    }
    return penalties[largest(errors)];
  }

  /** Chooses the precisions from the rows of a fit alone. */
  async precisions(train: Rows): Promise<Precisions> {
    const { penalties } = this.#config;
    const evidence: HostArray = await this.#evidence.arrays(arraysOf(train), host(penalties));
    return {
      ridge: await this.#penalty(train),
      // N(0, noise variance / precision) is then the N(0, 1) of the text.
      blr: train.y.reduce((sum, y) => sum + y * y, 0) / train.count,
      blr_evidence: penalties[largest(evidence.data)],
    };
  }

  /** Forecasts the test of a split from its fit, and scores the forecasts. */
  async scored({ train, test }: Split, key: Key): Promise<Readonly<Record<LinearName, Scored>>> {
    const precisions = await this.precisions(train);
    const scalars = Object.fromEntries(Object.entries(precisions).map(([name, p]) => [name, host([p], [])]));
    const found: Record<Exclude<LinearName, "zero">, Record<keyof Predicted, HostArray>> = await this
      .#forecasts.arrays(arraysOf(train), arraysOf(test), scalars, key);
    const scored = Object.entries(found).map(([name, { loc, draws, logDensity }]) => {
      const means = Float64Array.from(loc.data);
      return [name, drawnScores({ means, draws: draws.data, logDensities: logDensity.data }, test.y)];
    });
    // The size of a change about 0, as it was in the past.
    const zero = normalScores(test.y.map(() => 0), Math.sqrt(precisions.blr), test.y);
    return { zero, ...Object.fromEntries(scored) };
  }

  /** Frees the programs. */
  async release(): Promise<void> {
    await this.#forecasts.release();
    await this.#errors.release();
    await this.#evidence.release();
  }
}
