import { compile, type Compiled, type CompileOptions, valueAndGrad, vmap } from "../../../compile/mod.ts";
import { foldInStep } from "../../../compile/internals.ts";
import type { AnyFunction } from "../../../ppl/mod.ts";
import { allFinite } from "../../../statistics/mod.ts";
import { type HostArray, type Key, type random, type Tensor, tf } from "../../../tensor/mod.ts";
import { firstValues, potential, type Prototype, prototypeOf, toVector } from "../../latent/mod.ts";
import { StepLoop } from "../../stepping/mod.ts";
import { compiledValues } from "../values.ts";
import type { Motion, StochasticKernel } from "./kernel.ts";

/** The positions and momenta of all chains, `[chains, D]` each. */
export interface Motions {
  readonly position: HostArray;
  readonly momentum: HostArray;
}

/** The most first vectors that are tried for a chain, as for HMC. */
const TRIES = 100;
/** The number folded into a chain's key for its transitions. */
const FOR_STEPS = 5;

/**
 * The posterior of a model on data of one signature, for chains side by side: first vectors, the
 * loop of transitions, and the values of sites behind vectors.
 */
export class StochasticPosterior {
  /** The loop; its output is the potential, the step size and the position, `[chains, 2 + D]`. */
  readonly loop: StepLoop<Motions>;
  readonly #first: Compiled<AnyFunction>;
  readonly #values: Compiled<AnyFunction>;
  #prototype: Prototype | undefined;

  /** Compiles nothing yet. */
  constructor(private readonly kernel: StochasticKernel, options: Omit<CompileOptions, "dtype" | "axes">) {
    const { model, name, initStrategy } = kernel, dtype = "float64", engine = "js";
    const discover = (args: readonly unknown[]): Prototype => {
      const found = this.#prototype = prototypeOf(model, args, name);
      for (const { name: site, plates } of found.sites) {
        const cut = plates.find(({ size, fullSize }) => size !== fullSize);
        if (cut) refuse(name, site, cut.name, cut.size, cut.fullSize);
      }
      return found;
    };
    const energyAt = (args: readonly unknown[], prototype: Prototype, key: Key) =>
      valueAndGrad((x: Tensor) => potential(model, args, prototype, x, key));
    this.#first = compile<AnyFunction>((key: Key, args: unknown[]) => {
      const prototype = discover(args), [forValues, forBatch] = key.split(2);
      const vector = toVector(firstValues(model, initStrategy, forValues, args), prototype);
      const { value, grad } = energyAt(args, prototype, forBatch)(vector);
      return { vector, checked: tf.concat([value.reshape([1]), grad]) };
    }, { dtype, engine });
    this.loop = new StepLoop<Motions>({
      ...options,
      dtype,
      inputs: async (first, count) =>
        await [{ data: Float64Array.from({ length: count }, (_, i) => first + i), shape: [count] }],
      step: (motions, [step], args, _key, root) => {
        const prototype = discover(args), stepSize = kernel.stepSizeAt(step);
        return vmap((motion: Motion, key: Key) => {
          const [forBatch, forNoise] = foldInStep(key.foldIn(FOR_STEPS)).split(2), { position } = motion;
          const { value, grad } = energyAt(args, prototype, forBatch)(position);
          const next = kernel.move(motion, grad, stepSize, forNoise.draw("normal", position.shape));
          const told = tf.stack([value.reshape([]), stepSize.reshape([])]);
          return [next, tf.concat([told, next.position])] as [Motion, Tensor];
        })(motions, root);
      },
    });
    this.#values = compiledValues(model, discover);
  }

  /** The latent sites, in their order in the vector; known once a first vector was made. */
  get sites(): { readonly name: string; readonly size: number }[] {
    return this.#prototype!.sites.map(({ name, size }) => ({ name, size }));
  }

  /** Traces the model for its sites. */
  async prepare(key: Key, args: readonly unknown[]): Promise<void> {
    await this.#first.program(key, args);
  }

  /** Returns a first vector of a chain, at which density and gradient are finite, or throws. */
  async first(key: random.ThreefryKey, args: readonly unknown[]): Promise<Float64Array> {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const { vector, checked } = await this.#first.arrays(key.foldIn(4).foldIn(attempt), args);
      if (allFinite(checked.data)) return vector.data;
    }
    throw new Error(
      `Cannot start ${this.kernel.name}: ${TRIES} first values have no finite density with a finite gradient; start ` +
        "elsewhere, with the option initStrategy, such as initToMedian()",
    );
  }

  /** Returns the values of latent and computed sites behind vectors, draws first. */
  async values(vectors: Float64Array, args: readonly unknown[]): Promise<Record<string, HostArray>> {
    const { size } = this.#prototype!;
    return await this.#values.arrays({ data: vectors, shape: [vectors.length / size, size] }, args);
  }

  /** Frees the programs. */
  async release(): Promise<void> {
    for (const held of [this.loop, this.#first, this.#values]) await held.release();
  }
}

function refuse(user: string, site: string, plate: string, size: number, fullSize: number): never {
  throw new Error(
    `Cannot use ${user}: site "${site}" is in plate "${plate}", which takes ${size} of its ${fullSize} members at a ` +
      "time: its values would be those of whichever members take part; only observations may be",
  );
}
