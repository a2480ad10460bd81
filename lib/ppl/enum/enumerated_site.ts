import type { EnumeratedLoop } from "./loop.ts";
import type { Variable } from "./variable.ts";

/** The record of enumeration at a sample site. */
export interface EnumeratedSite {
  /** The variables that the site may depend on, by their batch axis; its own among them. */
  readonly variables: ReadonlyMap<number, Variable>;
  /** The site's own variable, where it is enumerated. */
  readonly own: Variable | undefined;
  /** For a site of a `scan`: its enumerated sites. */
  readonly loop?: EnumeratedLoop;
  /** For a site of a `scan`: true where it is to be enumerated itself. */
  readonly isAsked?: boolean;
}
