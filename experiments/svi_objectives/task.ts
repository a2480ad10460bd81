import { random } from "@pyrosaur/pyrosaur/tensor";
import type { Settings } from "@pyrosaur/pyrosaur/results";
import type { Countries } from "../rugged/countries.ts";
import { examples } from "./examples/mod.ts";
import { type Fit, Judge } from "./fit.ts";
import { differenceOf, type Setting } from "./form.ts";
import type { ObjectivesConfig } from "./settings.ts";
import { dataOf } from "./system.ts";

/** The examples with one seed. */
export interface SeedTask extends Pick<Settings<ObjectivesConfig>, "config" | "compile"> {
  /** The seed. */
  readonly seed: number;
  /** The data. */
  readonly countries: Countries;
}

/** The result of one example. */
export interface Outcome {
  /** The largest difference of its two forms, by element type of floats. */
  readonly differences: Readonly<Record<"float32" | "float64", number>>;
  /** The regression as fitted by the objective. */
  readonly fit: Fit;
  /** The losses of that training. */
  readonly losses: readonly number[];
}

/** The results of one seed, by example. */
export type SeedResult = Readonly<Record<string, Outcome>>;

/** Compares the forms of all examples, and fits the regression by each. */
export async function perform({ seed, countries, config, compile }: SeedTask): Promise<SeedResult> {
  const { compared, steps, learningRate, particles } = config, data = dataOf(countries);
  const setting: Setting = { data, key: random.key(seed), learningRate, options: compile };
  // tfjs has no float64.
  const engine = compile.engine === "tfjs" ? "auto" : compile.engine;
  const judge = new Judge(data, particles, compile), outcomes: Record<string, Outcome> = {};
  for (const { name, pairs } of examples) {
    const largest = async (dtype: "float32" | "float64"): Promise<number> => {
      const own: Setting = {
        ...setting,
        options: { ...compile, dtype, ...(dtype === "float64" && { engine }) },
      };
      let found = 0;
      for (const [written, builtIn] of Object.values(pairs)) {
        found = Math.max(found, differenceOf(await written(own, compared), await builtIn(own, compared)));
      }
      return found;
    };
    const differences = { float32: await largest("float32"), float64: await largest("float64") };
    const trained = await Object.values(pairs)[0][0](setting, steps);
    outcomes[name] = { differences, fit: await judge.of(trained), losses: Array.from(trained.losses) };
  }
  await judge.release();
  return outcomes;
}
