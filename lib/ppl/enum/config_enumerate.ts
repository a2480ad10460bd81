import { checkOptions, type OptionNames } from "../../system/mod.ts";
import type { InferOptions, SampleMessage } from "../message.ts";
import { handler, type HandlerForms } from "../forms.ts";

/** Options of `configEnumerate`. */
export interface ConfigEnumerateOptions {
  /** All values at once, or one run of guide or model for each (default "parallel"). */
  default?: NonNullable<InferOptions["enumerate"]>;
  /** True for values with the axes of their plates (default false: with ones in their place). */
  expand?: boolean;
}

const optionNames: OptionNames<ConfigEnumerateOptions> = { default: true, expand: true };

/**
 * Asks to sum out all discrete sites with a finite support that are not observed and do not say
 * otherwise, as Pyro's and NumPyro's `config_enumerate`.
 *
 * @throws Error (when made) for a strategy other than "parallel" and "sequential".
 */
export const configEnumerate: HandlerForms<[options?: ConfigEnumerateOptions]> = handler(
  "configEnumerate",
  (options = {}) => {
    checkOptions("configure enumeration", options, optionNames);
    const { default: strategy = "parallel", expand = false } = options;
    if (strategy !== "parallel" && strategy !== "sequential") {
      throw new Error(
        `Cannot configure enumeration: default is ${
          JSON.stringify(strategy)
        }, expected "parallel" or "sequential"`,
      );
    }
    return {
      process: {
        sample(message: SampleMessage) {
          const { distribution, isObserved, infer } = message;
          if (isObserved || !distribution.isDiscrete || !distribution.hasEnumerateSupport) return;
          message.infer = { enumerate: strategy, expand, ...infer };
        },
      },
    };
  },
);
