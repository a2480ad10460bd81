import { checkOptions, type OptionNames } from "../../system/mod.ts";
import type { Message } from "../message.ts";
import { checkList } from "../named_values.ts";
import { handler, type HandlerForms } from "../forms.ts";

/** Options of `scope`. */
export interface ScopeOptions {
  /** The part before the names. */
  prefix: string;
  /** The part between prefix and name (default "/"). */
  divider?: string;
  /** The types of messages that keep their names (default none), as NumPyro's `hide_types`. */
  hideTypes?: readonly Message["type"][];
}

const optionNames: OptionNames<ScopeOptions> = { prefix: true, divider: true, hideTypes: true };

/** Prefixes the names of sites, parameters and plates, as NumPyro's `scope`: `"prefix/x"`. */
export const scope: HandlerForms<[options: ScopeOptions]> = handler("scope", (options) => {
  checkOptions("scope", options, optionNames);
  checkList("scope", "hideTypes", options.hideTypes);
  const { prefix, divider = "/", hideTypes = [] } = options;
  return {
    process: {
      any(message) {
        if (!hideTypes.includes(message.type)) message.name = prefix + divider + message.name;
      },
    },
  };
});
