import type { Program } from "../../compile/mod.ts";

/** What counts of a program. */
export type Compiled = Pick<Program, "compilesEachShape">;

/** A number of steps takes about this long per call: progress moves a few times a second. */
const SECONDS_PER_CALL = 0.25;
/** A call fills its noise in one go; beyond this many steps that would be memory for nothing. */
const MOST = 65_536;
/** Fewer steps than this in a call of their own are not worth a compilation. */
const FEWEST = 64;

/** What is known of a program's calls. */
interface Pace {
  secondsPerStep?: number;
  /** The numbers of steps it was called for before. */
  readonly met: Set<number>;
  /** The number of steps it settled on, where each number is a compilation. */
  settled?: number;
}

/** How many steps each call of a training takes: as many as fit a fixed time, going by how long the last one took. */
export class Chunks {
  readonly #paces = new WeakMap<Compiled, Pace>();

  #pace(program: Compiled): Pace {
    let pace = this.#paces.get(program);
    if (!pace) this.#paces.set(program, pace = { met: new Set() });
    return pace;
  }

  /** The steps of the next call, of those that remain. @param chunk the number to take in place of one of its own choice */
  next(program: Compiled | undefined, remaining: number, chunk?: number): number {
    if (chunk !== undefined) return Math.min(remaining, chunk, MOST);
    const pace = program && this.#pace(program), rate = pace?.secondsPerStep;
    if (rate === undefined) return 1;
    const fitting = Math.max(1, Math.floor(SECONDS_PER_CALL / rate));
    if (!program!.compilesEachShape) return Math.min(remaining, fitting, MOST);
    // Few numbers of steps: one, one that most calls take, and what then is left; a much larger one
    // where calls turn out short.
    if (pace!.settled === undefined || fitting >= 8 * pace!.settled) {
      pace!.settled = 2 ** Math.floor(Math.log2(Math.max(1, Math.min(fitting, MOST, remaining / 2))));
    }
    const count = Math.min(remaining, pace!.settled);
    return count < FEWEST ? 1 : count;
  }

  /** Takes note of how long a call took, in seconds. */
  took(program: Compiled, count: number, seconds: number): void {
    const pace = this.#pace(program), isNew = !pace.met.has(count);
    pace.met.add(count);
    // The first call for a number of steps may have been a compilation for the most part.
    if (!(program.compilesEachShape && isNew)) pace.secondsPerStep = seconds / count;
  }
}
