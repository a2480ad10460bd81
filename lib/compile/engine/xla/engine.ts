import type { Engine } from "../engine.ts";

/**
 * Runs graphs in XLA, the compiler within TensorFlow's library: one compiled program for each set
 * of lengths, one call per run. Loops are taken apart as for ONNX Runtime: a DMM's step then takes
 * 0.8 of the time that it takes with its loops as they were written.
 */
export const xlaEngine: Engine = {
  name: "xla",
  compilesEachShape: true,
  async load(graph, inputs, options) {
    // Nothing of TensorFlow is touched before it is asked for.
    const [{ XlaExecutable }, { runtimeOf }, { selfTest }] = await Promise.all([
      import("./executable.ts"),
      import("./runtime.ts"),
      import("./self_test.ts"),
    ]);
    return new XlaExecutable(runtimeOf(options, selfTest), graph, inputs, options);
  },
};
