import type { HostArray } from "../tensor/mod.ts";
import type { Graph } from "./ir/graph.ts";
import { type Dims, evaluate } from "./ir/size.ts";
import type { InputSpec } from "./trace/trace.ts";

/**
 * Returns the lengths of the symbolic axes that the arguments' shapes imply. Throws, naming
 * argument and axis, where they contradict.
 */
export function impliedLengths(
  inputs: readonly InputSpec[],
  arrays: readonly HostArray[],
): Map<string, number> {
  const dims = new Map<string, number>(), from = new Map<string, string>();
  inputs.forEach(({ shape, path }, i) => {
    const found = arrays[i].shape;
    if (found.length !== shape.length) {
      throw new Error(`Cannot run: ${path} has shape [${found}], expected rank ${shape.length}: [${shape}]`);
    }
    shape.forEach((size, axis) => {
      if (typeof size === "number") {
        if (found[axis] === size) return;
        throw new Error(
          `Cannot run: ${path} has shape [${found}], expected [${shape}]: axis ${axis} must be ${size}`,
        );
      }
      const before = dims.get(size.key);
      if (before !== undefined && before !== found[axis]) {
        throw new Error(
          `Cannot run: axis "${size}" is ${before} in ${from.get(size.key)} but ${found[axis]} in ${path}`,
        );
      }
      dims.set(size.key, found[axis]);
      from.set(size.key, path);
    });
  });
  return dims;
}

/** Throws where a slice or an index lies beyond an axis whose length is known now only. */
export function checkRequired(required: Graph["required"], dims: Dims): void {
  for (const [length, what] of required) {
    if (evaluate(length, dims) >= 0) continue;
    const given = [...dims].map(([name, number]) => `${name} is ${number}`).join(", ");
    throw new Error(`Cannot run: the function takes ${what}, but ${given}`);
  }
}
