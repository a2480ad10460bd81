import { tf } from "../../../tensor/mod.ts";
import { callerPlace } from "../caller.ts";
import { BACKEND } from "../active.ts";
import { tracedKernels } from "./register.ts";

// A kernel without a rule above: say which, rather than tfjs's "not registered for backend".
const traced = new Set(tracedKernels());
for (const { kernelName } of tf.getKernelsForBackend("cpu")) {
  if (traced.has(kernelName)) continue;
  tf.registerKernel({
    kernelName,
    backendName: BACKEND,
    kernelFunc: () => {
      throw new Error(
        `Cannot lower the tfjs kernel "${kernelName}"${callerPlace()}: it has no counterpart in the graph. ` +
          `Write it with operations that have one, or keep it outside the traced function`,
      );
    },
  });
}
