/** The search for a program that engines do not agree on. @module */
import fc from "fast-check";
import { ProgramArbitrary } from "./arbitrary.ts";
import { check, Fault } from "./check.ts";
import type { Runner } from "./engines.ts";
import { type Operation, operations } from "./operations.ts";
import type { Program } from "./program.ts";
import type { Tally } from "./tolerance.ts";

/** The end of a search. */
export interface Found {
  /** The number of programs that were run, smaller forms of the last one left out. */
  readonly programs: number;
  readonly tally: Tally;
  /** A smallest program that shows a difference, and the difference. */
  readonly fault?: { readonly program: Program; readonly error: Fault };
}

/** Options of a search. */
export interface SearchOptions {
  readonly seed: number;
  /** The time after which no further program is begun. */
  readonly milliseconds: number;
  readonly runners: readonly Runner[];
  /** The operations that programs are made of (default: all). */
  readonly operations?: readonly Operation[];
  /** The most programs (default: as many as time allows). */
  readonly most?: number;
}

/** Grows programs until one shows a difference, which is then made small, or the time is over. */
export async function search(
  { seed, milliseconds, runners, operations: from = operations, most = 1e9 }: SearchOptions,
): Promise<Found> {
  const tally: Tally = { compared: 0, undecided: 0 }, end = performance.now() + milliseconds;
  let number = 0, isSmaller = false;
  const property = fc.asyncProperty(new ProgramArbitrary(from), async (program) => {
    // A smaller program is held against the engines that the first one was.
    if (!isSmaller) number++;
    try {
      await check(program, tally, runners, number);
    } catch (error) {
      isSmaller = true;
      throw error;
    }
  });
  const details = await fc.check(property, {
    seed,
    numRuns: most,
    interruptAfterTimeLimit: Math.max(1, end - performance.now()),
    markInterruptAsFailure: false,
  });
  const found = { programs: number, tally };
  if (!details.counterexample) return found;
  const error = details.errorInstance;
  if (!(error instanceof Fault)) throw error;
  return { ...found, fault: { program: details.counterexample[0], error } };
}
