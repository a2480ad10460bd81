import { compile, type Compiled, type CompileOptions, type ProgramParts } from "../../compile/mod.ts";
import { type PortableProgram, valueAndGrad } from "../../compile/mod.ts";
import type { AnyFunction } from "../../ppl/mod.ts";
import { flatten, type HostArray, isHostArray, type Key, random, type Tensor } from "../../tensor/mod.ts";
import { firstValues, type InitStrategy, potential, type Prototype } from "../latent/mod.ts";
import { prototypeOf, toVector } from "../latent/mod.ts";
import { withoutChance } from "./checks.ts";
import type { BoundPotential } from "./point.ts";
import { compiledValues } from "./values.ts";

/**
 * The posterior of a model on data of one signature, compiled: the potential energy of a vector of
 * unconstrained numbers with its gradient, first vectors, and the values of sites behind vectors.
 * The arguments are given with arrays for their tensors.
 */
export class ModelPotential {
  readonly #gradient: Compiled<AnyFunction>;
  readonly #first: Compiled<AnyFunction>;
  readonly #values: Compiled<AnyFunction>;
  #prototype: Prototype | undefined;
  #parts: ProgramParts | undefined;
  /** For the arguments of a run, what depends on them alone. */
  readonly #steady = new WeakMap<readonly unknown[], readonly HostArray[]>();
  /** For the arguments of a run, the program's inputs, which all chains read. */
  readonly #inputs = new WeakMap<readonly unknown[], readonly HostArray[]>();

  /**
   * Compiles nothing yet.
   *
   * @param user the algorithm, for messages
   */
  constructor(given: AnyFunction, user: string, init: InitStrategy, options: CompileOptions) {
    const model = withoutChance(given, user), dtype = "float64", engine = "js";
    const discover = (args: readonly unknown[]): Prototype => {
      const found = prototypeOf(model, args, user);
      if (found.size > 0) return this.#prototype = found;
      throw new Error(
        `Cannot use ${user}: the latent sites have one value only, such as a simplex of one part`,
      );
    };
    this.#gradient = compile<AnyFunction>((vector: Tensor, args: unknown[]) => {
      const prototype = discover(args);
      const { value, grad } = valueAndGrad((x: Tensor) => potential(model, args, prototype, x))(vector);
      return [grad, value];
    }, { ...options, dtype });
    this.#first = compile<AnyFunction>(
      (key: Key, args: unknown[]) => {
        // First of all, for its messages.
        const prototype = discover(args);
        return toVector(firstValues(model, init, key, args), prototype);
      },
      { dtype, engine },
    );
    this.#values = compiledValues(model, discover);
  }

  /**
   * Traces the model, loads the program of potential and gradient, and computes what depends on
   * these arguments alone.
   */
  async prepare(args: readonly unknown[]): Promise<void> {
    if (!this.#parts) {
      await this.#first.program(random.key(0), args);
      const { size } = this;
      this.#parts = await this.#gradient.parts({ data: new Float64Array(size), shape: [size] }, args);
    }
    const { once } = this.#parts, { leaves } = flatten(args, isHostArray);
    this.#steady.set(args, once ? await once.run(leaves) : []);
  }

  /** The number of unconstrained numbers. */
  get size(): number {
    return this.#prototype!.size;
  }

  /** The latent sites, in their order in the vector. */
  get sites(): { readonly name: string; readonly size: number }[] {
    return this.#prototype!.sites.map(({ name, size }) => ({ name, size }));
  }

  /** Returns the first vector that a key gives. */
  async first(key: Key, args: readonly unknown[]): Promise<Float64Array> {
    return (await this.#first.arrays(key, args)).data;
  }

  /** The program of potential and gradient as plain data, where an engine has that. */
  get portable(): PortableProgram | undefined {
    return this.#parts!.rest.portable;
  }

  /** Returns the program's inputs behind the vector, of arguments that were prepared. */
  inputsOf(args: readonly unknown[]): readonly HostArray[] {
    const known = this.#inputs.get(args);
    if (known) return known;
    const { inputs } = this.#parts!.rest, { leaves } = flatten(args, isHostArray);
    const own = leaves.map(({ data, shape }, i) => ({
      data: inputs[i + 1].dtype === "float" ? Float64Array.from(data) : data,
      shape,
    }));
    const all = [...own, ...this.#steady.get(args)!];
    this.#inputs.set(args, all);
    return all;
  }

  /** Returns the potential on arrays of its own, for arguments that were prepared. */
  bind(args: readonly unknown[]): BoundPotential {
    const { rest } = this.#parts!, { size } = this, array = (length: number) => new Float64Array(length);
    const position = array(size), gradient = array(size), energy = array(1);
    const inputs = [{ data: position, shape: [size] }, ...this.inputsOf(args)];
    const outputs: HostArray[] = [{ data: gradient, shape: [size] }, { data: energy, shape: [] }];
    const evaluate = rest.bind(inputs, outputs) ?? (async () => void await rest.run(inputs, [], { outputs }));
    return { position, gradient, energy, evaluate };
  }

  /** Returns the values of latent and computed sites behind vectors, draws first. */
  async values(vectors: Float64Array, args: readonly unknown[]): Promise<Record<string, HostArray>> {
    const shape = [vectors.length / this.size, this.size];
    return await this.#values.arrays({ data: vectors, shape }, args);
  }

  /** Frees the programs. */
  async release(): Promise<void> {
    for (const compiled of [this.#gradient, this.#first, this.#values]) await compiled.release();
  }
}
