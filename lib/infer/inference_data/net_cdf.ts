import type { HostData } from "../../tensor/mod.ts";
import type { Group } from "./groups.ts";

/** Returns HDF5's type of numbers. */
function typeOf(data: HostData): string {
  if (data instanceof Float64Array) return "<d";
  if (data instanceof Float32Array) return "<f";
  return data instanceof Int32Array ? "<i" : "<B";
}

/** Returns the places along an axis with their type: whole numbers, others, or names. */
function placesOf(places: readonly (number | string)[]): { data: any; dtype: string } {
  if (places.every(Number.isSafeInteger)) {
    return { data: BigInt64Array.from(places as number[], BigInt), dtype: "<q" };
  }
  if (places.every((place) => typeof place === "number")) {
    return { data: Float64Array.from(places), dtype: "<d" };
  }
  return { data: places.map(String), dtype: "S" };
}

/**
 * Returns groups as a NetCDF file of version 4: HDF5 with a group each, whose axes are dimension
 * scales. HDF5, compiled to WebAssembly, is loaded at the first call, in 0.4 s.
 */
export async function encodeNetCDF(groups: Readonly<Record<string, Group>>): Promise<Uint8Array> {
  const { default: hdf5 } = await import("h5wasm"), library = await hdf5.ready, { FS } = library;
  const path = `/${crypto.randomUUID()}.nc`, file = new hdf5.File(path, "w"), id = file.file_id;
  const check = (status: number, what: string) => {
    if (status < 0) throw new Error(`Cannot write ${what} as NetCDF: HDF5 gives the status ${status}`);
  };
  try {
    for (const [name, { variables, coords }] of Object.entries(groups)) {
      const group = file.create_group(name), pathOf = (own: string) => `/${name}/${own}`;
      for (const [dim, places] of Object.entries(coords)) {
        group.create_dataset({ name: dim, shape: [places.length], ...placesOf(places) });
        check(library.set_scale(id, pathOf(dim), dim), `the axis "${dim}"`);
      }
      for (const [own, { data, shape, dims, isBoolean = false }] of Object.entries(variables)) {
        const numbers = isBoolean ? Int8Array.from(data) : data, dtype = isBoolean ? "<b" : typeOf(data);
        const dataset = group.create_dataset({ name: own, data: numbers, shape: [...shape], dtype });
        // The way in which xarray marks them.
        if (isBoolean) dataset.create_attribute("dtype", "bool", [], "S4");
        dims.forEach((dim, i) => check(library.attach_scale(id, pathOf(own), pathOf(dim), i), `"${own}"`));
      }
    }
  } finally {
    file.close();
  }
  try {
    return FS.readFile(path);
  } finally {
    FS.unlink(path);
  }
}
