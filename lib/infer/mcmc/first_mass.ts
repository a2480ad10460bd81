import { asTensor, type HostArray, isHostArray, type TensorLike, toHostArray } from "../../tensor/mod.ts";
import { identity } from "./blocks.ts";
import type { MCMCState } from "./state.ts";

/** The blocks of a mass matrix with all their correlations: all of it, none, or lists of sites. */
export type DenseMass = boolean | readonly (readonly string[])[];

/**
 * Returns the indices of the numbers of each dense block.
 * @throws Error for a site that the model lacks, or that stands in two blocks.
 */
export function denseIndices(dense: DenseMass, sites: MCMCState["sites"], user: string): number[][] {
  const places = new Map<string, number[]>();
  let size = 0;
  for (const site of sites) {
    places.set(site.name, Array.from({ length: site.size }, (_, i) => size + i));
    size += site.size;
  }
  if (typeof dense === "boolean") return dense ? [Array.from({ length: size }, (_, i) => i)] : [];
  const taken = new Set<string>();
  return dense.map((names) =>
    names.flatMap((name) => {
      const own = places.get(name), known = sites.map((site) => `"${site.name}"`).join(", ");
      if (!own) {
        throw new Error(`Cannot use ${user}: denseMass names "${name}", the latent sites are ${known}`);
      }
      if (taken.has(name)) throw new Error(`Cannot use ${user}: denseMass names site "${name}" twice`);
      taken.add(name);
      return own;
    })
  );
}

/**
 * Returns the inverse mass matrix that chains begin with, in the form of their state.
 *
 * @param given the diagonal `[D]`, or the matrix `[D, D]` with `denseMass: true`; undefined for 1
 */
export function firstMass(
  given: TensorLike | HostArray | undefined,
  dense: readonly (readonly number[])[],
  size: number,
  user: string,
): Float64Array {
  if (given === undefined) return identity(size, dense);
  const { data, shape } = isHostArray(given) ? given : toHostArray(asTensor(given));
  const expected = dense.length === 1 && dense[0].length === size ? [size, size] : [size];
  if (dense.length > 0 && expected.length === 1) {
    throw new Error(
      `Cannot use ${user}: inverseMassMatrix goes with denseMass true or false, not with blocks`,
    );
  }
  if (shape.join() !== expected.join()) {
    throw new Error(
      `Cannot use ${user}: inverseMassMatrix has shape [${shape}], expected [${expected}], for the ${size} ` +
        "unconstrained numbers of the model",
    );
  }
  for (let i = 0; shape.length === 2 && i < size; i++) {
    for (let j = 0; j < i; j++) {
      const [a, b] = [data[i * size + j], data[j * size + i]];
      // Twice the same number of float32, computed in two ways.
      if (!(Math.abs(a - b) > 1e-5 * Math.sqrt(Math.abs(data[i * size + i] * data[j * size + j])))) continue;
      throw new Error(
        `Cannot use ${user}: inverseMassMatrix is not symmetric: found ${a} at [${i}, ${j}] and ${b} at ` +
          `[${j}, ${i}]; give a covariance of the unconstrained numbers`,
      );
    }
  }
  return Float64Array.from(data);
}
