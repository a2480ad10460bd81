import reference from "./reference.json" with { type: "json" };
import { mean } from "@pyrosaur/pyrosaur/statistics";
import type { Target } from "@pyrosaur/pyrosaur/results";

const { runs } = reference;

/** The test ELBO of Pyro's own program by epoch, in its longest run. */
export const PYRO: readonly number[] = runs[0].test_elbo;

/**
 * Two standard deviations of a test ELBO from seed to seed, in nats an image: those of the
 * program's runs after 5 epochs are 0.33.
 */
const SEED_TO_SEED = 0.66;

/** The test ELBO of Pyro's program after some epochs; none beyond its runs. */
export function pyroAt(epoch: number): Target | undefined {
  const reaching = runs.filter((run) => run.test_elbo.length >= epoch);
  if (reaching.length === 0) return undefined;
  const [{ pyro, torch }] = runs, seeds = reaching.map((run) => run.seed).join(", ");
  return {
    value: mean(reaching.map((run) => run.test_elbo[epoch - 1])),
    tolerance: SEED_TO_SEED,
    source:
      `the program of Pyro's example (Pyro ${pyro}, PyTorch ${torch}, bench/peers/vae_pyro.py, seed ${seeds}) after ` +
      `${epoch} epochs, within two standard deviations from seed to seed`,
  };
}

/** The aim of the tuned training: 3 nats more than the record of `full` has, -101.24. */
export const AIM: Target = {
  value: -98.24,
  tolerance: 0,
  source: "our own aim for the tuned settings: 3 nats better than those of the example",
};

/** The entropy of a pixel that shows the opposite with some probability, in nats. */
const entropy = (p: number): number => -p * Math.log(p) - (1 - p) * Math.log(1 - p);

/**
 * Targets for simulated data: ten drawings with flipped pixels are as predictable as their entropy
 * says, which no ELBO can exceed, and the doubt in reconstructed pixels is that of a flip.
 */
export function recovery({ flip }: Readonly<Record<string, number>>): Readonly<Record<string, Target>> {
  return {
    test_elbo: {
      value: -Math.log(10) - 784 * entropy(flip),
      tolerance: 6.5,
      source: "minus the entropy of the data, ten digits and 784 pixels, within what five epochs leave",
    },
    flip: { value: flip, tolerance: 0.2 * flip, source: "what the data were drawn at" },
  };
}
