import { vmap } from "../../compile/mod.ts";
import { type HostArray, type Tensor, tf } from "../../tensor/mod.ts";

/**
 * The direction that each member's parameters move against, from those of all members and the
 * gradients of their losses: `[members, D]` each.
 */
export type Coupling = (particles: Tensor, gradients: Tensor) => Tensor;

type Packs = Record<string, Tensor>;

/** The places of parameters in packs, as far as a coupling looks at them. */
interface Places {
  readonly origins: readonly (readonly ("model" | "guide")[])[];
  readonly params: ReadonlyMap<string, { readonly origin: "model" | "guide"; readonly size: number }>;
  split(packs: Packs): Tensor[][];
  join(blocks: Tensor[][]): Packs;
}

/**
 * Couples trainings side by side: the parameters of the guide of each are one vector, and those of
 * the model are the same for all.
 */
export class Coupled {
  readonly #split: (packs: Packs) => Tensor[][];
  readonly #join: (blocks: Tensor[][]) => Packs;

  constructor(private readonly layout: Places, private readonly couple: Coupling) {
    this.#split = vmap((packs: Packs) => layout.split(packs));
    this.#join = vmap((blocks: Tensor[][]) => layout.join(blocks));
  }

  /** Returns the directions in place of gradients: of parameters of the model, the mean of them. */
  directions(packs: Packs, gradients: Packs): Packs {
    const { origins } = this.layout,
      grads = this.#split(gradients),
      found = grads.map((pack) => pack.slice());
    const places = origins.flatMap((pack, i) =>
      pack.flatMap((of, j) => of === "guide" ? [[i, j] as const] : [])
    );
    if (places.length > 0) {
      const rows = (blocks: readonly Tensor[][]) => {
        const each = places.map(([i, j]) => blocks[i][j].reshape([blocks[i][j].shape[0], -1]));
        return each.length === 1 ? each[0] : tf.concat(each, 1);
      };
      const moved = this.couple(rows(this.#split(packs)), rows(grads));
      const sizes = places.map(([i, j]) => grads[i][j].size / grads[i][j].shape[0]);
      const parts = sizes.length === 1 ? [moved] : tf.split(moved, sizes, 1);
      places.forEach(([i, j], at) => found[i][j] = parts[at].reshape(grads[i][j].shape));
    }
    return this.#join(this.#averaged(found));
  }

  /** Returns parameters of which those of the model are the same for all members, their mean. */
  shared(packs: Packs): Packs {
    return this.layout.origins.flat().includes("model")
      ? this.#join(this.#averaged(this.#split(packs)))
      : packs;
  }

  /** Gives all members the mean of their first values of the model's parameters. */
  share(values: Readonly<Record<string, HostArray>>): void {
    for (const [name, { origin, size }] of this.layout.params) {
      if (origin === "guide") continue;
      const { data } = values[name], count = data.length / size;
      for (let i = 0; i < size; i++) {
        let sum = 0;
        for (let m = 0; m < count; m++) sum += data[m * size + i];
        for (let m = 0; m < count; m++) data[m * size + i] = sum / count;
      }
    }
  }

  #averaged(blocks: readonly Tensor[][]): Tensor[][] {
    const { origins } = this.layout;
    return blocks.map((pack, i) =>
      pack.map((block, j) =>
        origins[i][j] === "guide" ? block : tf.broadcastTo(block.mean(0, true), block.shape)
      )
    );
  }
}
