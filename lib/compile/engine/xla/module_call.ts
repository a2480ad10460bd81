import { Operation } from "../../../tensorflow/mod.ts";
import type { Runtime } from "./runtime.ts";

/** The types of inputs and outputs: their lengths, and TensorFlow's numbers of element types. */
export type ModuleTypes = Readonly<
  Record<"inputs" | "outputs", readonly { readonly shape: readonly number[]; readonly code: number }[]>
>;

/** The version of the calling convention of `XlaCallModule`: the one that JAX writes. */
const CONVENTION = 10;

/**
 * A module as an operation that can be run again and again: TensorFlow's `XlaCallModule`, which
 * parses the text and compiles it at the first run. One run at a time.
 *
 * @param module the text of a StableHLO module, in UTF-8
 */
export function moduleCall(
  { context, device, platform }: Runtime,
  module: Uint8Array<ArrayBuffer>,
  { inputs, outputs }: ModuleTypes,
): Operation {
  const attributes = {
    version: { int: CONVENTION },
    module: { string: module },
    platforms: { strings: [platform] },
    Tin: { types: inputs.map((t) => t.code) },
    Tout: { types: outputs.map((t) => t.code) },
    Sout: { shapes: outputs.map((t) => t.shape) },
  };
  return new Operation(context, "XlaCallModule", attributes, outputs.length, device);
}
