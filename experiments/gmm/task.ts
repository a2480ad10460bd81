import type { Settings } from "@pyrosaur/pyrosaur/results";
import { random } from "@pyrosaur/pyrosaur/tensor";
import type { Tell } from "@pyrosaur/pyrosaur/workers";
import { assignments, type FlowerFit, Mixtures } from "./held_out.ts";
import type { FlowerConfig, GmmConfig } from "./settings.ts";
import { type Tutorial, tutorial } from "./tutorial.ts";

type Compile = Pick<Settings<GmmConfig>, "compile">;

/** The tutorial. */
export interface TutorialTask extends Compile, Pick<GmmConfig, "starts" | "steps" | "draws"> {
  /** The kind of task. */
  readonly kind: "tutorial";
}

/** Mixtures of irises with a number of components. */
export interface FlowerTask extends Compile {
  /** The kind of task. */
  readonly kind: "flowers";
  /** The number of components. */
  readonly components: number;
  /** The lengths, a row a flower. */
  readonly rows: readonly (readonly number[])[];
  /** The seed of folds and first values. */
  readonly seed: number;
  /** True where all flowers are to be fitted too, for figures. */
  readonly shown: boolean;
  /** Settings. */
  readonly config: Omit<FlowerConfig, "components">;
}

/** The result of a number of components. */
export interface FlowerResult {
  /** The number of components. */
  readonly components: number;
  /** The seed. */
  readonly seed: number;
  /** The mean log density of flowers that were held out, in nats. */
  readonly heldOut: number;
  /** The mean log density of flowers that were fitted. */
  readonly fitted: number;
  /** The fit of all flowers and the component of each, where figures show it. */
  readonly whole?: { readonly fit: FlowerFit; readonly assignments: readonly number[] };
}

/** The tasks of the experiment. */
export type GmmTask = TutorialTask | FlowerTask;
/** Their results. */
export type GmmResult = Tutorial | FlowerResult;

/** Fits all parts but one of the flowers, and scores that one, by turns. */
async function crossValidate(task: FlowerTask, tell: Tell): Promise<FlowerResult> {
  const { components, rows, seed, shown, config, compile } = task, { folds } = config;
  const mixtures = new Mixtures(components, config, compile), key = random.key(seed);
  const order = Array.from(random.permutation(key, rows.length).dataSync());
  let heldOut = 0, fitted = 0;
  try {
    for (let fold = 0; fold < folds; fold++) {
      const part = (held: boolean) =>
        order.filter((_, i) => (i % folds === fold) === held).map((i) => rows[i]);
      const fit = await mixtures.fit(part(false), key.foldIn(fold));
      heldOut += await mixtures.score(fit, part(true)) * part(true).length / rows.length;
      fitted += await mixtures.score(fit, part(false)) / folds;
      tell(fold + 1);
    }
    if (!shown) return { components, seed, heldOut, fitted };
    const fit = await mixtures.fit(rows, key.foldIn(folds));
    return { components, seed, heldOut, fitted, whole: { fit, assignments: assignments(fit, rows) } };
  } finally {
    await mixtures.release();
  }
}

/** Performs a task. */
export async function perform(task: GmmTask, tell: Tell): Promise<GmmResult> {
  if (task.kind === "flowers") return await crossValidate(task, tell);
  const result = await tutorial(task, task.compile);
  tell(1);
  return result;
}
