import { compile, type CompileOptions } from "@pyrosaur/pyrosaur/compile";
import { classifierPredictive, networkLogits } from "@pyrosaur/pyrosaur/models";
import type { MlpParams } from "@pyrosaur/pyrosaur/nn";
import type { HostArray, Tensor } from "@pyrosaur/pyrosaur/tensor";
import { batchOf, CLASSES, type Images } from "./images.ts";
import type { Networks } from "./networks.ts";

/** Images that are looked at in one call. */
const BATCH = 500;

/** The numbers of images of one call after another. */
function* parts(count: number): Generator<number[]> {
  for (let first = 0; first < count; first += BATCH) {
    yield Array.from({ length: Math.min(BATCH, count - first) }, (_, i) => first + i);
  }
}

/** Compiled looks of networks at images. */
export class Evaluation {
  readonly #together;
  readonly #each;

  /** Compiles when first used. */
  constructor(options: CompileOptions = {}) {
    const axes = [null, ["batch", null]] as CompileOptions["axes"];
    this.#together = compile(
      (networks: MlpParams, images: Tensor) => classifierPredictive(networks)(images).logProbabilities,
      { ...options, axes },
    );
    this.#each = compile(networkLogits, { ...options, axes });
  }

  /** Log probabilities of all networks together: [images, classes]. */
  async logProbabilities(networks: Networks, images: Images): Promise<Float32Array> {
    const found = new Float32Array(images.count * CLASSES);
    for (const rows of parts(images.count)) {
      const { data }: HostArray = await this.#together.arrays(networks, batchOf(images, rows));
      found.set(data as Float32Array, rows[0] * CLASSES);
    }
    return found;
  }

  /** The logits of each network: for each a list, [images, classes]. */
  async logits(networks: Networks, images: Images): Promise<Float32Array[]> {
    const count = networks.layers[0].bias.shape[0];
    const found = Array.from({ length: count }, () => new Float32Array(images.count * CLASSES));
    for (const rows of parts(images.count)) {
      const { data }: HostArray = await this.#each.arrays(networks, batchOf(images, rows));
      const size = rows.length * CLASSES;
      found.forEach((own, k) =>
        own.set(data.subarray(k * size, (k + 1) * size) as Float32Array, rows[0] * CLASSES)
      );
    }
    return found;
  }

  /** Frees the programs. */
  async release(): Promise<void> {
    await this.#together.release();
    await this.#each.release();
  }
}
