/**
 * A process that trains the Deep Markov Model on chorales with the tutorial's settings, and prints
 * as JSON the median of some epochs after the first.
 *
 * usage: epoch.ts DATA.json EPOCHS
 *
 * @module
 */
import { answer } from "../shared/child.ts";
import { dmm } from "../../lib/models/mod.ts";
import { random } from "../../lib/tensor/mod.ts";
import { sequencesOf, train, tutorial } from "../../experiments/dmm/notebook.ts";
import { median } from "../../lib/statistics/mod.ts";

if (import.meta.main) {
  const [path, epochs] = Deno.args, data = JSON.parse(await Deno.readTextFile(path));
  const folder = await Deno.makeTempDir(), times: number[] = [];
  let last = 0;
  const tell = () => {
    const now = performance.now();
    if (last > 0) times.push((now - last) / 1000);
    last = now;
  };
  const [train_, valid, test] = [data.train, data.valid, data.test].map(sequencesOf);
  // Evaluations are not part of an epoch.
  const config = { ...tutorial, epochs: Number(epochs) + 1, evaluateEvery: 1000, threads: 0 };
  // A key with which the first epochs, at this rate near the edge of what is stable, stay finite.
  await train(dmm(), { train: train_, valid, test }, config, random.key(1), {
    folder,
    resume: false,
    compile: { engine: "onnx" },
    tell,
  });
  await Deno.remove(folder, { recursive: true });
  // The last one has the evaluation at the end of a training.
  answer({ epoch_s: median(times.slice(0, -1)), n: times.length - 1 });
}
