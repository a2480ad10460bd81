/** The page's model in ONNX Runtime for this machine, as the page has it in that for browsers. */
import { compose, type Model, type Settings, type Step } from "../../../lib/serve/playground/page/compose.js";
import type { Run } from "../../../lib/serve/playground/page/runtime.js";
import { loadModel } from "../../../lib/serve/mod.ts";

/** Opens an ONNX file as a function. */
export async function openRun(bytes: Uint8Array): Promise<{ run: Run; release(): Promise<void> }> {
  const loaded = await loadModel(bytes, { threads: 1 });
  const run: Run = async (values) => {
    const arrays = Object.entries(values).map(([name, { data, dims }]) => [name, { data, shape: [...dims] }]);
    const outputs = await loaded.run(Object.fromEntries(arrays));
    return Object.fromEntries(
      Object.entries(outputs).map(([name, { data }]) => [name, Float32Array.from(data)]),
    );
  };
  return { run, release: loaded.release };
}

/** Composes a whole piece. */
export async function composed(model: Model, settings: Settings): Promise<Step[]> {
  const steps: Step[] = [];
  for await (const step of compose(model, settings)) steps.push(step);
  return steps;
}

/** The chords of steps. */
export const chordsOf = (steps: readonly Step[]): number[][] => steps.map(({ chord }) => chord);
