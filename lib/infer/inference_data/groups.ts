import type { HostArray } from "../../tensor/mod.ts";

/** An array whose axes have names. */
export interface Variable extends HostArray {
  /** The names of the axes, chain and draw first where it has draws. */
  readonly dims: readonly string[];
  /** True where its numbers, 0 and 1, stand for false and true (default false). */
  readonly isBoolean?: boolean;
}

/** Places along axes, by the axis' name: their numbers, or their names. */
export type Coords = Readonly<Record<string, readonly (number | string)[]>>;

/** Variables that belong together, such as the draws of the posterior. */
export interface Group {
  /** The variables by name. */
  readonly variables: Readonly<Record<string, Variable>>;
  /** The places along each of their axes. */
  readonly coords: Coords;
}
