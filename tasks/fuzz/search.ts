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

/** The time in which a program is made smaller, in milliseconds. */
const SHRINKING = 30_000;

/** Grows programs until one shows a difference, which is then made small, or the time is over. */
export async function search(
  { seed, milliseconds, runners, operations: from = operations, most = 1e9 }: SearchOptions,
): Promise<Found> {
  const tally: Tally = { compared: 0, undecided: 0 }, arbitrary = new ProgramArbitrary(from);
  let number = 0, found: Fault | undefined;
  const property = fc.asyncProperty(arbitrary, async (program) => {
    try {
      if (found) {
        // A smaller program has to show the same difference.
        const { runner, variant } = found;
        await check(program, tally, runners.filter(({ name }) => name === runner), { variants: [variant] });
      } else {
        number++;
        await check(program, tally, runners.filter(({ every }) => number % every === 0), { number });
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (!found) arbitrary.stopShrinking(performance.now() + SHRINKING);
      throw found = error;
    }
  });
  const details = await fc.check(property, {
    seed,
    numRuns: most,
    interruptAfterTimeLimit: milliseconds,
    markInterruptAsFailure: false,
  });
  if (!details.counterexample) return { programs: number, tally };
  if (!found) throw details.errorInstance;
  return { programs: number, tally, fault: { program: details.counterexample[0], error: found } };
}
