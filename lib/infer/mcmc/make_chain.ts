import { type Adaptation, WindowedAdaptation } from "./adaptation.ts";
import { makeMass } from "./blocks.ts";
import { Chain, type ChainState } from "./chain.ts";
import { GradientAdaptation } from "./gradient_adaptation.ts";
import type { ChainSettings } from "./kernel_settings.ts";
import { Leapfrog } from "./leapfrog.ts";
import type { Potential } from "./point.ts";
import { StepSearch } from "./step_search.ts";
import { Stream } from "./stream.ts";
import { Tree } from "./tree.ts";

/** Makes a chain from its settings and its state. */
export function makeChain(settings: ChainSettings, potential: Potential, state: ChainState): Chain {
  const { trajectory, searches, jitter, dense } = settings,
    { length } = potential.position,
    { warmup } = state;
  const { metric, estimator } = makeMass(length, dense), stream = new Stream(state.key, length);
  const adaptation: Adaptation = settings.adaptation === "gradient"
    ? new GradientAdaptation(settings, warmup, metric, length)
    : new WindowedAdaptation(settings, warmup, metric, estimator);
  return new Chain({
    potential,
    metric,
    stream,
    trajectory: "maxDepths" in trajectory
      ? new Tree(potential, metric, stream, trajectory.maxDepths)
      : new Leapfrog(potential, metric, stream, trajectory),
    search: new StepSearch(potential, metric, stream),
    adaptation,
    searches,
    jitter,
  }, state);
}

/**
 * Returns the state of a chain before its first transition.
 *
 * @param inverseMass the inverse mass matrix that it begins with
 */
export function firstState(
  settings: ChainSettings,
  key: ChainState["key"],
  warmup: number,
  position: Float64Array,
  inverseMass: Float64Array,
): ChainState {
  return {
    key,
    step: 0,
    warmup,
    position,
    inverseMass,
    stepSize: settings.stepSize,
    isSearching: settings.searches && warmup > 0,
    adaptation: null,
  };
}
