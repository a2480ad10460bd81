import { reasonOf } from "../../../system/mod.ts";
import { readTensorInto, tensorFrom } from "../../../tensorflow/mod.ts";
import { moduleCall } from "./module_call.ts";
import type { Runtime } from "./runtime.ts";

const MODULE = `module @self_test {
func.func public @main(%x: tensor<3xf32>) -> tensor<3xf32> {
%0 = stablehlo.multiply %x, %x : tensor<3xf32>
%1 = stablehlo.add %0, %x : tensor<3xf32>
return %1 : tensor<3xf32>
}
}
`;

/**
 * Runs x * x + x of three numbers: `XlaCallModule` is internal to TensorFlow, and a version that
 * changed it should say so here rather than in the midst of a training. Throws with the version
 * that was found.
 */
export function selfTest(runtime: Runtime): void {
  const { context, platform } = runtime, { version } = context.library;
  const type = { shape: [3], code: 1 }, answer = new Float32Array(3);
  try {
    const call = moduleCall(runtime, new TextEncoder().encode(MODULE), { inputs: [type], outputs: [type] });
    const x = tensorFrom(context, type.code, type.shape, Float32Array.of(1, 2, 3));
    try {
      const [y] = call.run([x]);
      readTensorInto(context, y, answer);
      context.free(y);
    } finally {
      context.free(x);
      call.delete();
    }
  } catch (cause) {
    throw new Error(
      `Engine "xla" does not work with TensorFlow ${version} on ${platform}: ${
        reasonOf(cause)
      }; use engine "onnx"`,
      { cause },
    );
  }
  if (answer.join() !== "2,6,12") {
    throw new Error(
      `Engine "xla" computes wrongly with TensorFlow ${version} on ${platform}: [${answer}], expected [2,6,12]; use engine "onnx"`,
    );
  }
}
