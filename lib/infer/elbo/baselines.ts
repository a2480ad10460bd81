import { checkOptions, type OptionNames, shown } from "../../system/mod.ts";
import { activeTrace } from "../../compile/internals.ts";
import { isTracing, stopGradient } from "../../compile/mod.ts";
import { type AnyFunction, around, type BaselineOptions, param } from "../../ppl/mod.ts";
import type { SampleMessage, SampleSite } from "../../ppl/mod.ts";
import { constant, formatShape, isTensor, mapTree, sameShape, type Shape } from "../../tensor/mod.ts";
import { type Tensor, tf, tryBroadcastShapes } from "../../tensor/mod.ts";
import type { Optimiser } from "../optim/optimiser.ts";
import { perParameter } from "../optim/per_parameter.ts";
import { sgd } from "../optim/sgd.ts";
import { PARTICLES } from "./particles.ts";
import { atSite } from "./score.ts";

const optionNames: OptionNames<BaselineOptions> = {
  nnBaseline: true,
  nnBaselineInput: true,
  useDecayingAvgBaseline: true,
  baselineBeta: true,
  baselineValue: true,
};

/** The name of the average of a site's costs, as in Pyro, but for the site's name at its end. */
const AVERAGE = "__baseline_avg_downstream_cost_";

/** The weight of an average so far in the next one. */
const BETA = 0.9;

/** A baseline, and the loss that it learns by, which is 0 in value. */
interface Baseline {
  readonly value: Tensor;
  readonly loss: Tensor;
}

/** The baselines of one run of a guide. */
export class Baselines {
  readonly #averages = new Map<string, Tensor>();

  /** Returns a guide whose sites with a decaying average register that as a parameter. */
  watch<F extends AnyFunction>(guide: F): F {
    const sample = (message: SampleMessage) => this.#register(message);
    return around(guide, () => ({ label: "TraceGraphELBO", postprocess: { sample } }));
  }

  #register({ name, infer: { baseline }, isObserved, distribution, plates, scanned }: SampleMessage): void {
    if (!baseline || isObserved || distribution.hasRsample) return;
    checkBaseline(name, baseline, scanned !== undefined);
    if (!baseline.useDecayingAvgBaseline) return;
    // Particles are one average: those of a loop too see that of the step before.
    const { batchShape } = distribution, particles = plates.find((plate) => plate.name === PARTICLES);
    const shape = particles ? batchShape.with(particles.dim, 1) : batchShape;
    checkKnown(name, shape);
    this.#averages.set(name, param(`${AVERAGE}${name}`, () => tf.zeros([...shape])));
  }

  /** Returns the baseline of a site whose costs, in its batch shape, are given. */
  at({ name, infer: { baseline } }: SampleSite, cost: Tensor): Baseline | undefined {
    if (!baseline) return undefined;
    const { nnBaseline, nnBaselineInput, baselineValue, baselineBeta: beta = BETA } = baseline;
    const average = this.#averages.get(name), parts: Tensor[] = [], losses: Tensor[] = [];
    if (average) {
      const old = atSite(average, cost), gap = old.sub(cost).mul(constant(1 - beta));
      parts.push(stopGradient(old));
      losses.push(old.sub(stopGradient(old)).mul(stopGradient(gap)).sum());
    }
    const learnt = nnBaseline?.(mapTree(nnBaselineInput, isTensor, stopGradient)) ?? baselineValue;
    if (learnt) parts.push(atSite(checkFits(name, learnt, cost.shape), cost));
    if (parts.length === 0) return undefined;
    const value = parts.reduce((a, b) => a.add(b));
    if (learnt) {
      const error = stopGradient(cost).sub(value).square().sum();
      losses.push(error.sub(stopGradient(error)));
    }
    return { value, loss: losses.reduce((a, b) => a.add(b)) };
  }
}

/**
 * Makes an optimiser under which decaying averages of costs follow their own rule: the gradient of
 * one is its distance from the next, and a step of size 1 goes there.
 */
export function followAverages(optimiser: Optimiser): Optimiser {
  const follow = sgd({ lr: 1 });
  return perParameter((name) => name.includes(AVERAGE) ? follow : optimiser);
}

function checkBaseline(name: string, options: BaselineOptions, isScanned: boolean): void {
  const act = `use the baseline of site "${name}"`,
    fail = (why: string): never => {
      throw new Error(`Cannot ${act}: ${why}`);
    };
  checkOptions(act, options, optionNames);
  const { nnBaseline, nnBaselineInput, baselineValue, baselineBeta: beta = BETA } = options;
  if (!(typeof beta === "number" && beta >= 0 && beta < 1)) {
    fail(`baselineBeta is ${shown(beta)}, expected a number from 0 up to before 1`);
  }
  if (nnBaseline !== undefined && typeof nnBaseline !== "function") {
    fail(`nnBaseline is ${typeof nnBaseline}, expected a function, such as module("baseline", net) returns`);
  }
  if (nnBaseline && baselineValue) fail("found nnBaseline and baselineValue, expected one of them");
  if (nnBaseline && nnBaselineInput === undefined) fail("nnBaseline has no nnBaselineInput; give it one");
  if (isScanned && (nnBaseline || baselineValue)) {
    fail(
      "the site is within a scan, where a network sees one step only; use useDecayingAvgBaseline, which " +
        "keeps an average for each step",
    );
  }
}

/** Throws for a shape with a length that only a run knows. */
function checkKnown(name: string, shape: Shape): void {
  if (!isTracing()) return;
  const sizes = activeTrace().sizes(shape), axis = sizes.findIndex((size) => typeof size !== "number");
  if (axis < 0) return;
  throw new Error(
    `Cannot keep a decaying average of the costs of site "${name}": axis ${axis} of its batch shape is ` +
      `"${sizes[axis]}", whose length is known at run time only; use nnBaseline, or arguments of one length`,
  );
}

function checkFits(name: string, baseline: Tensor, expected: Shape): Tensor {
  const common = isTensor(baseline) ? tryBroadcastShapes(baseline.shape, expected) : undefined;
  if (common && sameShape(common, expected)) return baseline;
  const found = isTensor(baseline) ? `shape ${formatShape(baseline.shape)}` : `type ${typeof baseline}`;
  throw new Error(
    `Cannot use the baseline of site "${name}": it has ${found}, expected one that broadcasts to the site's ` +
      `batch shape ${formatShape(expected)}`,
  );
}
