import { adam, type LossFunction, tracePair } from "@pyrosaur/pyrosaur/infer";
import { Normal, Uniform } from "@pyrosaur/pyrosaur/distributions";
import { plate, sample, scale } from "@pyrosaur/pyrosaur/ppl";
import { constant, type Tensor } from "@pyrosaur/pyrosaur/tensor";
import type { Example } from "../form.ts";
import { sviTraining } from "../svi_training.ts";
import { makeGuide, model } from "../system.ts";

/** The weight of the divergence from the prior. */
export const BETA = 4;

function priors(weight: number | Tensor): Record<"a" | "bA" | "bR" | "bAR" | "sigma", Tensor> {
  using _weighed = scale(weight);
  const normal = (name: string, sd: number) => sample(name, new Normal(0, sd));
  const a = normal("a", 10), bA = normal("bA", 1), bR = normal("bR", 1), bAR = normal("bAR", 1);
  return { a, bA, bR, bAR, sigma: sample("sigma", new Uniform(0, 10)) };
}

/** The model with `scale` around its latent sites, and there alone. */
export function weighed(
  isAfrica: Tensor,
  ruggedness: Tensor,
  logGdp: Tensor,
  weight: number | Tensor = BETA,
) {
  const { a, bA, bR, bAR, sigma } = priors(weight);
  const mean = a.add(bA.mul(isAfrica)).add(bR.mul(ruggedness)).add(bAR.mul(isAfrica.mul(ruggedness)));
  using _data = plate("data", ruggedness.shape[0]);
  sample("obs", new Normal(mean, sigma), { obs: logGdp });
}

/** The objective of the beta-VAE in closed form: minus log likelihood, and beta times log q / p. */
const weighedByHand: LossFunction = (key, model, guide, args) => {
  const { model: p, guide: q } = tracePair(key, model, guide, args);
  const prior = p.logProbSum((site) => !site.isObserved),
    likelihood = p.logProbSum((site) => site.isObserved);
  return q.logProbSum().sub(prior).mul(constant(BETA)).sub(likelihood);
};

/** The beta-VAE's weight by the handler `scale`, held against the objective written out. */
export const betaVae: Example = {
  name: "beta_vae",
  title: `divergence times ${BETA}`,
  pairs: {
    "scale and formula": [
      sviTraining((lr) => adam({ lr }), { model: weighed, guide: scale(makeGuide(), BETA) }),
      sviTraining((lr) => adam({ lr }), { model, loss: weighedByHand }),
    ],
  },
};
