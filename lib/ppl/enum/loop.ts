import type { Tensor } from "../../tensor/mod.ts";
import type { PlateFrame } from "../plate_frame.ts";
import { variableAt } from "./support.ts";
import type { DiscreteSite, Variable } from "./variable.ts";

/**
 * The enumerated sites of a `scan`. Each has one batch axis for its value of the present step, and
 * one for each step before that the carry knows: those of one step lie side by side, left of those
 * of the step after it, so that at the end of a step all move to the left together.
 */
export class EnumeratedLoop {
  readonly #names: string[] = [];
  readonly #plates: (readonly PlateFrame[])[] = [];
  readonly #variables: Variable[][] = [];

  /**
   * Begins a loop.
   *
   * @param outer the enumerated sites around it, by their axes
   * @param base the first axis left of those
   * @param place notes variables that sites after the loop may depend on
   */
  constructor(
    readonly outer: ReadonlyMap<number, Variable>,
    readonly base: number,
    readonly place: (variable: Variable) => void,
  ) {}

  /** The sites of the step before, and what stands for each in the first carry. */
  readonly starts: Map<Variable, Variable> = new Map();
  /** The sites of the last steps that the last carry depends on, and what stands for each. */
  readonly ends: Map<Variable, Variable> = new Map();

  /** The number of sites. */
  get size(): number {
    return this.#names.length;
  }

  /** Notes a site that is to be enumerated, by its name in the step, and all plates around it. */
  add(name: string, plates: readonly PlateFrame[]): void {
    this.#names.push(name);
    this.#plates.push(plates);
  }

  /** Tells whether a site of the step is enumerated. */
  has(name: string): boolean {
    return this.#names.includes(name);
  }

  /** Returns the variable of a site in the present step, and its values there. */
  own(site: DiscreteSite): { readonly variable: Variable; readonly values: Tensor } {
    const slot = this.#names.indexOf(site.name), found = variableAt(site, this.base - slot);
    const known = (this.#variables[slot] ??= [{ ...found, plates: this.#plates[slot] }])[0];
    if (known.size !== found.size) {
      throw new Error(
        `Cannot enumerate site "${site.name}" of a scan: it has ${found.size} values in one step and ${known.size} in another`,
      );
    }
    return { variable: known, values: found.values };
  }

  /** Returns the variable of a site some steps ago. */
  aged(variable: Variable, age: number): Variable {
    const ages = this.#variables.find(([present]) => present === variable)!;
    while (ages.length <= age) {
      const dim = variable.dim - ages.length * this.size;
      ages.push({ ...variable, dim });
    }
    return ages[age];
  }

  /** The variables of the present step. */
  get present(): readonly Variable[] {
    return this.#variables.map(([present]) => present);
  }

  /** All variables: of the present step, and of the steps before that are known of. */
  get all(): readonly Variable[] {
    return this.#variables.flat();
  }

  /** The variables that sites of a step may depend on, by their axes. */
  get visible(): ReadonlyMap<number, Variable> {
    return new Map([...this.outer, ...this.all.map((variable) => [variable.dim, variable] as const)]);
  }

  /** Returns the variable that an axis belongs to, and its age; undefined for another axis. */
  at(dim: number): { present: Variable; age: number } | undefined {
    const place = this.base - dim;
    if (place < 0) return undefined;
    const present = this.#variables[place % this.size]?.[0];
    return present && { present, age: Math.floor(place / this.size) };
  }
}
