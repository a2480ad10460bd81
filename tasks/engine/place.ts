import { statfs } from "node:fs/promises";
import { reasonOf } from "../../lib/system/mod.ts";
import { engineDir, releaseIn, verifyFiles } from "../../lib/tensorflow/mod.ts";
import type { Terminal } from "../runner/terminal.ts";

/** Writes a number of bytes as `12 MB` or `1.20 GB`. */
export const megabytes = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(2)} GB` : `${Math.round(bytes / 1e6)} MB`;

/** Converts bytes to megabytes, for progress bars. */
export const inMegabytes = (bytes: number): number => Math.max(1, Math.round(bytes / 1e6));

/** Throws where the disk of a place has too little room. */
export async function checkRoom(place: string, bytes: number): Promise<void> {
  const parent = place.slice(0, place.lastIndexOf("/"));
  await Deno.mkdir(parent, { recursive: true });
  const { bavail, bsize } = await statfs(parent), free = Number(bavail) * Number(bsize);
  if (free < bytes) {
    throw new Error(
      `there is too little room in ${parent}: ${megabytes(bytes)} are needed, ${megabytes(free)} free`,
    );
  }
}

/** Tells whether an engine is there and whole, and warns where it is there and is not. */
export function isWhole(place: string, terminal: Terminal): boolean {
  try {
    verifyFiles(place, releaseIn(place).files);
    return true;
  } catch (error) {
    try {
      Deno.statSync(place);
      terminal.warn(`What is there is replaced. ${reasonOf(error)}`);
    } catch {
      // Nothing is there.
    }
    return false;
  }
}

/** Returns the folder of an engine in the user's cache. Throws where the machine names no cache. */
export function placeFor(device: "cpu" | "gpu", version?: string): string {
  const place = engineDir(device, version);
  if (place === undefined) {
    throw new Error("there is no folder for it: neither XDG_CACHE_HOME nor HOME is set");
  }
  return place;
}
