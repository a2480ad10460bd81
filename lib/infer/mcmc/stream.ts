import { fillDraws } from "../../tensor/random/generator/fill.ts";

/** Steps whose numbers are made at once. */
const BLOCK = 64;
/** Uniform numbers of a step that are made at once; a deep tree takes more. */
const UNIFORMS = 16;

const foldIn = (data: number) => ({ op: "foldIn", data }) as const;

/**
 * The random numbers of a chain: those of a step depend on the chain's key and the number of the
 * step alone, so that a chain goes on anywhere as if it had never stopped.
 */
export class Stream {
  readonly #normals: Float64Array;
  readonly #uniforms = new Float64Array(BLOCK * UNIFORMS);
  readonly #more = new Float64Array(UNIFORMS);
  #first = -1;
  #step = -1;
  #taken = 0;

  /**
   * @param key the two words of the chain's key
   * @param size the number of normals of a step
   */
  constructor(private readonly key: readonly [number, number], private readonly size: number) {
    this.#normals = new Float64Array(BLOCK * size);
  }

  /** Begins with the numbers of a step. */
  begin(step: number): void {
    const first = step - step % BLOCK;
    if (first !== this.#first) {
      const loop = { op: "loop", depth: 0, offset: first } as const;
      fillDraws("normal", this.key, [foldIn(0), loop], [BLOCK], this.#normals, this.size);
      fillDraws("uniform", this.key, [foldIn(1), loop], [BLOCK], this.#uniforms, UNIFORMS);
      this.#first = first;
    }
    this.#step = step;
    this.#taken = 0;
  }

  /** Writes the step's standard normals. */
  normals(out: Float64Array): void {
    const at = (this.#step - this.#first) * this.size;
    for (let i = 0; i < out.length; i++) out[i] = this.#normals[at + i];
  }

  /** Writes further standard normals of the step, by the number of a try. */
  moreNormals(attempt: number, out: Float64Array): void {
    fillDraws("normal", this.key, [foldIn(2), foldIn(this.#step), foldIn(attempt)], [], out, out.length);
  }

  /** Returns the step's next number, uniform in (0, 1). */
  uniform(): number {
    const k = this.#taken++, i = k % UNIFORMS;
    // The middle of the cell of width 2^-23 that was drawn: never 0, which would accept anything.
    if (k < UNIFORMS) return this.#uniforms[(this.#step - this.#first) * UNIFORMS + i] + 2 ** -24;
    if (i === 0) {
      const path = [foldIn(3), foldIn(this.#step), foldIn(k / UNIFORMS)];
      fillDraws("uniform", this.key, path, [], this.#more, UNIFORMS);
    }
    return this.#more[i] + 2 ** -24;
  }
}
