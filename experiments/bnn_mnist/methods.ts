import { Categorical } from "@pyrosaur/pyrosaur/distributions";
import { type Loss, TraceELBO, TraceMeanFieldELBO } from "@pyrosaur/pyrosaur/infer";
import { type BayesianClassifier, bayesianClassifier } from "@pyrosaur/pyrosaur/models";
import { mlp } from "@pyrosaur/pyrosaur/nn";
import { module, plate, sample } from "@pyrosaur/pyrosaur/ppl";
import type { Tensor } from "@pyrosaur/pyrosaur/tensor";
import { CLASSES } from "./images.ts";
import type { Method } from "./settings.ts";
import type { Training } from "./train.ts";

/** The sizes of all networks. */
export const sizesOf = (pixels: number, hidden: number): number[] => [pixels, hidden, CLASSES];

/** Returns the classifier of a Bayesian method. */
export function classifierOf(
  method: Exclude<Method, "plain">,
  sizes: readonly number[],
  count: number,
): BayesianClassifier {
  return bayesianClassifier({
    sizes,
    ...(method !== "source" && { dataSize: count }),
    localReparameterisation: method === "local",
  });
}

/** Returns model, guide and loss of a method that trains on `count` images. */
export function trainingOf(
  method: Method,
  sizes: readonly number[],
  count: number,
): Pick<Training, "model" | "guide" | "loss"> {
  if (method === "plain") return plain(sizes, count);
  const { model, guide } = classifierOf(method, sizes, count);
  const loss: Loss = method === "local" ? new TraceMeanFieldELBO() : new TraceELBO();
  return { model, guide, loss };
}

/** Maximum likelihood of the same network, from PyTorch's first weights. */
function plain(sizes: readonly number[], count: number): Pick<Training, "model" | "guide" | "loss"> {
  const net = mlp(sizes);
  function model(images: Tensor, labels: Tensor): void {
    const logits = module("net", net)(images);
    using _images = plate("images", count, { subsampleSize: images.shape[0] });
    sample("labels", new Categorical({ logits }), { obs: labels });
  }
  return { model, guide: () => {}, loss: new TraceELBO() };
}
