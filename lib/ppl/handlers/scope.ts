import { handler, type HandlerForms } from "../forms.ts";

/** Options of `scope`. */
export interface ScopeOptions {
  /** The part before the names. */
  prefix: string;
  /** The part between prefix and name (default "/"). */
  divider?: string;
}

/** Puts a prefix before the names of sites, parameters and plates: `"x"` becomes `"prefix/x"`, as NumPyro's `scope`. */
export const scope: HandlerForms<[options: ScopeOptions]> = handler("scope", ({ prefix, divider = "/" }) => ({
  process: {
    any(message) {
      message.name = prefix + divider + message.name;
    },
  },
}));
