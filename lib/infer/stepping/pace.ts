/** The seconds that work takes in this thread before Workers are thought of. */
export const HERE = 0.1;

/** The seconds that a call should take, which holds the thread: others get a turn after it. */
const SECONDS_PER_CALL = 0.04;
/** The same where each number of steps is a compilation: progress moves a few times a second. */
const SECONDS_PER_COMPILED_CALL = 0.25;
/** The factor by which a call's time may differ before another number of steps is taken. */
const LEEWAY = 1.15;
/** The most steps of a call, which fills its noise in one go: more would be memory for nothing. */
const MOST = 65_536;
/** The fewest steps that are worth a compilation of their own. */
const FEWEST = 64;

/**
 * The numbers of steps that the calls of one program take: as many as fit a fixed time, by the time
 * the last call took.
 */
export class Pace {
  #secondsPerStep: number | undefined;
  readonly #met = new Set<number>();
  /** The number of steps of most calls: arrays of one length are used again, or a compilation. */
  #settled: number | undefined;

  /**
   * @param compilesEachShape whether each new number of steps is a compilation
   * @param seconds those that a call should take
   */
  constructor(
    private readonly compilesEachShape: boolean,
    private readonly seconds: number = compilesEachShape ? SECONDS_PER_COMPILED_CALL : SECONDS_PER_CALL,
  ) {}

  /** Returns the steps of the next call, of those that remain; `chunk` overrides its choice. */
  next(remaining: number, chunk?: number): number {
    if (chunk !== undefined) return Math.min(remaining, chunk, MOST);
    if (this.#secondsPerStep === undefined) return 1;
    const fitting = Math.max(1, Math.floor(this.seconds / this.#secondsPerStep));
    if (!this.compilesEachShape) {
      const settled = this.#settled ?? 0, factor = fitting / settled;
      if (!(factor <= LEEWAY && factor >= 1 / LEEWAY)) this.#settled = Math.min(fitting, MOST);
      return Math.min(remaining, this.#settled!);
    }
    // Few numbers of steps: one, one that most calls take, and then the rest; a much larger one
    // where calls turn out short.
    if (this.#settled === undefined || fitting >= 8 * this.#settled) {
      this.#settled = 2 ** Math.floor(Math.log2(Math.max(1, Math.min(fitting, MOST, remaining / 2))));
    }
    const count = Math.min(remaining, this.#settled);
    return count < FEWEST ? 1 : count;
  }

  /** Records the seconds that a call of a number of steps took. */
  record(count: number, seconds: number): void {
    const isNew = !this.#met.has(count);
    this.#met.add(count);
    // The first call for a number of steps may have been a compilation for the most part.
    if (!(this.compilesEachShape && isNew)) this.#secondsPerStep = seconds / count;
  }
}
