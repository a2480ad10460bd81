import { dtypeOf, flatten, isHostArray, isTensor, Key, mapTree, tf, unflatten } from "../../tensor/mod.ts";
import type { HostArray, Tensor } from "../../tensor/mod.ts";
import type { DType, Graph, Value } from "../ir/graph.ts";
import { type Size, type Sizes, symbol } from "../ir/size.ts";
import { StandIns } from "../ir/stand_ins.ts";
import type { NoiseInput } from "./active.ts";
import { TraceContext } from "./context.ts";
import { graphType, valueOf } from "./tensors.ts";
import "./kernels/mod.ts";
import "./random_operations.ts";

/** An argument of a traced function; whatever else it is given is part of the function. */
type Leaf = Tensor | HostArray | Key;

/** Returns whether a value is an argument that can change from call to call. */
export function isLeaf(value: unknown): value is Leaf {
  return value instanceof tf.Tensor || value instanceof Key || isHostArray(value);
}

/** One array argument of a traced function. */
export interface InputSpec {
  /** Its place in the graph. */
  readonly value: Value;
  /** Its path in the arguments, for messages. */
  readonly path: string;
  /** Its lengths; a symbolic one may change from run to run. */
  readonly shape: Sizes;
  /** Its element type. */
  readonly dtype: DType;
}

/** A function as a graph: its inputs, its outputs, and the structure of its result. */
export interface Traced {
  /** The operations of the function. */
  readonly graph: Graph;
  /** The array arguments, in order. */
  readonly inputs: readonly InputSpec[];
  /** The draws made from the keys: further inputs of the graph. */
  readonly noise: readonly NoiseInput[];
  /** The path of each output in the result, for messages and exported names. */
  readonly outputPaths: readonly string[];
  /** Puts outputs, in the graph's order, into the structure the function returned. */
  rebuild(outputs: readonly unknown[]): any;
}

/** Returns the element type of a leaf. */
function leafType(leaf: Tensor | HostArray): string {
  if (leaf instanceof tf.Tensor) return leaf.dtype;
  const dtype = dtypeOf(leaf);
  return dtype === "float64" ? "float32" : dtype;
}

/**
 * Names for the axes of arguments that may change length: a list with one entry per axis (a name,
 * or null for an axis of fixed length), in a tree that follows the arguments as far as there are
 * names.
 */
export type Axes = any;

const isAxisList = (axes: unknown): axes is (string | null)[] =>
  Array.isArray(axes) && axes.length > 0 && axes.every((a) => a === null || typeof a === "string");

/** Returns the axis names of each leaf, in order. Throws where names do not fit. */
function axisNames(args: readonly unknown[], axes: Axes): (readonly (string | null)[] | undefined)[] {
  const found: (readonly (string | null)[] | undefined)[] = [];
  const walk = (value: unknown, names: unknown, path: string): void => {
    if (value === undefined || value === null) return;
    if (isLeaf(value)) {
      if (names === undefined || names === null || value instanceof Key) return void found.push(undefined);
      const rank = value.shape.length;
      if (!isAxisList(names) || names.length !== rank) {
        throw new Error(
          `Invalid axes for argument ${path}: expected ${rank} names (or nulls) for shape [${value.shape}], found ${
            JSON.stringify(names)
          }`,
        );
      }
      const odd = names.find((name) => name !== null && !/^[^*+\d\s][^*+\s]*$/.test(name));
      if (odd !== undefined) {
        throw new Error(
          `Invalid axes for argument ${path}: found the name ${
            JSON.stringify(odd)
          }, expected one without spaces, "*" and ` +
            '"+" that begins with no digit',
        );
      }
      return void found.push(names);
    }
    if (Array.isArray(value)) {
      return value.forEach((v, i) => walk(v, (names as unknown[] | undefined)?.[i], `${path}[${i}]`));
    }
    if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
      for (const k of Object.keys(value).sort()) {
        walk(
          (value as Record<string, unknown>)[k],
          names && Object.hasOwn(names as object, k) ? (names as Record<string, unknown>)[k] : undefined,
          `${path}.${k}`,
        );
      }
    }
  };
  walk(args, axes, "");
  return found;
}

