import type { Target } from "../../lib/results/experiment.ts";
import { PRINTED } from "./explanation.ts";

/** What the text prints. What it says of its runs it shows in pictures, of one run each. */
export const targets: Readonly<Record<string, Target>> = {
  "text/kl": {
    value: PRINTED.kl,
    tolerance: 1e-5,
    source:
      "Orm, Neural Processes (2018): divergence of z given all points from z given a context, after 25,001 steps, one run",
  },
};
