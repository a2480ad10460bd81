/** A row for each family, by its name. @module */
import * as continuous from "./continuous.ts";
import * as discrete from "./discrete.ts";
import * as vectors from "./vectors.ts";
import * as wrappers from "./wrappers.ts";
import type { Mistake, Row } from "./row.ts";

export type { Mistake, Row };

const all = [continuous, discrete, vectors, wrappers];

/** All rows. */
export const families: Readonly<Record<string, Row>> = Object.assign({}, ...all.map(({ rows }) => rows));

/** All mistakes. */
export const mistakes: readonly Mistake[] = all.flatMap((set) => set.mistakes);
