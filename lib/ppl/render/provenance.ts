import { type Tensor, tf } from "../../tensor/mod.ts";

const origins = new WeakMap<Tensor, ReadonlySet<string>>();
const none: ReadonlySet<string> = new Set();

/** Returns the names of the sites that a tensor was computed from. */
export function originsOf(tensor: Tensor): ReadonlySet<string> {
  return origins.get(tensor) ?? none;
}

/** Returns a copy of a tensor that stands for the names given, whatever it was computed from. */
export function standFor(tensor: Tensor, names: readonly string[]): Tensor {
  const copy = tf.clone(tensor);
  origins.set(copy, new Set(names));
  return copy;
}

/**
 * Runs `body` while every tfjs kernel hands the names its inputs stand for on to its outputs. All
 * tensor operations end in kernels; only values that go through JavaScript numbers (`dataSync`)
 * lose their names.
 */
export function withProvenance<T>(body: () => T): T {
  const engine = tf.engine();
  const descriptor = Object.getOwnPropertyDescriptor(engine, "runKernel");
  const runKernel = engine.runKernel;
  engine.runKernel = function (this: typeof engine, name, inputs, attrs) {
    const outputs = runKernel.call(this, name, inputs, attrs);
    const names = new Set(
      Object.values(inputs).flatMap((t) => t instanceof tf.Tensor ? [...originsOf(t)] : []),
    );
    if (names.size > 0) [outputs].flat().forEach((output) => origins.set(output, names));
    return outputs as never;
  };
  try {
    return body();
  } finally {
    if (descriptor) Object.defineProperty(engine, "runKernel", descriptor);
    else delete (engine as { runKernel?: unknown }).runKernel;
  }
}
