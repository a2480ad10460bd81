import type { CompileOptions } from "@pyrosaur/pyrosaur/compile";
import type { HostArray, Key } from "@pyrosaur/pyrosaur/tensor";
import type { Data } from "./system.ts";

/** The setting of a training. */
export interface Setting {
  /** The data. */
  readonly data: Data;
  /** The source of first values and noise. */
  readonly key: Key;
  /** The learning rate. */
  readonly learningRate: number;
  /** Engine, device and element type of floats. */
  readonly options: CompileOptions;
}

/** A training that was done. */
export interface Trained {
  /** The loss before each update. */
  readonly losses: ArrayLike<number>;
  /** The unconstrained parameters after the last, by name. */
  readonly params: Readonly<Record<string, HostArray>>;
}

/** A form of an objective: a training on it. */
export type Form = (setting: Setting, steps: number) => Promise<Trained>;

/** An example of the source: an objective as written there, beside its closed or built-in form. */
export interface Example {
  /** Its name in metrics. */
  readonly name: string;
  /** Its title in figures. */
  readonly title: string;
  /** The form as written, and the one that it is held against. */
  readonly pairs: Readonly<Record<string, readonly [written: Form, builtIn: Form]>>;
}

/**
 * Returns the largest difference of two trainings in their losses and parameters: the absolute one
 * of numbers up to 1, the relative one of larger numbers.
 */
export function differenceOf(a: Trained, b: Trained): number {
  const numbers = (
    { losses, params }: Trained,
  ) => [...Array.from(losses), ...Object.keys(b.params).flatMap((name) => Array.from(params[name].data))];
  const expected = numbers(b), found = numbers(a);
  if (found.length !== expected.length) {
    throw new Error(`Cannot compare trainings: found ${found.length} numbers, expected ${expected.length}`);
  }
  return Math.max(...expected.map((x, i) => Math.abs(found[i] - x) / Math.max(1, Math.abs(x))));
}
