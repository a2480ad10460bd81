import { type Adaptation, type AdaptationState, WindowedAdaptation } from "./adaptation.ts";
import { makeMass } from "./blocks.ts";
import { Chain, type ChainState } from "./chain.ts";
import type { ChainSettings } from "./kernel_settings.ts";
import { Leapfrog } from "./leapfrog.ts";
import type { Potential } from "./point.ts";
import { RunningAdaptation } from "./running_adaptation.ts";
import { StepSearch } from "./step_search.ts";
import { Stream } from "./stream.ts";
import { Tree } from "./tree.ts";

/** Makes the mass matrix and the warm-up of a chain of `size` numbers. */
function makeWarmup(settings: ChainSettings, warmup: number, size: number) {
  const { metric, estimator } = makeMass(size, settings.dense);
  const adaptation: Adaptation = settings.adaptation === "windowed"
    ? new WindowedAdaptation(settings, warmup, metric, estimator)
    : new RunningAdaptation(settings, warmup, metric, size);
  return { metric, adaptation };
}

/**
 * Checks that a chain can go on with these settings.
 *
 * @param name the kernel's, for messages
 * @throws Error where the state is of a kernel with another mass matrix or another warm-up.
 */
export function checkChain(
  settings: ChainSettings,
  { position, inverseMass, warmup, adaptation, stepSize }: ChainState,
  name: string,
): void {
  const here = makeWarmup(settings, warmup, position.length);
  const formOf = ({ kind, memories }: AdaptationState) => `${kind} ${memories.map(({ length }) => length)}`;
  const fits = !adaptation || formOf(adaptation) === formOf(here.adaptation.state);
  // Kernels without acceptance leave it open.
  const isOfHMC = !Number.isNaN(stepSize);
  if (fits && isOfHMC && inverseMass.length === here.metric.inverse.length) return;
  throw new Error(
    `Cannot go on: the state is of a kernel with another mass matrix or another ${
      isOfHMC ? "warm-up" : "way to move"
    } than that of ${name} here; go on with the options denseMass and adaptation that it was made with`,
  );
}

/** Makes a chain from its settings and its state. */
export function makeChain(settings: ChainSettings, potential: Potential, state: ChainState): Chain {
  const { trajectory, searches, jitter } = settings, { length } = potential.position;
  const { metric, adaptation } = makeWarmup(settings, state.warmup, length);
  const stream = new Stream(state.key, length);
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
