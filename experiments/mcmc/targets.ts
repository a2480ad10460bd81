import type { Targets } from "./part.ts";
import { parts } from "./parts.ts";

const all = (of: (part: typeof parts[keyof typeof parts]) => Targets | undefined): Targets =>
  Object.assign({}, ...Object.values(parts).map(of));

/** Targets by metric name, for the real data. */
export const targets: Targets = all(({ checks, targets }) => ({ ...checks, ...targets }));

/** Targets for simulated data. */
export const recovery = (parameters: Readonly<Record<string, number>>): Targets =>
  all(({ checks, recovery }) => ({ ...checks, ...recovery?.(parameters) }));
