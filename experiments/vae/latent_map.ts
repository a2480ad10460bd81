import { UMAP } from "umap-js";
import { type Key, random } from "@pyrosaur/pyrosaur/tensor";

/** Random numbers that are drawn at a time. */
const BLOCK = 4096;

/** Returns a source of random numbers from 0 to 1 whose course depends on a key alone. */
function uniformSource(key: Key): () => number {
  let block: ArrayLike<number> = [], used = 0, blocks = 0;
  return () => {
    if (used === block.length) {
      block = random.uniform(key.foldIn(blocks++), [BLOCK]).dataSync();
      used = 0;
    }
    return block[used++];
  };
}

/** Places in a plane. */
export interface Plane {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/**
 * Lays points of many dimensions out in a plane, neighbours near each other: UMAP (McInnes, Healy
 * and Melville 2018), by umap-js with its default settings.
 *
 * @param points at least 16 rows
 */
export function latentMap(points: readonly (readonly number[])[], key: Key): Plane {
  const places = new UMAP({ random: uniformSource(key) }).fit(points.map((row) => [...row]));
  return { x: places.map(([x]) => x), y: places.map(([, y]) => y) };
}
