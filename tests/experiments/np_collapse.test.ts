import assert from "node:assert/strict";
import reference from "../golden/np_loss.json" with { type: "json" };
import { exportCommand } from "../../tasks/export.ts";
import { npCase, npLoss, npName } from "../../tasks/golden/np_loss.ts";
import { common, type NpConfig, settings } from "../../experiments/np_collapse/settings.ts";
import { divergence, PRINTED, printedDivergences } from "../../experiments/np_collapse/explanation.ts";
import { functionThrough } from "../../experiments/np_collapse/many_functions.ts";
import { Measures } from "../../experiments/np_collapse/measures.ts";
import { npExperiment } from "../../experiments/np_collapse/mod.ts";
import { lookSteps } from "../../experiments/np_collapse/task.ts";
import { column, contexts, processWith, X, Y } from "../../experiments/np_collapse/system.ts";
import { textLoss } from "../../experiments/np_collapse/text_loss.ts";
import { reproduce } from "../../tasks/reproduce.ts";
import type { RegistryEntry } from "../../experiments/registry.ts";
import { compile, valueAndGrad } from "../../lib/compile/mod.ts";
import { TraceMeanFieldELBO } from "../../lib/infer/mod.ts";
import { loadNeuralProcess, neuralProcess } from "../../lib/models/mod.ts";
import { module, substitute } from "../../lib/ppl/mod.ts";
import { parseRecord } from "../../lib/results/mod.ts";
import {
  flatten,
  type HostArray,
  isHostArray,
  isTensor,
  type Key,
  random,
  type Tensor,
  tf,
  toTensor,
} from "../../lib/tensor/mod.ts";
import { readRepository } from "../../lib/serve/mod.ts";
import { inTemporaryFolder } from "../temporary.ts";
import { memoryTerminal } from "../tasks/fake.ts";

const file = reference as never;
const count = (flags: ArrayLike<number>): number => Array.from(flags).filter((flag) => flag === 1).length;

Deno.test("the loss of the text, as a custom objective, is that of the model and the guide, in float64", async () => {
  const np = neuralProcess(), text = textLoss(np, 10);
  const { loss } = new TraceMeanFieldELBO({ numParticles: 10, vectorizeParticles: true });
  for (const given of reference.cases) {
    const own = npCase(file, given), { params, points, noise } = own;
    const ofPair = await npLoss(loss, own, "float64");
    const at = (p: Record<string, Tensor>, x: unknown, key: Key) =>
      text(key, substitute(() => module("np", np.net)(), { data: p }), () => {}, [x]);
    const compiled = compile(
      (p: Record<string, Tensor>, x: unknown, key: Key) => valueAndGrad(at)(p, x, key),
      {
        dtype: "float64",
      },
    );
    const program = await compiled.program(params, points, random.key(0));
    const arrays = flatten([params, points], isHostArray).leaves as HostArray[];
    const ofText = program.rebuild(await program.run(arrays, [], { noise: [noise] }));
    await compiled.release();
    const close = (a: number, b: number) =>
      assert.ok(Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b)), `${a}, not ${b}`);
    close(ofText.value.data[0], ofPair.value.data[0]);
    close(ofText.value.data[0], given.loss);
    for (const [name, expected] of Object.entries(given.grad) as [string, number[]][]) {
      const size = Math.max(...expected.map(Math.abs), 1);
      expected.forEach((g, i) => {
        close(ofText.grad[npName(name)].data[i] / size, g / size);
        close(ofPair.grad[npName(name)].data[i] / size, g / size);
      });
    }
  }
});

Deno.test("the divergence that the text prints is that of the distributions it prints", () => {
  const { adaptive, standard } = printedDivergences();
  assert.ok(Math.abs(adaptive - PRINTED.kl) < 1e-5, `${adaptive}`);
  assert.ok(standard > 8);
  assert.equal(divergence(0, 1), 0);
  assert.ok(Math.abs(divergence(3, 1) - 4.5) < 1e-12);
});

Deno.test("contexts() has all sets of one, two and three points, sizes alike", () => {
  const { known, probability } = contexts();
  assert.deepEqual(known.shape, [25, 5]);
  const bySize = [0, 0, 0, 0];
  probability.forEach((p, i) => bySize[count(known.data.subarray(5 * i, 5 * i + 5))] += p);
  bySize.slice(1).forEach((p) => assert.ok(Math.abs(p - 1 / 3) < 1e-6));
  assert.equal(
    new Set(Array.from({ length: 25 }, (_, i) => `${known.data.subarray(5 * i, 5 * i + 5)}`)).size,
    25,
  );
});

