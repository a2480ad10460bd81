/** The statistics of a transition, in the order in which they are written. */
export const STATISTICS = [
  "logDensity",
  "energy",
  "acceptProb",
  "stepSize",
  "numSteps",
  "treeDepth",
  "diverging",
] as const;
