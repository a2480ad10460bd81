import { reasonOf } from "../../system/mod.ts";
import type { HostArray } from "../../tensor/mod.ts";

/** Words in each runtime's messages when memory ran out. */
const OUT_OF_MEMORY = { "ONNX Runtime": /alloc|memory/i, XLA: /alloc|memory|exhausted/i } as const;

/** Returns the message for a failure within a runtime; when memory ran out, with the remedy. */
export function runError(
  runtime: keyof typeof OUT_OF_MEMORY,
  cause: unknown,
  inputs: readonly HostArray[],
): string {
  const reason = reasonOf(cause);
  const largest = inputs.toSorted((a, b) => b.data.length - a.data.length).at(0);
  return `Cannot run the graph in ${runtime}: ${reason}` +
    (OUT_OF_MEMORY[runtime].test(reason)
      ? `. Memory ran out: the largest input has shape [${
        largest?.shape ?? []
      }]; use a smaller batch, or shorter sequences`
      : "");
}