Deno.test("runs are looked at regularly, at half of the training and often at its end", () => {
  const at = (steps: number) =>
    lookSteps({
      setting: { name: "a", weights: "normal", steps },
      lookEvery: 500,
      window: 1000,
      windowLooks: 10,
    });
  assert.deepEqual(at(2001).slice(0, 4), [0, 500, 1000, 1101]);
  assert.deepEqual(at(2001).slice(-3), [1901, 2000, 2001]);
  assert.ok(at(9001).includes(4500));
  assert.deepEqual(at(3), [0, 1, 3]);
});

Deno.test("functionThrough() goes through the data and elsewhere where it is drawn", () => {
  const y = toTensor(column(Y)), points = functionThrough(random.key(0), y);
  assert.deepEqual(points.x.shape, [7, 1]);
  const close = (a: Tensor, b: Tensor) => assert.ok(a.sub(b).abs().max().dataSync()[0] < 1e-6);
  close(points.y.slice([0, 0], [5, 1]), y);
  assert.deepEqual([...points.context.dataSync()], [1, 1, 1, 1, 1, 0, 0]);
  const [a, b] = [points, functionThrough(random.key(1), y)].map((p) => p.y.dataSync()[6]);
  assert.notEqual(a, b);
});

Deno.test("Measures looks at each run as at it alone", async () => {
  const np = processWith("normal"), all = tf.fill([5], 1, "bool") as Tensor;
  const nets = [0, 1, 2].map((i) => np.net.init(random.key(i)));
  const named = nets.map((net) => flatten(net, isTensor));
  const params = Object.fromEntries(named[0].paths.map((path, k) => [
    `np.${path}`,
    {
      data: Float32Array.from(named.flatMap(({ leaves }) => [...leaves[k].dataSync()])),
      shape: [3, ...named[0].leaves[k].shape],
    },
  ]));
  const measures = new Measures(np, false, 400, 3, { engine: "js" });
  const found = await measures.look(params, random.key(9)),
    functions = await measures.functions(params, random.key(9));
  assert.deepEqual(functions.shape, [3, 3, 80]);
  nets.forEach((net, run) => {
    const x = toTensor(column(X)), y = toTensor(column(Y)), q = np.latent(net, x, y, all);
    assert.ok(Math.abs(found.sigma_z[run] - q.scale.mean().dataSync()[0]) < 1e-5);
    const z = random.normal(random.key(1), [4000, 2]).mul(q.scale).add(q.loc) as Tensor;
    const f = np.decode(net, toTensor(column([-4])), z).reshape([-1]),
      sd = tf.moments(f).variance.sqrt().dataSync()[0];
    assert.ok(Math.abs(found["sd_at_-4"][run] / sd - 1) < 0.15, `${found["sd_at_-4"][run]}, not ${sd}`);
    const { known, probability } = contexts();
    let kl = 0;
    probability.forEach((p, i) => {
      const own = toTensor({ data: known.data.slice(5 * i, 5 * i + 5), shape: [5] }),
        prior = np.latent(net, x, y, own);
      const [m, s, m2, s2] = [q.loc, q.scale, prior.loc, prior.scale].map((t) => t.dataSync());
      kl += p * (divergence(m[0], s[0], m2[0], s2[0]) + divergence(m[1], s[1], m2[1], s2[1]));
    });
    assert.ok(Math.abs(found.kl[run] / kl - 1) < 1e-3, `${found.kl[run]}, not ${kl}`);
  });
  await measures.release();
});

const tiny: NpConfig & { seeds: number } = {
  ...common,
  seeds: 1,
  runs: 5,
  chunk: 3,
  predictions: 10,
  lookEvery: 10,
  window: 10,
  windowLooks: 2,
  settings: [
    { name: "normal_20", weights: "normal", steps: 20 },
    { name: "default_20", weights: "default", steps: 20 },
    { name: "remedy", weights: "normal", steps: 20, remedy: true },
  ],
};

