import { compile, type Compiled, type CompileOptions } from "../../compile/mod.ts";
import { interpret } from "../../compile/engine/eager.ts";
import type { Engine } from "../../compile/engine/engine.ts";
import type { Value } from "../../compile/ir/graph.ts";
import { eagerCosts } from "../../compile/passes/fission/cost.ts";
import { Program } from "../../compile/program.ts";
import { isLeaf, signatureOf, trace } from "../../compile/trace/trace.ts";
import type { AnyFunction } from "../../ppl/mod.ts";
import { flatten, type HostArray, Key, type Tensor, tf, toHostArray, toTensor } from "../../tensor/mod.ts";

/** Runs a graph on tfjs, operation by operation: for graphs that are not worth loading into an engine, and as the oracle. */
export const interpreter: Engine = {
  name: "tfjs",
  loopCosts: eagerCosts,
  load: (graph, values) => ({
    provider: `tfjs ${tf.getBackend()}`,
    run(inputs, outputs, dims) {
      tf.tidy(() => {
        const given = new Map<Value, Tensor>(values.map((value, i) => [value, toTensor(inputs[i])]));
        interpret(graph, given, dims).forEach((tensor, i) => outputs[i].data.set(tensor.dataSync()));
      });
    },
    release() {},
  }),
};

/** A compiled function as inference uses it. */
export type Programs = Pick<Compiled<AnyFunction>, "arrays" | "program" | "release">;

/** `compile`, except that for engine "tfjs" the traced graph is interpreted: one trace and the same noise as elsewhere. */
export function programsOf(fn: AnyFunction, options: CompileOptions): Programs {
  if (options.engine !== "tfjs") return compile(fn, options);
  if (options.dtype === "float64") {
    throw new Error(
      'Cannot compute in float64 with engine "tfjs": tfjs has float32 only; use engine "onnx" or "js"',
    );
  }
  const loaded = new Map<string, Promise<Program>>();
  const program = (...args: unknown[]): Promise<Program> => {
    const signature = signatureOf(args, options.axes);
    let found = loaded.get(signature);
    if (!found) {
      const traced = trace(fn as (...args: never[]) => unknown, args, options.axes);
      loaded.set(
        signature,
        found = Program.load(traced, interpreter, { precision: "float32", device: "cpu", threads: 0 }, {
          fission: options.fission ?? true,
        }),
      );
    }
    return found;
  };
  return {
    program,
    async arrays(...args: unknown[]) {
      const ready = await program(...args), { leaves } = flatten(args, isLeaf);
      const keys = leaves.filter((leaf): leaf is Key => leaf instanceof Key);
      const inputs = leaves.flatMap((leaf): HostArray[] =>
        leaf instanceof Key ? [] : [leaf instanceof tf.Tensor ? toHostArray(leaf) : leaf]
      );
      return ready.rebuild(await ready.run(inputs, keys));
    },
    release: () => Promise.resolve(loaded.clear()),
  };
}
