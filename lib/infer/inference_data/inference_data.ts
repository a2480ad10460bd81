import { inConsoles, writeFileAtomic } from "../../system/mod.ts";
import type { Group, Variable } from "./groups.ts";
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
   */
  toJSON(): Record<string, unknown> {
    const coords: Record<string, unknown> = {}, dims: Record<string, string[]> = {};
    const data: Record<string, unknown> = {};
    for (const [name, group] of Object.entries(this.groups)) {
      Object.assign(coords, group.coords);
      data[name] = Object.fromEntries(
        Object.entries(group.variables).map(([own, variable]) => {
          dims[own] = variable.dims.filter((dim) => dim !== "chain" && dim !== "draw");
          return [own, nested(variable)];
        }),
      );
    }
    delete coords.chain;
    delete coords.draw;
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