async function run(cwd: string, config: NpConfig & { seeds: number }, ...args: string[]) {
  const terminal = memoryTerminal(), experiment = npExperiment({ quick: config, full: config });
  const entry: RegistryEntry = {
    name: "np_collapse",
    folder: new URL("../tasks/sources/", import.meta.url),
    load: () => Promise.resolve(experiment),
  };
  return { code: await reproduce(["np_collapse", ...args], { registry: [entry], cwd, terminal }), terminal };
}

Deno.test("np_collapse reports quantiles and rates of every setting, goes on from what is done, and exports", async () => {
  await inTemporaryFolder(async (cwd) => {
    const first = await run(cwd, tiny);
    assert.equal(first.code, 0, first.terminal.warned.join("\n"));
    const path = `${cwd}/results/np_collapse/quick`, text = await Deno.readTextFile(`${path}.json`);
    const record = parseRecord(text, path), names = record.metrics.map((m) => m.name);
    for (const { name } of tiny.settings) {
      for (const measure of ["sd_at_-4", "sd_at_3.9", "sigma_z", "kl", "loss", "error"]) {
        for (const q of ["q10", "q25", "median", "q75", "q90"]) {
          assert.ok(names.includes(`${name}/${measure}/${q}`));
        }
      }
      const rate = record.metrics.find((m) => m.name === `${name}/collapsed`)!;
      assert.ok(rate.n === 5 && rate.se! > 0 && rate.value! >= 0 && rate.value! <= 1);
    }
    assert.deepEqual(
      record.artifacts.map(({ path }) => path.replace("np_collapse/quick/", "")).filter((p) =>
        !p.endsWith("vl.json")
      ),
      [
        "curves/default_20.csv",
        "curves/normal_20.csv",
        "curves/remedy.csv",
        ...["distribution", "divergence", "functions", "growth", "shrink"].map((n) => `figures/${n}.svg`),
        "parameters.safetensors",
        "tables/collapse.csv",
        "tables/initial.csv",
      ],
    );
    assert.match(await Deno.readTextFile(`${path}/curves/remedy.csv`), /^step,sd_at_-4_q25,.*collapsed\n0,/);

    // Six parts were kept; one of them is damaged, and is trained again.
    const results = `${cwd}/.pyrosaur/checkpoints/np_collapse/quick/results`;
    const kept = [...Deno.readDirSync(results)].map(({ name }) => name);
    assert.equal(kept.length, 6);
    await Deno.writeTextFile(`${results}/${kept[0]}`, "{");
    const again = await run(cwd, tiny, "--resume");
    assert.equal(again.code, 0);
    assert.ok(
      again.terminal.bars.some((bar) => /steps of runs \d+\/(40|60)/.test(bar)),
      again.terminal.bars.join(),
    );
    const metrics = (json: string) => JSON.parse(json).metrics;
    assert.deepEqual(metrics(await Deno.readTextFile(`${path}.json`)), metrics(text));
    assert.match(again.terminal.warned.join("\n"), /^Task \S+ is computed again: \S+ is damaged$/);

    assert.equal(
      await exportCommand(["np_collapse", "--out", "repo"], { cwd, terminal: memoryTerminal() }),
      0,
    );
    const [{ config }] = await readRepository(`${cwd}/repo`);
    assert.equal(config.name, "np_predictive");
    assert.deepEqual(config.input.map(({ name, dims }) => [name, dims]), [
      ["context_x", [-1, 1]],
      ["context_y", [-1, 1]],
      ["target_x", [-1, 1]],
      ["noise", [-1, 2]],
    ]);
    assert.equal((await loadNeuralProcess(`${path}/parameters.safetensors`)).metadata.setting, "remedy");
  });
});

Deno.test("np_collapse says which runs could not be trained", async () => {
  await inTemporaryFolder(async (cwd) => {
    const { code, terminal } = await run(cwd, { ...tiny, learningRate: 1e30 });
    assert.equal(code, 1);
    assert.match(
      terminal.warned.join("\n"),
      /Cannot perform task normal_20-[01]: all \d runs of normal_20 diverged/,
    );
  });
});

Deno.test("the settings are the text's four and a remedy", () => {
  assert.deepEqual(settings.map(({ name, weights, steps }) => [name, weights, steps]), [
    ["normal_9001", "normal", 9001],
    ["default_9001", "default", 9001],
    ["xavier_9001", "xavier", 9001],
    ["normal_25001", "normal", 25_001],
    ["remedy", "normal", 25_001],
  ]);
});