/** Returns all that a trace depends on: structure, types, lengths, and whatever is no leaf. */
export function signatureOf(args: readonly unknown[], axes?: Axes): string {
  const { leaves, structure } = flatten(args, isLeaf), names = axisNames(args, axes);
  const types = leaves.map((leaf, i) =>
    leaf instanceof Key ? "key" : `${leafType(leaf)}[${leaf.shape.map((s, a) => names[i]?.[a] ?? s)}]`
  );
  return structure + types.join();
}

/**
 * Runs a function on tensors without values, and returns the graph of what it did. It runs once,
 * and once more where a number it computes from lengths of named axes can be read in several ways.
 *
 * @param fn a function of trees of tensors and keys that returns a tree of tensors
 * @param args example arguments; their shapes and types count, and their values where a check needs
 * them
 * @param axes names of axes that may change length
 */
export function trace(fn: (...args: never[]) => unknown, args: readonly unknown[], axes?: Axes): Traced {
  const names = axisNames(args, axes);
  const dims = names.flatMap((n) => n ?? []).filter((n): n is string => n !== null);
  let standIns = new StandIns(dims);
  for (;;) {
    let traced: Traced | undefined, failure: unknown;
    try {
      traced = runOnce(fn, args, names, standIns);
      if (standIns.isSure) return traced;
    } catch (error) {
      failure = error;
    }
    const next = standIns.isSure ? undefined : standIns.next();
    if (!next) throw failure ? named(standIns, failure) : new Error(UNSURE);
    standIns = next;
  }
}

const UNSURE =
  "Cannot trace the function: what it computes from the lengths of named axes differs from run to run";

function runOnce(
  fn: (...args: never[]) => unknown,
  args: readonly unknown[],
  names: readonly (readonly (string | null)[] | undefined)[],
  standIns: StandIns,
): Traced {
  const context = new TraceContext(standIns), { paths } = flatten(args, isLeaf);
  return context.run(() => {
    const inputs: InputSpec[] = [];
    let i = 0;
    const traced = mapTree(args, isLeaf, (leaf: Leaf) => {
      const at = i++;
      if (leaf instanceof Key) return context.key();
      const shape = leaf.shape.map((s, a): Size => names[at]?.[a] ? symbol(names[at]![a]!) : s);
      const dtype = leafType(leaf), path = `argument ${paths[at]}`;
      const known = !(leaf instanceof tf.Tensor) ? leaf.data : leaf.isDisposed ? undefined : leaf.dataSync();
      const tensor = context.input(shape, dtype, `x${inputs.length}`, known as ArrayLike<number>);
      inputs.push({ value: context.root.inputs.at(-1)!, path, shape, dtype: graphType(dtype) });
      return tensor;
    });
    const result = fn(...traced as never[]);
    const outputs = flatten(result, isTensor);
    context.root.outputs = outputs.leaves.map(valueOf);
    return {
      graph: context.root,
      inputs,
      noise: context.noise,
      outputPaths: outputs.paths,
      rebuild: (values) =>
        unflatten(
          result,
          isTensor,
          values.map((v, i) => outputs.leaves[i].dtype === "bool" ? asBytes(v) : v),
        ),
    };
  });
}

/** Counts in a tensor of booleans, int32 in a graph, as the bytes that tfjs has for them. */
const asBytes = (value: unknown): unknown =>
  isHostArray(value) && value.data instanceof Int32Array
    ? { ...value, data: Uint8Array.from(value.data) }
    : value;

/** Returns an error in whose message numbers that stand for axes have become their names. */
function named(standIns: StandIns, error: unknown): unknown {
  if (error instanceof Error) {
    error.message = error.message.replace(/\d{5,}/g, (n) => standIns.describe(Number(n)));
  }
  return error;
}
