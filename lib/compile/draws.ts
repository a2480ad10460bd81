import { type HostArray, type Key, sameShape, type Shape, sizeOf } from "../tensor/mod.ts";
import {
  deriveKeys,
  drawFrom,
  type LoopKeys,
  type PathStep,
  rootKeys,
  ThreefryKey,
} from "../tensor/random/mod.ts";
import { allocate } from "./engine/engine.ts";
import type { Precision } from "./engine/portable.ts";
import { type Dims, evaluate } from "./ir/size.ts";
import type { KeyOrigin, KeyStep, NoiseInput } from "./trace/active.ts";

/** The most arrays kept for one draw between calls; calls at the same time may need more. */
const MOST_SPARE = 4;

/** The first turns of the outermost loops: of steps, and of the members of a batch. */
export interface Begins {
  readonly firstStep: number;
  readonly firstMember: number;
}

/** A step in a nest of loops; the outermost loop goes on where another run ended. */
type Step = Exclude<PathStep, { op: "loop" }> | {
  readonly op: "loop";
  readonly depth: number;
  readonly begin?: keyof Begins;
};

/** A draw, without its place in a graph. */
export type Draw = Omit<NoiseInput, "value">;

/** A derivation as draws with the same loops need it. */
interface Derivation {
  /** The index of the caller's key. */
  readonly key: number;
  /** The derivation before the last step, and that step; undefined for the caller's key itself. */
  readonly last?: { readonly from: Derivation; readonly step: Step };
  /** The number of derivations and draws that begin here. */
  uses: number;
}

/** Keys that more derivations or draws will begin with. */
interface Kept {
  readonly keys: LoopKeys;
  left: number;
}

/**
 * The draws of a program: inputs that are filled from the caller's keys at each run. Keys are
 * derived once for all draws that need them: those of a model's sites are a chain, each from the
 * one before.
 */
export class Draws {
  /** Arrays that no call under way is using. */
  readonly #spare = new Map<Draw, HostArray[]>();
  readonly #derivations: readonly Derivation[];

  constructor(readonly inputs: readonly Draw[], private readonly precision: Precision) {
    const known = new Map<string, Derivation>();
    const derivationOf = ({ origin, loops }: Draw): Derivation => {
      const ids = loops.map(({ id }) => id), steps = loops.findIndex((l) => !l.isBatch);
      const members = loops.findIndex((l) => l.isBatch);
      const name = ({ id }: Pick<KeyOrigin, "id">) => `${id} ${ids}`, chain: KeyOrigin[] = [];
      let at: KeyOrigin | undefined = origin;
      for (; at && !known.has(name(at)); at = at.last?.from) chain.push(at);
      let found = at && known.get(name(at))!;
      for (const { id, key, last } of chain.reverse()) {
        const next: Derivation = { key, uses: 0, last: last && { from: found!, step: stepIn(last.step) } };
        if (found) found.uses++;
        known.set(name({ id }), found = next);
      }
      found!.uses++;
      return found!;

      function stepIn(step: KeyStep): Step {
        if (step.op !== "loop") return step;
        const depth = ids.indexOf(step.loop);
        const begin = depth === steps ? "firstStep" : depth === members ? "firstMember" : undefined;
        return { op: "loop", depth, begin };
      }
    };
    this.#derivations = inputs.map(derivationOf);
  }

  /** Fills arrays with the draws of a run, in order; they are to be given back. */
  fill(keys: readonly Key[], dims: Dims, begins: Begins): HostArray[] {
    const kept = new Map<Derivation, Kept>(), filled: HostArray[] = [];
    try {
      this.inputs.forEach((input, i) => {
        const sizes = input.loops.map((l) => evaluate(l.length, dims));
        const own = input.shape.map((s) => evaluate(s, dims)),
          array = this.#take(input, [...sizes, ...own], dims);
        filled.push(array);
        const found = derive(this.#derivations[i], kept, keys, sizes, begins);
        drawFrom(input.kind, found, sizes, array.data as Float32Array | Float64Array, sizeOf(own));
      });
    } catch (error) {
      this.giveBack(filled);
      throw error;
    }
    return filled;
  }

  #take(input: Draw, shape: Shape, dims: Dims): HostArray {
    const spare = this.#spare.get(input) ?? [];
    const at = spare.findIndex((array) => sameShape(array.shape, shape));
    return at < 0 ? allocate(shape, "float", this.precision, dims) : spare.splice(at, 1)[0];
  }

  /** Takes back the arrays of a call that has ended. */
  giveBack(arrays: readonly HostArray[]): void {
    arrays.forEach((array, i) => {
      const input = this.inputs[i], spare = this.#spare.get(input) ?? [];
      const alike = spare.filter(({ shape }) => sameShape(shape, array.shape));
      this.#spare.set(input, [array, ...alike.slice(0, MOST_SPARE - 1)]);
    });
  }
}

/** Returns the keys of a draw, from those that are kept, and keeps what later draws begin with. */
function derive(
  target: Derivation,
  kept: Map<Derivation, Kept>,
  keys: readonly Key[],
  sizes: readonly number[],
  begins: Begins,
): LoopKeys {
  const chain: Derivation[] = [];
  let at: Derivation | undefined = target;
  for (; at && !kept.has(at); at = at.last?.from) chain.push(at);
  const start = at && kept.get(at)!;
  if (start && --start.left === 0) kept.delete(at!);
  let found = start?.keys, isLastUse = start?.left === 0;
  for (const derivation of chain.reverse()) {
    const { key, last, uses } = derivation;
    if (!last) found = rootOf(keys[key]);
    else {
      const { step } = last, offset = step.op === "loop" && step.begin ? begins[step.begin] : 0;
      found = deriveKeys(found!, step.op === "loop" ? { ...step, offset } : step, sizes, isLastUse);
    }
    isLastUse = uses === 1;
    if (!isLastUse) kept.set(derivation, { keys: found, left: uses - 1 });
  }
  return found!;
}

function rootOf(key: Key): LoopKeys {
  if (key instanceof ThreefryKey) return rootKeys(key);
  throw new Error(
    "Cannot run: a key argument must be a key with a value, as key(seed) gives it; a traced key belongs to a trace",
  );
}
