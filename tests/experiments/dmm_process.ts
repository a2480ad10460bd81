/** Trains a tiny model in a process that a test kills. Arguments: the folder, the epochs, whether to go on. Prints epochs. */
import { encodeSafetensors } from "../../lib/tensor/mod.ts";
import { fit, tinyConfig } from "./dmm_tiny.ts";

const [folder, epochs, resume] = Deno.args, encoder = new TextEncoder();
// With all that a training may remember beside its parameters.
const training = {
  ...tinyConfig.training,
  epochs: Number(epochs),
  schedule: { warmupEpochs: 2 },
  noteOdds: true as const,
  averaging: 0.9,
};
const tell = (epoch: number) => void Deno.stdout.writeSync(encoder.encode(`${epoch}\n`));
const { params, curves, testNll } = await fit(folder, {
  training,
  resume: resume === "resume",
  numIafs: 1,
  tell,
});
const own = ({ trainNll, validNll, testNll }: typeof curves) =>
  JSON.stringify({ trainNll, validNll, testNll });
await Deno.writeFile(
  `${folder}/final.safetensors`,
  encodeSafetensors({ tensors: params, metadata: { curves: own(curves), testNll: JSON.stringify(testNll) } }),
);
