import { handler, type HandlerForms } from "../forms.ts";

/** Options of `scope`. */
export interface ScopeOptions {
  /** The part before the names. */
  prefix: string;
  /** The part between prefix and name (default "/"). */
  divider?: string;
}

/** Prefixes the names of sites, parameters and plates, as NumPyro's `scope`: `"prefix/x"`. */
export const scope: HandlerForms<[options: ScopeOptions]> = handler("scope", ({ prefix, divider = "/" }) => ({
  process: {
    any(message) {
      message.name = prefix + divider + message.name;
    },
  },
}));
