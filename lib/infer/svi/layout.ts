import { emptyRecord, groupBy } from "../../system/mod.ts";
import { Bounded, IndependentConstraint, transformTo } from "../../distributions/mod.ts";
import type { Constraint, Transform } from "../../distributions/mod.ts";
import { type HostArray, isHostArray, sameShape, type Tensor, tf } from "../../tensor/mod.ts";
import { cutInto, joined } from "../latent/mod.ts";
import type { FoundParam } from "../objective/parameters.ts";

/** Parameters that one transform maps to their values all at once, one behind the other. */
interface Block {
  readonly params: readonly FoundParam[];
  /** The transform of the whole block; undefined where each parameter has its own. */
  readonly transform: Transform | undefined;
  readonly size: number;
}

/** Parameters that the optimiser sees as one vector; a large one stays alone, in its shape. */
interface Pack {
  /** Its name in the carry of the training loop: that of its first parameter. */
  readonly name: string;
  readonly params: readonly FoundParam[];
  readonly blocks: readonly Block[];
  readonly size: number;
  readonly shape: readonly number[];
}

/** The size from which a parameter costs by its numbers, no longer by the operations on it. */
const LARGE = 16_384;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const total = (parts: readonly { readonly size: number }[]) => parts.reduce((n, { size }) => n + size, 0);

const bare = (constraint: Constraint): Constraint =>
  constraint instanceof IndependentConstraint ? bare(constraint.base) : constraint;

/** Names the transform of a parameter where it maps number by number, alike everywhere. */
function elementwiseName({ origin, constraint }: FoundParam): string | undefined {
  const base = bare(constraint), bounds = base instanceof Bounded ? [base.lowerBound, base.upperBound] : [];
  if (!base.isFixed || bounds.some((bound) => typeof bound === "object")) return undefined;
  const { domain, codomain } = transformTo(base);
  return domain.eventDim + codomain.eventDim === 0 ? `${origin} ${base}` : undefined;
}

function packOf(group: readonly FoundParam[], isLarge: boolean): Pack {
  const alike = groupBy(group, (param) => isLarge ? param : elementwiseName(param) ?? param);
  const blocks = [...alike].map(([name, params]): Block => {
    const transform = typeof name === "string" ? transformTo(bare(params[0].constraint)) : undefined;
    return { params, transform, size: total(params) };
  });
  const params = blocks.flatMap((block) => block.params), [{ name, unconstrainedShape }] = params;
  return { name, params, blocks, size: total(params), shape: isLarge ? unconstrainedShape : [total(params)] };
}

/**
 * The places of parameters in the training loop. Those that the optimiser treats alike are one
 * vector, a pack, in which those with the same transform lie side by side, in a block: a step of a
 * small model costs as many operations as it has, however many numbers they are on.
 */
export class ParameterLayout {
  readonly #packs: ReadonlyMap<string, Pack>;
  /** The parameters by name. */
  readonly params: ReadonlyMap<string, FoundParam>;

  /**
   * @param Floats the type of all arrays in main memory
   * @param label parameters with different labels are treated differently by the optimiser
   * @param members the number of trainings side by side, which lie along a leading axis of all
   * arrays in main memory; undefined: one training, without that axis
   */
  constructor(
    params: readonly FoundParam[],
    readonly Floats: Float32ArrayConstructor | Float64ArrayConstructor,
    label: (name: string) => string = () => "",
    readonly members?: number,
  ) {
    const isLarge = ({ size }: FoundParam) => size >= LARGE;
    const alike = groupBy(params.filter((p) => !isLarge(p)), ({ name }) => label(name));
    const packs = [
      ...params.filter(isLarge).map((param) => packOf([param], true)),
      ...[...alike.values()].map((group) => packOf(group, false)),
    ];
    this.#packs = new Map(packs.map((pack) => [pack.name, pack]));
    this.params = new Map(params.map((param) => [param.name, param]));
  }

  /** Returns a shape with the members in front, where there are any. */
  shape(shape: readonly number[]): number[] {
    return this.members === undefined ? [...shape] : [this.members, ...shape];
  }

