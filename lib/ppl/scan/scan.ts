import { checkOptions, type OptionNames, ownValue } from "../../system/mod.ts";
import { flatten, isTensor, type Key, mapTree, type Tensor, tf } from "../../tensor/mod.ts";
import { pairOf, stepsOver, withoutRequirements } from "../../compile/internals.ts";
import { scan as loop } from "../../compile/mod.ts";
import { enter } from "../runtime.ts";
import { broadcastCarry, discover } from "./discover.ts";
import { type Collected, Inside } from "./inside.ts";
import { EnumeratedCarry } from "./enumerated_carry.ts";
import { Outside } from "./outside.ts";

/** Options of `scan`. */
export interface ScanOptions {
  /** The number of steps; needed only where nothing is scanned. */
  length?: number;
  /** From the last step to the first (default false). */
  reverse?: boolean;
  /** The key for the sites within; by default the `seed` handler gives one. */
  key?: Key;
}

const optionNames: OptionNames<ScanOptions> = { length: true, reverse: true, key: true };

/** The most steps before the first that are looked at for the shapes of the carry. */
const MOST_LOOKS = 8;

let loops = 0;

/**
 * Loops over time with a step that may have sites, as NumPyro's `scan`: Markov models in a graph
 * that does not grow with their length. Each site within becomes one site outside, of the same
 * name, whose value has the steps on its leftmost axis; handlers outside (`replay`, `condition`
 * ...) see and give whole stacks. A stack that is given is scanned like any input, so that a model
 * whose latents are all known needs no loop. A stack of fewer steps, by `condition` or
 * `substitute`, is of the first ones, and the others are drawn, as in NumPyro: a forecast. What
 * is drawn of a site that is observed counts nothing. Parameters and plates within are one for all
 * steps.
 *
 * @param step from a carry and one slice of `xs` to `[carry, y]`; it has the same sites at each
 * step
 * @param init the first carry: a tree of tensors; it is broadcast to the shapes the first step
 * returns
 * @param xs a tree of tensors with equal leading axes, or null together with `options.length`
 * @returns the last carry and the stacked `ys`
 * @throws Error where steps differ in their sites, a stack given has more steps, a
 * name comes twice in a step, or there is no key to draw with.
 *
 * @example A random walk
 * ```ts
 * import { Normal } from "@pyrosaur/pyrosaur/distributions";
 * import { sample, scan, seed, trace } from "@pyrosaur/pyrosaur/ppl";
 * import { random, type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * function step(before: Tensor, _: null): [Tensor, null] {
 *   return [sample("z", new Normal(before, 1)), null];
 * }
 * const walk = () => scan(step, tf.scalar(0), null, { length: 5 })[0];
 * const run = trace(seed(walk, random.key(0))).get();
 * assert.deepEqual(run.value("z").shape, [5]);
 * assert.deepEqual(run.value("z[4]").dataSync(), run.returnValue.dataSync());
 * ```
 */
export function scan<C, X, Y>(
  step: (carry: C, x: X) => [C, Y],
  init: C,
  xs: X,
  options?: ScanOptions,
): [C, Y] {
  checkOptions("scan", options, optionNames);
  const { length: given, reverse, key } = options ?? {};
  const first = mapTree(xs, isTensor, firstSlice) as X;
  // Where nothing is scanned, a stack that is given may say how many.
  const length = flatten(xs, isTensor).leaves.length > 0 ? stepsOver(xs, given) : given ?? 1;
  const look = (carry: C) => discover(() => pairOf(step(carry, first))[0]);
  let start = init, seen = look(init);
  // What a step hands on of its own carry grows one step later.
  for (let steps = 0; steps < MOST_LOOKS; steps++) {
    const wider = broadcastCarry(start, seen.carry);
    if (wider === start) break;
    seen = look(start = wider);
  }
  const outside = new Outside(seen.found, { loop: loops++, length });
  const { loop: enumerated } = outside;
  const looked = enumerated && new EnumeratedCarry(
    enumerated,
    init,
    seen.carry,
    (carry: C) => discover(() => pairOf(step(carry, first))[0], enumerated),
  );
  let inside: Inside;
  type Stacks = Readonly<Record<string, Tensor>>;
  type Slices = { x: X; values: Stacks; isGiven: Stacks; masks: Stacks };
  const { stacks: masks, shared } = outside.masks, { values, isGiven } = outside.stacks;
  const body = (carry: C, { x, values, isGiven, masks }: Slices, key?: Key): [C, Collected & { y: Y }] => {
    const maskOf = (name: string) => ownValue(masks, name) ?? shared.get(name) ?? true;
    inside = new Inside(outside, values, isGiven, maskOf, key, enumerated);
    using _inside = enter(inside);
    const [next, y] = pairOf(step(carry, x));
    return [looked?.aged(next) ?? next, { y, ...inside.collected }];
  };
  const [last, { y, ...collected }] = loop(body, looked?.start ?? start, {
    x: xs,
    values,
    isGiven,
    masks,
  }, {
    length: given,
    reverse,
    key: outside.draws ? key ?? outside.key : undefined,
  });
  outside.conclude(collected, inside!);
  looked?.leave();
  return [last, y];
}

function firstSlice(x: Tensor): Tensor {
  if (x.rank === 0) {
    throw new Error("Cannot scan over a scalar: expected tensors with a leading axis for the steps");
  }
  // Of no steps there is no first one, but sites with shapes.
  if (x.shape[0] === 0) return tf.zeros(x.shape.slice(1), x.dtype);
  // An axis with a name may be of length 0 in a run: the slice is dead code then.
  return withoutRequirements(() => tf.squeeze(tf.slice(x, [0], [1]), [0]));
}
