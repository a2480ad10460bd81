import type { SentProgram } from "../../../compile/internals.ts";
import type { HostArray, HostData } from "../../../tensor/mod.ts";

/** Everything that a Worker takes the steps of a share with, plain data. */
export interface ShareOrder {
  readonly program: SentProgram;
  /** The share of the carry before the first step. */
  readonly carry: readonly HostArray[];
  /** The arrays among the arguments. */
  readonly args: readonly HostArray[];
  /** The words of the key of all steps. */
  readonly key: readonly [number, number];
  /** The place of the share in the whole: that of its first member. */
  readonly begin: number;
  /** Steps after which the subnormal numbers of the carry become 0. */
  readonly period: number;
  readonly chunk: number | undefined;
}

/** Steps to take, with their inputs. */
export interface StepsOrder {
  readonly first: number;
  readonly count: number;
  readonly inputs: readonly HostArray[];
}

/** A message to a Worker, which answers each: a share to begin, steps to take, or its end. */
export type ToShare = { readonly begin: ShareOrder } | { readonly take: StepsOrder } | {
  readonly end: true;
};

/** The answer to a message: that it is ready, the outputs of steps, the last carry, or an error. */
export type FromShare =
  | { readonly ready: true }
  | { readonly output: HostData }
  | { readonly carry: readonly HostArray[] }
  | { readonly error: string };
