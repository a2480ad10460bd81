import { WindowedAdaptation } from "./adaptation.ts";
import { Chain, type ChainState } from "./chain.ts";
import type { KernelSettings } from "./kernel_settings.ts";
import { DiagonalMetric } from "./metric.ts";
import type { Potential } from "./point.ts";
import { StepSearch } from "./step_search.ts";
import { Stream } from "./stream.ts";
import { Tree } from "./tree.ts";
import { VarianceEstimator } from "./welford.ts";

/** Makes a chain from its settings and its state. */
export function makeChain(settings: KernelSettings, potential: Potential, state: ChainState): Chain {
  const { length } = potential.position, metric = new DiagonalMetric(length);
  const stream = new Stream(state.key, length);
  return new Chain({
    potential,
    metric,
    stream,
    trajectory: new Tree(potential, metric, stream, settings.maxDepths),
    search: new StepSearch(potential, metric, stream),
    adaptation: new WindowedAdaptation(
      settings,
      state.warmup,
      metric,
      new VarianceEstimator(length),
    ),
    searches: settings.searches,
  }, state);
}

/** Returns the state of a chain before its first transition. */
export function firstState(
  settings: KernelSettings,
  key: ChainState["key"],
  warmup: number,
  position: Float64Array,
): ChainState {
  return {
    key,
    step: 0,
    warmup,
    position,
    inverseMass: new Float64Array(position.length).fill(1),
    stepSize: settings.stepSize,
    isSearching: settings.searches && warmup > 0,
    adaptation: undefined,
  };
}
