import type { Target } from "@pyrosaur/pyrosaur/results";
import { PRINTED } from "./explanation.ts";

/** The number that the text prints. Of its runs it shows pictures, of one run each. */
export const targets: Readonly<Record<string, Target>> = {
  "text/kl": {
    value: PRINTED.kl,
    tolerance: 1e-5,
    source:
      "Orm, Neural Processes (2018): divergence of z given all points from z given a context, after 25,001 steps, one run",
  },
};
