import type { CompileOptions } from "@pyrosaur/pyrosaur/compile";
import { random, tf, tidily } from "@pyrosaur/pyrosaur/tensor";
import { learnedMembership } from "./local_guide.ts";
import { type Fit, fitMap } from "./map.ts";
import { classifier, probabilities } from "./membership.ts";
import { POINTS } from "./points.ts";
import type { GmmConfig } from "./settings.ts";
import { bestOf, firstLosses, type Start } from "./starts.ts";

/** The tutorial's results. */
export interface Tutorial {
  /** The loss of every seed's first values. */
  readonly firstLosses: readonly number[];
  /** The best of them. */
  readonly start: Start;
  /** The fit from there. */
  readonly fit: Fit;
  /** The most probable component of each of the tutorial's points. */
  readonly membership: readonly number[];
  /** Membership at places near the boundary. */
  readonly near: {
    readonly places: readonly number[];
    /** The most probable component. */
    readonly likeliest: readonly number[];
    /** The share of draws that gave the second component. */
    readonly drawn: readonly number[];
    /** Its posterior probability. */
    readonly probability: readonly number[];
    /** The same as a guide that enumerates learned it. */
    readonly learned: readonly number[];
  };
}

/** Places around the boundary between the components. */
const NEAR: readonly number[] = Array.from({ length: 41 }, (_, i) => 5.5 + i / 100);

/** Draws membership by a key of its own. */
const DRAW = 1;

/** Does the tutorial from beginning to end. */
export async function tutorial(
  { starts, steps, draws }: Pick<GmmConfig, "starts" | "steps" | "draws">,
  options?: CompileOptions,
): Promise<Tutorial> {
  const losses = await firstLosses(starts, options), start = bestOf(losses);
  const fit = await fitMap(start.seed, steps, options), { params } = fit;
  const learned = await learnedMembership(params, NEAR, steps, options);
  return tidily(() => {
    const places = tf.tensor1d([...NEAR]), key = random.key(0).foldIn(DRAW);
    const repeated = tf.tile(places, [draws]), drawn = classifier(params, key)(repeated);
    return {
      firstLosses: losses,
      start,
      fit,
      membership: Array.from(classifier(params)(tf.tensor1d([...POINTS])).dataSync()),
      near: {
        places: NEAR,
        likeliest: Array.from(classifier(params)(places).dataSync()),
        drawn: Array.from(drawn.cast("float32").reshape([draws, NEAR.length]).mean(0).dataSync()),
        probability: (probabilities(params, places).arraySync() as number[][]).map(([, p]) => p),
        learned: learned.map(([, p]) => p),
      },
    };
  });
}
