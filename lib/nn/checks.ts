import type { Tensor } from "../tensor/mod.ts";

/** Throws unless all sizes, and those in lists, are positive integers. */
export function checkSizes(
  layer: string,
  sizes: Readonly<Record<string, number | readonly number[]>>,
): void {
  for (const [name, size] of Object.entries(sizes)) {
    if (typeof size === "object") {
      checkSizes(layer, Object.fromEntries(size.map((each, i) => [`${name}[${i}]`, each])));
    } else if (!(Number.isSafeInteger(size) && size > 0)) {
      throw new Error(`Cannot make ${layer}: ${name} is ${size}, expected a positive integer`);
    }
  }
}

/** Throws unless a layer's input is time-major sequences of its size. */
export function checkInput(name: string, x: Tensor, inputSize: number): void {
  if (x.rank === 3 && x.shape[2] === inputSize) return;
  throw new Error(
    `Cannot run ${name}: the input has shape [${x.shape}], expected [time, batch, ${inputSize}]`,
  );
}
