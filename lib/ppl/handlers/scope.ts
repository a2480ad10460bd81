import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { handler, type HandlerForms } from "../forms.ts";

/** Options of `scope`. */
export interface ScopeOptions {
  /** The part before the names. */
  prefix: string;
  /** The part between prefix and name (default "/"). */
  divider?: string;
}

const optionNames: OptionNames<ScopeOptions> = { prefix: true, divider: true };

/** Prefixes the names of sites, parameters and plates, as NumPyro's `scope`: `"prefix/x"`. */
export const scope: HandlerForms<[options: ScopeOptions]> = handler("scope", (options) => {
  checkOptions("scope", options, optionNames);
  const { prefix, divider = "/" } = options;
  return {
    process: {
      any(message) {
        message.name = prefix + divider + message.name;
      },
    },
  };
});
