import type { Target } from "@pyrosaur/pyrosaur/results";

/** The Deep Markov Model's test NLL, profile tuned: a bound from above, in nats a slice. */
export const DMM_NLL = 6.711;

/** Checks that hold for any data: the theory of Baum-Welch, and two ways to one likelihood. */
const checks: Readonly<Record<string, Target>> = {
  "baum_welch/largest_fall": {
    value: 0,
    tolerance: 1e-9,
    source:
      "expectation and maximisation never lower the likelihood (Baum and others 1970; Dempster and others 1977)",
  },
  "baum_welch/enumeration_error": {
    value: 0,
    tolerance: 1e-4,
    source:
      "the forward algorithm, against the same tables in the model with states summed out, in nats a slice",
  },
};

/** Targets by metric name. */
export const targets: Readonly<Record<string, Target>> = checks;

/** Targets for simulated chorales: the same. */
export const recovery = (): Readonly<Record<string, Target>> => checks;
