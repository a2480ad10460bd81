import { vmap } from "../../compile/mod.ts";
import type { Constraint } from "../../distributions/mod.ts";
import { type HostArray, type Tensor, tf } from "../../tensor/mod.ts";
import { cutInto, joined } from "../latent/mod.ts";
import type { Tensors } from "../optim/optimiser.ts";
import type { ParticleParts } from "./kernels/mod.ts";

/**
 * The direction that each member's parameters move against, from those of all members and the
 * gradients of their losses: `[members, D]` each.
 *
 * @param parts the columns of each parameter
 * @param scalars what the optimiser computes from the number of the step alone
 */
export type Coupling = (
  particles: Tensor,
  gradients: Tensor,
  parts: ParticleParts,
  scalars: Tensors,
) => Tensor;

type Packs = Record<string, Tensor>;

/** A parameter, as far as a coupling looks at it. */
interface Placed {
  readonly name: string;
  readonly origin: "model" | "guide";
  readonly size: number;
  readonly constraint: Constraint;
}

/** The places of parameters in packs, as far as a coupling looks at them. */
interface Places {
  /** The parameters of each block of each pack. */
  readonly placed: readonly (readonly (readonly Placed[])[])[];
  readonly params: ReadonlyMap<string, Placed>;
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
  directions(packs: Packs, gradients: Packs, scalars: Tensors): Packs {
    const { placed } = this.layout,
      grads = this.#split(gradients),
      found = grads.map((pack) => pack.slice());
    const places = placed.flatMap((pack, i) =>
      pack.flatMap(([{ origin }], j) => origin === "guide" ? [[i, j] as const] : [])
    );
    if (places.length > 0) {
      const rows = (blocks: readonly Tensor[][]) => {
        return joined(places.map(([i, j]) => blocks[i][j].reshape([blocks[i][j].shape[0], -1])), 1);
      };
      const moved = this.couple(rows(this.#split(packs)), rows(grads), this.#parts(places), scalars);
      const sizes = places.map(([i, j]) => grads[i][j].size / grads[i][j].shape[0]);
      const parts = cutInto(moved, sizes, 1);
      places.forEach(([i, j], at) => found[i][j] = parts[at].reshape(grads[i][j].shape));
    }
    return this.#join(this.#averaged(found));
  }

  /** Returns parameters of which those of the model are the same for all members, their mean. */
  shared(packs: Packs): Packs {
    return this.layout.placed.flat().some(([{ origin }]) => origin === "model")
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

  /** Returns the columns of the parameters of blocks that lie side by side. */
  #parts(places: readonly (readonly [number, number])[]): ParticleParts {
    const params = places.flatMap(([i, j]) => this.layout.placed[i][j]);
    let end = 0;
    return new Map(params.map(({ name, size, constraint }) => {
      const begin = end;
      return [name, { begin, end: end += size, constraint }];
    }));
  }

  #averaged(blocks: readonly Tensor[][]): Tensor[][] {
    const { placed } = this.layout;
    return blocks.map((pack, i) =>
      pack.map((block, j) =>
        placed[i][j][0].origin === "guide" ? block : tf.broadcastTo(block.mean(0, true), block.shape)
      )
    );
  }
}
