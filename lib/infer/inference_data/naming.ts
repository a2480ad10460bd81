import { type HostArray, isTensor, type Tensor, toHostArray } from "../../tensor/mod.ts";
import type { ModelLook } from "./axes.ts";
import type { Coords, Group, Variable } from "./groups.ts";

/** Arrays by name. */
export type Arrays = Readonly<Record<string, HostArray | Tensor>>;

/** The axes of draws. */
const SAMPLE = ["chain", "draw"];

/** Returns a name that files may have in them: the parts of one by `scope` are joined by dots. */
const safe = (name: string): string => name.replaceAll("/", ".");

/** Gives variables and their axes names, and axes their places. */
export class Naming {
  readonly #coords: ReadonlyMap<string, Coords[string]>;
  readonly #sites = new Set<string>();
  readonly #axes = new Set<string>();

  /** Takes the names of plates along axes, the user's names of axes, and the places along them. */
  constructor(
    private readonly plates: ModelLook["axes"],
    private readonly dims: Readonly<Record<string, readonly string[]>>,
    coords: Coords,
  ) {
    this.#coords = new Map(Object.entries(coords).map(([dim, places]) => [safe(dim), places]));
  }

  /** Returns the names of the axes of a site's value, of which there are `rank`. */
  #dimsOf(site: string, rank: number, isBatch: boolean): string[] {
    const given = this.dims[site];
    if (given && (isBatch ? given.length < rank : given.length !== rank)) {
      throw new Error(
        `Cannot name the axes of "${site}": found ${given.length} names in dims, expected ${rank}`,
      );
    }
    return Array.from({ length: rank }, (_, i) => {
      const plate = this.plates[site]?.[i];
      if (given) return given[i];
      if (plate === undefined) return `${site}_dim_${i}`;
      return SAMPLE.includes(plate) ? `${plate}_dim` : plate;
    }).map(safe);
  }

  /**
   * Returns the group of some arrays.
   *
   * @param lead the lengths of the axes chain and draw, in place of the first `replaced` ones
   * @param isBatch true for log likelihoods, which lack the axes of events
   */
  group(arrays: Arrays, lead?: readonly [number, number], replaced = lead ? 1 : 0, isBatch = false): Group {
    const variables: Record<string, Variable> = {}, lengths = new Map<string, number>();
    for (const [site, given] of Object.entries(arrays)) {
      const { data, shape: whole } = isTensor(given) ? toHostArray(given) : given, name = safe(site);
      if (Object.hasOwn(variables, name)) {
        throw new Error(`Cannot export "${site}": another site is "${name}" too`);
      }
      const own = whole.slice(replaced), shape = [...lead ?? [], ...own];
      const dims = [...lead ? SAMPLE : [], ...this.#dimsOf(site, own.length, isBatch)];
      this.#sites.add(site);
      dims.forEach((dim, i) => {
        const other = lengths.get(dim) ?? shape[i];
        if (other === shape[i]) return void lengths.set(dim, other);
        throw new Error(
          `Cannot export "${site}": its axis "${dim}" has ${shape[i]} places, another site's ${other}`,
        );
      });
      variables[name] = { data, shape, dims };
    }
    const coords = Object.fromEntries([...lengths].map(([dim, n]) => [dim, this.#placesOf(dim, n)]));
    const both = Object.keys(coords).find((dim) => Object.hasOwn(variables, dim));
    if (both !== undefined) throw new Error(`Cannot export: "${both}" names a site and an axis`);
    return { variables, coords };
  }

  #placesOf(dim: string, length: number): readonly (number | string)[] {
    this.#axes.add(dim);
    const given = this.#coords.get(dim);
    if (!given) return Array.from({ length }, (_, i) => i);
    if (given.length === length) return given;
    throw new Error(
      `Cannot export: coords has ${given.length} places of the axis "${dim}", expected ${length}`,
    );
  }

  /** Throws for names in `dims` and `coords` that nothing has. */
  checkUse(): void {
    const check = (option: string, given: Iterable<string>, there: ReadonlySet<string>) => {
      const unknown = [...given].find((name) => !there.has(name));
      if (unknown === undefined) return;
      const list = [...there].map((name) => `"${name}"`).join(", ");
      throw new Error(`Cannot export: ${option} has "${unknown}", expected one of ${list}`);
    };
    check("dims", Object.keys(this.dims), this.#sites);
    check("coords", this.#coords.keys(), this.#axes);
  }
}
