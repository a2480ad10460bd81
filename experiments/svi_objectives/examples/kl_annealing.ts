import { adam, type LossFunction } from "@pyrosaur/pyrosaur/infer";
import { replay, type SampleSite, scale, seed, trace } from "@pyrosaur/pyrosaur/ppl";
import type { HostArray, Tensor } from "@pyrosaur/pyrosaur/tensor";
import type { Example } from "../form.ts";
import { sviTraining } from "../svi_training.ts";
import { makeGuide } from "../system.ts";
import { weighed } from "./beta_vae.ts";

/** The factor of the divergence rises from the first step on, and is 1 from this step on. */
const STEPS = 200;

/** The data with the factor of the step. */
const args = (data: readonly unknown[], step: number): unknown[] => {
  const factor: HostArray = { data: Float64Array.of(Math.min(1, (step + 1) / STEPS)), shape: [] };
  return [...data, factor];
};

const latents = new Set(["a", "bA", "bR", "bAR", "sigma"]);

/** The source's `simple_elbo_kl_annealing`: the last argument is the factor of latent sites. */
const annealedElbo: LossFunction = (key, model, guide, given) => {
  const [forGuide, forModel] = key.split(2), data = given.slice(0, -1), factor = given.at(-1) as Tensor;
  const guideTrace = trace(seed(guide, forGuide)).get(...data);
  const modelTrace = trace(seed(replay(model, { trace: guideTrace }), forModel)).get(...data);
  const annealed = (site: SampleSite) => latents.has(site.name) || site.infer.isAuxiliary === true;
  const sum = (run: typeof guideTrace) =>
    run.logProbSum(annealed).mul(factor).add(run.logProbSum((site) => !annealed(site)));
  return sum(guideTrace).sub(sum(modelTrace));
};

const guide = makeGuide();

/** Annealing of the divergence by a loss of one's own, held against `scale` in model and guide. */
export const klAnnealing: Example = {
  name: "kl_annealing",
  title: "annealed divergence",
  pairs: {
    "loss and scale": [
      sviTraining((lr) => adam({ lr }), { loss: annealedElbo, args }),
      sviTraining((lr) => adam({ lr }), {
        model: weighed,
        guide: (...given: Tensor[]) => scale(guide, given[3])(...given.slice(0, 3)),
        args,
      }),
    ],
  },
};
