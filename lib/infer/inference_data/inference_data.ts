import { inConsoles, writeFileAtomic } from "../../system/mod.ts";
import type { Coords, Group, Variable } from "./groups.ts";
import { encodeNetCDF } from "./net_cdf.ts";

/** Returns numbers as lists in lists; null for those that are not finite, which JSON lacks. */
function nested({ data, shape, isBoolean = false }: Variable): unknown {
  const plain = (value: number) => isBoolean ? value !== 0 : Number.isFinite(value) ? value : null;
  let all: unknown[] = Array.from(data as ArrayLike<number>, plain);
  for (let axis = shape.length - 1; axis > 0; axis--) {
    const width = shape[axis], rows = shape.slice(0, axis).reduce((n, s) => n * s, 1);
    const inner = all;
    all = Array.from({ length: rows }, (_, i) => inner.slice(i * width, (i + 1) * width));
  }
  return shape.length === 0 ? all[0] : all;
}

/**
 * Draws, statistics and data in the groups of ArviZ's schema, each array with names for its axes,
 * as ArviZ's InferenceData and xarray's DataTree; `toInferenceData` makes it.
 */
export class InferenceData {
  /** Groups that fit; `toInferenceData` makes them. */
  constructor(
    /** The groups by name: posterior, sample_stats ... */
    readonly groups: Readonly<Record<string, Group>>,
  ) {}

  /**
   * Returns `data`, `coords` and `dims` for arviz-base's `from_dict`, with nested lists in `data`,
   * which it takes as NumPy arrays only. Numbers that are not finite are null.
   * @throws Error where an axis has other places in one group than in another: a file of NetCDF can
   * have both.
   */
  toJSON(): Record<string, unknown> {
    const coords: Record<string, Coords[string]> = {}, dims: Record<string, string[]> = {};
    const data: Record<string, unknown> = {}, isOwn = (dim: string) => dim !== "chain" && dim !== "draw";
    for (const [name, group] of Object.entries(this.groups)) {
      for (const [dim, places] of Object.entries(group.coords)) {
        if (!isOwn(dim)) continue;
        const other = coords[dim] ??= places;
        if (`${other}` === `${places}`) continue;
        throw new Error(
          `Cannot write JSON: the axis "${dim}" has ${places.length} places in the group ${name}, ${other.length} in ` +
            "another; write NetCDF",
        );
      }
      data[name] = Object.fromEntries(
        Object.entries(group.variables).map(([own, variable]) => {
          const found = variable.dims.filter(isOwn);
          // Log likelihoods lack the axes of events.
          if (!(dims[own]?.length > found.length)) dims[own] = found;
          return [own, nested(variable)];
        }),
      );
    }
    return { data, coords, dims };
  }

  /** Returns the bytes of a NetCDF file (version 4), as xarray writes a DataTree. */
  async toNetCDF(): Promise<Uint8Array> {
    return await encodeNetCDF(this.groups);
  }

  /**
   * Writes a NetCDF file (version 4) that arviz-base's `from_netcdf` and xarray's `open_datatree`
   * open. At any moment the old file or the new one is there, whole.
   */
  async writeNetCDF(path: string): Promise<void> {
    await writeFileAtomic(path, await this.toNetCDF());
  }

  /** A line for each group: its variables with their axes. */
  toString(): string {
    return Object.entries(this.groups).map(([name, { variables }]) => {
      const all = Object.entries(variables).map(([own, { dims }]) => `${own} (${dims.join(", ")})`);
      return `${name}: ${all.join(", ")}`;
    }).join("\n");
  }

  /** The text, for `console.log`. */
  [inConsoles](): string {
    return this.toString();
  }
}
