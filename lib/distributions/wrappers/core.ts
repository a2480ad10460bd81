import type { Distribution } from "../distribution.ts";
import { Expanded } from "./expanded.ts";
import { Independent } from "./independent.ts";

/** Returns a distribution without the wrappers that only shape it. */
export function coreOf(distribution: Distribution): Distribution {
  const isShape = distribution instanceof Independent || distribution instanceof Expanded;
  return isShape ? coreOf(distribution.base) : distribution;
}
