import { fileURLToPath } from "node:url";
import { noteBaselines, resolveDataset } from "../../lib/data/mod.ts";
import { reasonOf, sha256, writeFileAtomic } from "../../lib/system/mod.ts";
import { dmm, encodeDmm, type TrainedDmm } from "../../lib/models/mod.ts";
import type { Figure } from "../../lib/plot/mod.ts";
import { git } from "../../lib/results/mod.ts";
import { random } from "../../lib/tensor/mod.ts";
import {
  compose,
  compositionFigure,
  dmmExports,
  reconstruct,
  reconstructionFigure,
  sequencesOf,
  train,
} from "../../experiments/dmm/notebook.ts";
import { type Check, exportParts } from "../../lib/serve/mod.ts";
import type { Terminal } from "../runner/terminal.ts";
import { lossFigure } from "./loss_figure.ts";
import type { DemoSettings } from "./settings.ts";

/** The results of a demonstration. */
interface DemoOutcome {
  /**
   * The negative ELBO of the validation pieces, in nats a step, at the parameters that are kept.
   */
  readonly validNll: number;
  /** The same of 88 independent Markov chains. */
  readonly baseline: number;
  /** The differences of the exported models from the library. */
  readonly checks: readonly Check[];
}

/** Draws of compositions: apart from those of training. */
const COMPOSE = 5;

async function commitOfProject(): Promise<string> {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const { ok, out } = await git(root, "rev-parse", "--verify", "--quiet", "HEAD").catch(() => ({
    ok: false,
    out: "",
  }));
  return ok ? out.trim() : "unknown";
}

/** Makes a folder within another that is there while `body` runs. */
async function withFolder<T>(path: string, body: () => Promise<T>): Promise<T> {
  try {
    await Deno.remove(path, { recursive: true }).catch(() => {});
    await Deno.mkdir(path, { recursive: true });
  } catch (cause) {
    const reason = reasonOf(cause);
    throw new Error(`Cannot write to ${path}: ${reason}; name a folder with --out DIR`, { cause });
  }
  try {
    return await body();
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

/**
 * Composes chorales, trains a small Deep Markov Model on them, draws what it has learned, and
 * exports it: all into one folder.
 *
 * @throws (rejects) Error where the folder cannot be written, and where an exported model differs
 * from the library.
 */
export async function runDemo(
  folder: string,
  seed: number,
  settings: DemoSettings,
  terminal: Terminal,
): Promise<DemoOutcome> {
  const { sizes, training, pieces = Infinity, compositions, steps } = settings;
  const { value: all, source } = await resolveDataset("jsb", { data: "simulated", seed });
  const [forTraining, valid, test] = [all.train, all.valid, all.test].map((part) => part.slice(0, pieces));
  const splits = { train: sequencesOf(forTraining), valid: sequencesOf(valid), test: sequencesOf(test) };
  const model = dmm(sizes),
    key = random.key(seed),
    { firstOrder: baseline } = noteBaselines(forTraining, valid);
  terminal.print(`${forTraining.length} chorales composed by rule (${source}), ${splits.train.slices} steps`);

  const { best, bestEpoch, curves, seconds } = await withFolder(`${folder}/.training`, async () => {
    using bar = terminal.progress("epochs", training.epochs);
    const tell = (done: number, text?: string) => bar.update(done, text);
    return await train(model, splits, training, key, { folder: `${folder}/.training`, resume: false, tell });
  });
  const validNll = curves.validNll[curves.epochs.indexOf(bestEpoch)];
  terminal.print(`A Deep Markov Model trained for ${training.epochs} epochs in ${Math.round(seconds)} s`);

  const draw = async (name: string, figure: Figure) =>
    await writeFileAtomic(`${folder}/${name}.svg`, `${await figure.toSVG()}\n`);
  await draw("loss", lossFigure(curves, baseline));
  const [kept] = await reconstruct(model, best, splits.test.rows.slice(0, 1));
  await draw("reconstruction", reconstructionFigure(test[0], kept, { simulated: true }));
  const drawn = await compose(model, best, key.foldIn(COMPOSE), steps, compositions);
  await draw("composition", compositionFigure(drawn, { simulated: true }));

  const metadata = {
    experiment: "demo",
    commit: await commitOfProject(),
    data: source,
    data_sha256: "simulated",
    epoch: String(bestEpoch),
    valid_nll: validNll.toFixed(4),
  };
  const bytes = encodeDmm(best, model.options, metadata);
  await writeFileAtomic(`${folder}/parameters.safetensors`, bytes);
  const trained: TrainedDmm = { params: best, options: model.options, metadata };
  const checks = await exportParts(
    dmmExports(trained),
    { ...metadata, parameters_sha256: await sha256(bytes) },
    `${folder}/model_repository`,
  );
  return { validNll, baseline, checks };
}