  /** Copies arrays by parameter into arrays by pack, of the packs whose parameters are given. */
  pack(values: Readonly<Record<string, HostArray>>): Record<string, HostArray> {
    const { members = 1 } = this,
      given = [...this.#packs.values()].filter(({ name }) => Object.hasOwn(values, name));
    return Object.fromEntries(given.map((pack) => {
      const data = new this.Floats(members * pack.size);
      let begin = 0;
      for (const { name, size } of pack.params) {
        for (let m = 0; m < members; m++) {
          data.set(values[name].data.subarray(m * size, (m + 1) * size), m * pack.size + begin);
        }
        begin += size;
      }
      return [pack.name, { data, shape: this.shape(pack.shape) }];
    }));
  }

  /** Copies arrays by pack into arrays by parameter. */
  unpack(packs: Readonly<Record<string, HostArray>>): Record<string, HostArray> {
    const { members = 1 } = this, params = emptyRecord<HostArray>();
    for (const [name, array] of Object.entries(packs)) {
      const pack = this.#packs.get(name)!;
      let begin = 0;
      for (const { name, size, unconstrainedShape } of pack.params) {
        const data = new this.Floats(members * size);
        for (let m = 0; m < members; m++) {
          const from = m * pack.size + begin;
          data.set(array.data.subarray(from, from + size), m * size);
        }
        begin += size;
        params[name] = { data, shape: this.shape(unconstrainedShape) };
      }
    }
    return { ...params };
  }

  /** Copies an optimiser's memory, with its arrays by parameter as arrays by pack. */
  packSlots(slots: unknown): unknown {
    return this.#convert(slots, this.params, (values) => this.pack(values));
  }

  /** Copies an optimiser's memory, with its arrays by pack as arrays by parameter. */
  unpackSlots(slots: unknown): unknown {
    return this.#convert(slots, this.#packs, (packs) => this.unpack(packs));
  }

  /** Copies a tree, and converts the records in it that have an array of the right size by name. */
  #convert(
    tree: unknown,
    sizes: ReadonlyMap<string, { readonly size: number }>,
    convert: (record: Record<string, HostArray>) => unknown,
  ): unknown {
    const { members = 1 } = this,
      fits = ([name, value]: [string, unknown]) =>
        isHostArray(value) && value.data.length === members * (sizes.get(name)?.size ?? -1);
    const walk = (value: unknown): unknown => {
      if (isHostArray(value)) return { data: new this.Floats(value.data), shape: value.shape.slice() };
      if (Array.isArray(value)) return value.map(walk);
      if (!isRecord(value)) return value;
      const entries = Object.entries(value);
      if (entries.length > 0 && entries.every(fits)) return convert(value as Record<string, HostArray>);
      return Object.fromEntries(entries.map(([name, part]) => [name, walk(part)]));
    };
    return walk(tree);
  }

  /** The parameters of each block, by packs; those of one block have one origin. */
  get placed(): (readonly FoundParam[])[][] {
    return [...this.#packs.values()].map(({ blocks }) => blocks.map(({ params }) => params));
  }

  /** Cuts tensors by pack into the blocks of each. */
  split(packs: Readonly<Record<string, Tensor>>): Tensor[][] {
    return [...this.#packs.values()].map(({ name, blocks }) =>
      cutInto(packs[name], blocks.map((b) => b.size), 0)
    );
  }

  /** Joins blocks to tensors by pack. */
  join(blocks: readonly Tensor[][]): Record<string, Tensor> {
    return Object.fromEntries([...this.#packs.keys()].map((name, i) => [name, joined(blocks[i], 0)]));
  }

  /** Cuts blocks into parameters: functions from the constraint in this run to the value. */
  pieces(blocks: readonly Tensor[][]): Map<string, (constraint: Constraint) => Tensor> {
    const pieces = new Map<string, (constraint: Constraint) => Tensor>();
    [...this.#packs.values()].forEach((pack, i) =>
      pack.blocks.forEach(({ params, transform, size }, j) => {
        const whole = transform ? transform.forward(blocks[i][j]) : blocks[i][j];
        const isOne = params.length === 1 || size === 0;
        const parts = isOne ? [whole] : tf.split(whole, params.map((p) => p.size), 0);
        params.forEach(({ name, unconstrainedShape: shape }, k) => {
          const part = parts[isOne ? 0 : k],
            piece = sameShape(part.shape, shape) ? part : part.reshape(shape);
          pieces.set(name, (constraint) => transform ? piece : transformTo(constraint).forward(piece));
        });
      })
    );
    return pieces;
  }
}
