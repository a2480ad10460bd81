import fc from "fast-check";
import { Categorical } from "../../../lib/distributions/mod.ts";
import { configEnumerate, markov, mask, plate, sample, scale, scan, vindex } from "../../../lib/ppl/mod.ts";
import { type Tensor, tf } from "../../../lib/tensor/mod.ts";

/** A chain in its variants. */
export interface ChainSpec {
  readonly steps: number;
  readonly states: number;
  readonly members: number;
  readonly taken: number;
  /** A second site of a step: independent chain, one that depends on the first, or of its step alone. */
  readonly second: "none" | "factorial" | "coupled" | "local";
  readonly history: 1 | 2;
  /** A state before the loop, which the first step depends on. */
  readonly hasStart: boolean;
  /** Data after the loop that depend on the last state. */
  readonly hasTail: boolean;
  /** A site around the loop that all steps depend on: of all members, or of each. */
  readonly mixture: "none" | "outer" | "inner";
  readonly isMasked: boolean;
  readonly weight: number;
  /** Data in a plate within the step. */
  readonly hasTones: boolean;
}

export const chains: fc.Arbitrary<ChainSpec> = fc.record({
  steps: fc.integer({ min: 1, max: 4 }),
  states: fc.integer({ min: 2, max: 3 }),
  members: fc.integer({ min: 1, max: 3 }),
  taken: fc.integer({ min: 1, max: 3 }),
  second: fc.constantFrom("none", "factorial", "coupled", "local"),
  history: fc.constantFrom(1, 1, 2),
  hasStart: fc.boolean(),
  hasTail: fc.boolean(),
  mixture: fc.constantFrom("none", "none", "outer", "inner"),
  isMasked: fc.boolean(),
  weight: fc.constantFrom(1, 1, 0.5),
  hasTones: fc.boolean(),
}).map((spec) => ({ ...spec, members: Math.max(spec.members, spec.taken) }));

const noise = (seed: number, i: number): number => {
  const x = Math.sin(seed * 12.9898 + i * 78.233 + 1) * 43758.5453;
  return x - Math.floor(x);
};
const [TONES, SYMBOLS] = [2, 3];

/** The shapes of the tables of logits. */
export function shapesOf({ states: K, history }: ChainSpec): Record<string, number[]> {
  const c = 2, past = history === 2 ? [K, K] : [K];
  return {
    start: [K],
    first: [c, ...past, K],
    second: [K, K, K],
    mixture: [c],
    emission: [K, K, SYMBOLS],
    tail: [K, SYMBOLS],
  };
}
/** Tables of logits; some values are impossible. */
export const logitsOf = (spec: ChainSpec): Record<string, { data: number[]; shape: number[] }> =>
  Object.fromEntries(
    Object.entries(shapesOf(spec)).map(([name, shape], seed) => {
      const count = shape.reduce((a, b) => a * b, 1), last = shape.at(-1)!;
      const data = Array.from(
        { length: count },
        (_, k) => noise(seed + 1, k) < 0.1 && k % last !== 0 ? -Infinity : 4 * noise(seed + 7, k) - 2,
      );
      return [name, { data, shape }];
    }),
  );

type Tables = Record<string, Tensor>;

/**
 * The model: its steps in a scan, in a loop with markov, or in a plain loop. A mask is around whole
 * steps, or around data alone: what is summed out keeps its prior under a mask.
 */
export function chainOf(
  spec: ChainSpec,
  form: "scan" | "markov" | "loop",
  masked: "steps" | "data" = "steps",
) {
  const { steps, taken, members, second, history, hasStart, hasTail, mixture, isMasked, weight, hasTones } =
    spec;
  const data = (seed: number, shape: number[]): Tensor => {
    const count = shape.reduce((a, b) => a * b, 1);
    return tf.tensor(
      Array.from({ length: count }, (_, i) => Math.floor(noise(seed, i) * SYMBOLS)),
      shape,
      "int32",
    );
  };
  const model = (tables: Tables) => {
    const categorical = (table: Tensor, ...at: Tensor[]) =>
      new Categorical({ logits: vindex(table, [...at, null]) });
    const zero = tf.scalar(0, "int32") as Tensor;
    const c = mixture === "outer" ? sample("c", new Categorical({ logits: tables.mixture })) : zero;
    using _members = plate("members", members, {
      dim: -2,
      subsampleSize: taken,
      subsample: tf.range(0, taken, 1, "int32"),
    });
    const each = mixture === "inner" ? sample("c", new Categorical({ logits: tables.mixture })) : c;
    const start = hasStart ? sample("start", new Categorical({ logits: tables.start })) : zero;
    interface Carry {
      past: Tensor[];
      other: Tensor;
    }
    const step = ({ past, other }: Carry, { y, present, tones }: Tables, t = ""): Carry => {
      let z!: Tensor, w: Tensor = zero;
      const within = (scope: typeof masked, run: () => void) =>
        (isMasked && scope === masked ? mask(run, present) : run)();
      within("steps", () => {
        z = sample(`z${t}`, categorical(tables.first, each, ...past));
        if (second === "factorial") w = sample(`w${t}`, categorical(tables.second, zero, other));
        if (second === "coupled") w = sample(`w${t}`, categorical(tables.second, z, other));
        if (second === "local") w = sample(`w${t}`, categorical(tables.second, z, zero));
        within("data", () => {
          sample(`y${t}`, categorical(tables.emission, z, w), { obs: y });
          if (!hasTones) return;
          using _tones = plate(`tones`, TONES, { dim: -1 });
          sample(`tone${t}`, categorical(tables.emission, w, z), { obs: tones });
        });
      });
      return { past: [z, ...past].slice(0, history), other: w };
    };
    const xs = {
      y: data(3, [steps, taken, 1]),
      tones: data(4, [steps, taken, TONES]),
      present: tf.tensor(
        Array.from(
          { length: steps * taken },
          (_, i) => Math.floor(i / taken) < 1 + 3 * noise(5, i % taken) ? 1 : 0,
        ),
        [steps, taken, 1],
        "bool",
      ),
    };
    const init: Carry = { past: history === 2 ? [start, zero] : [start], other: zero };
    let last = init;
    if (form === "scan") {
      [last] = scan((carry: Carry, x: Tables): [Carry, null] => [step(carry, x), null], init, xs);
    } else {
      const numbers = Array.from({ length: steps }, (_, t) => t);
      for (const t of form === "markov" ? markov(numbers, { history }) : numbers) {
        const x = Object.fromEntries(
          Object.entries(xs).map(([name, all]) => [name, all.slice([t], [1]).squeeze([0])]),
        );
        last = step(last, x as Tables, String(t));
      }
    }
    // After markov nothing may depend on its steps.
    if (hasTail && form !== "markov") {
      sample("tail", categorical(tables.tail, last.past[0]), { obs: data(6, [taken, 1]) });
    }
  };
  const enumerated = configEnumerate(model);
  return weight === 1 ? enumerated : scale(enumerated, weight);
}
