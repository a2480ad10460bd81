import { table } from "arquero";
import { chart, points } from "../../lib/plot/mod.ts";
import type { Experiment } from "../../lib/results/mod.ts";
import type { RegistryEntry } from "../../experiments/registry.ts";
import type { ProgressBar, Terminal } from "../../tasks/runner/terminal.ts";
import type { FakeResult, FakeTask } from "./fake_worker.ts";

type Config = { readonly steps: number };

/** An experiment that takes a moment: the mean of ruggedness outside Africa, and a number for each seed. */
export const fake: Experiment<Config, FakeTask, FakeResult> = {
  name: "fake",
  title: "A fake experiment",
  question: "Does the runner work?",
  data: ["rugged"],
  profiles: { quick: { seeds: 2, steps: 10 }, full: { seeds: 3, steps: 20 } },
  targets: { level: { value: 1, tolerance: 0.5, source: "nobody (2001)" } },
  recovery: ({ a }) => ({ level: { value: a - 9.2 + 1, tolerance: 0.6, source: "the known intercept" } }),
  steps: "steps",
  worker: new URL("./fake_worker.ts", import.meta.url),
  tasks: ({ config: { steps }, seeds: [seed] }) => [
    { name: "draw", steps, seconds: 0, data: { steps, seed } },
  ],
  report(ctx, [{ draw }]): void {
    const ruggedness = ctx.dataset("rugged").value.array("rugged") as number[];
    ctx.metric("level", ctx.seeds.map((seed) => 1 + seed / 10));
    ctx.metric("draw", draw);
    ctx.metric("broken", NaN, { direction: "lower", unit: "s" });
    ctx.curve("losses/main", { step: [0, 1], loss: Float32Array.of(2, 1.5) });
    ctx.table("summary", table({ name: ["x"], value: [1.25] }));
    ctx.figure("dots", chart([points({ x: [1, 2], y: [1, 2] })], { simulated: ctx.simulated }));
    ctx.svg("model", "<svg></svg>");
    ctx.log(`mean of ${ruggedness.length}`);
  },
};

/** A registry entry for an experiment, whose sources are this folder's. */
export const entryOf = (experiment: Experiment): RegistryEntry => ({
  name: experiment.name,
  folder: new URL("./sources/", import.meta.url),
  load: () => Promise.resolve(experiment),
});

/** A terminal that remembers. */
export function memoryTerminal(): Terminal & { printed: string[]; warned: string[]; bars: string[] } {
  const printed: string[] = [], warned: string[] = [], bars: string[] = [];
  return {
    printed,
    warned,
    bars,
    print: (line) => void printed.push(line),
    warn: (line) => void warned.push(line),
    progress(label, total): ProgressBar {
      const end = () => void bars.push(`${label} ended`);
      return {
        update: (done) => void bars.push(`${label} ${done}/${total}`),
        done: end,
        [Symbol.dispose]: end,
      };
    },
  };
}
