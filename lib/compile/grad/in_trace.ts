import { flatten, isTensor, mapTree, type Tensor, tf, unflatten } from "../../tensor/mod.ts";
import { interpret } from "../engine/interpret.ts";
import type { Value } from "../ir/graph.ts";
import { identity } from "../ops/unary.ts";
import { eliminateDeadCode } from "../passes/dead_code.ts";
import { isTracing } from "../trace/active.ts";
import { TraceContext } from "../trace/context.ts";
import { tensorOf, valueOf } from "../trace/tensors.ts";

/**
 * Runs `body` in a trace: the one in progress, where tensors are used as they are, or a new one
 * that is interpreted on tfjs, which makes a function of graphs out of it that works eagerly too.
 */
export function inTrace(args: readonly unknown[], body: (args: unknown[]) => unknown): unknown {
  if (isTracing()) return body([...args]);
  const trace = new TraceContext(), inputs = new Map<Value, Tensor>();
  const result = trace.run(() => {
    const traced = mapTree(args, isTensor, (tensor: Tensor) => {
      const input = trace.input(tensor.shape, tensor.dtype, `x${inputs.size}`);
      inputs.set(valueOf(input), tensor);
      return input;
    });
    const output = body(traced);
    trace.root.outputs = flatten(output, isTensor).leaves.map(valueOf);
    eliminateDeadCode(trace.root);
    return output;
  });
  return unflatten(result, isTensor, tf.tidy(() => interpret(trace.root, inputs)));
}

/** Gives the arguments with fresh values at `argnums` (default: all), and those values. */
export function fresh(
  args: unknown[],
  argnums: readonly number[] = [...args.keys()],
): { args: unknown[]; wrt: Value[] } {
  const wrt: Value[] = [], copy = args.slice();
  for (const n of argnums) {
    if (n < 0 || n >= args.length) {
      throw new Error(
        `Cannot differentiate with respect to argument ${n}: the function is called with ${args.length}`,
      );
    }
    copy[n] = mapTree(args[n], isTensor, (tensor: Tensor) => {
      if (tensor.dtype !== "float32") {
        throw new Error(
          `Cannot differentiate with respect to a tensor of dtype ${tensor.dtype} in argument ${n}: expected float32`,
        );
      }
      const value = identity(valueOf(tensor));
      wrt.push(value);
      return tensorOf(value);
    });
  }
  return { args: copy, wrt };
}
