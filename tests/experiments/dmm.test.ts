import assert from "node:assert/strict";
import { bothSettings, settingsFigure, settingsTable } from "../../experiments/dmm/both_settings.ts";
import { experiment } from "../../experiments/dmm/mod.ts";
import { nllFigure } from "../../experiments/dmm/figures.ts";
import type { Fit } from "../../experiments/dmm/task.ts";
import { profiles } from "../../experiments/dmm/settings.ts";
import { bestOf } from "../../experiments/dmm/report.ts";
import { chordsOf, compose, reconstruct } from "../../experiments/dmm/rolls.ts";
import { batchOf, LOWEST, NOTES, sequencesOf } from "../../experiments/dmm/sequences.ts";
import { annealingFactor } from "../../experiments/dmm/schedule.ts";
import { nllTable } from "../../experiments/dmm/table.ts";
import { recoveryOf, targetsOf } from "../../experiments/dmm/targets.ts";
import { clippedAdam, SVI, type SVIState } from "../../lib/infer/mod.ts";
import { type Dmm, dmm, encodeDmm, loadDmm } from "../../lib/models/mod.ts";
import { storedResult, type Task, writeRun } from "../../lib/results/mod.ts";
import { random } from "../../lib/tensor/mod.ts";
import { performTasks } from "../../tasks/runner/perform_tasks.ts";
import { metric, record } from "../results/records.ts";
import { memoryTerminal } from "../tasks/fake.ts";
import { inTemporaryFolder } from "../temporary.ts";
import { tinyConfig, tinyPieces, tinyTask } from "./dmm_tiny.ts";

async function untrained(model: Dmm): Promise<SVIState["params"]> {
  const svi = new SVI(model.model, model.guide, clippedAdam({ lr: 1e-3 }), undefined, { engine: "js" });
  const { params } = await svi.init(random.key(0), batchOf(sequencesOf(tinyPieces.train).rows), 1);
  await svi.release();
  return params;
}

const largest = (a: Float32Array[][], b: Float32Array[][]): number => {
  assert.deepEqual(a.map((rows) => rows.length), b.map((rows) => rows.length));
  return Math.max(
    ...a.flatMap((rows, i) => rows.flatMap((row, t) => Array.from(row, (x, k) => Math.abs(x - b[i][t][k])))),
  );
};

for (const numIafs of [0, 2]) {
  const model = dmm({ ...tinyConfig.sizes, numIafs }), { rows } = sequencesOf(tinyPieces.train);

  Deno.test(`reconstruct() gives probabilities of each sequence's length, whatever stands beside it, with ${numIafs} flows`, async () => {
    const params = await untrained(model), together = await reconstruct(model, params, rows);
    assert.deepEqual(together.map((piece) => piece.length), rows.map((piece) => piece.length));
    assert.ok(together.flat().every((row) => row.length === NOTES && row.every((p) => p > 0 && p < 1)));
    for (const i of [0, 3]) {
      const [alone] = await reconstruct(model, params, [rows[i]]);
      assert.ok(largest([alone], [together[i]]) < 1e-6);
    }
    assert.ok(largest(await reconstruct(model, params, rows, { engine: "tfjs" }), together) < 1e-5);
  });

  Deno.test(`compose() gives the same pieces for a key in every engine, with ${numIafs} flows`, async () => {
    const params = await untrained(model), options = (engine: "js" | "onnx" | "tfjs") => ({ engine });
    const [first, ...others] = await Promise.all(
      (["js", "onnx", "tfjs"] as const).map((engine) =>
        compose(model, params, random.key(3), 7, 2, options(engine))
      ),
    );
    for (const other of others) assert.deepEqual(other, first);
    assert.deepEqual(
      first.map((piece) => piece.map((row) => row.length)),
      Array(2).fill(Array(7).fill(NOTES)),
    );
    assert.ok(first.flat(2).every((row) => row.every((on) => on === 0 || on === 1)));
    assert.notDeepEqual(first[0], first[1]);
    assert.notDeepEqual(await compose(model, params, random.key(4), 7, 2, options("js")), first);
  });
}

Deno.test("reconstruct() depends on the notes, through what the guide makes of them", async () => {
  const model = dmm(tinyConfig.sizes),
    params = await untrained(model),
    rows = sequencesOf(tinyPieces.test).rows[0];
  const others = Array.from(rows, (row) => Array.from(row, (on) => 1 - on));
  const [[piece], [other]] = [
    await reconstruct(model, params, [rows]),
    await reconstruct(model, params, [others]),
  ];
  assert.ok(largest([piece], [other]) > 1e-3);
});

Deno.test("reconstruct() of a model with an emitter of its own is that emitter", async () => {
  const model = dmm(tinyConfig.sizes), params = structuredClone(await untrained(model));
  params["dmm.emitter.lin_hidden_to_input.weight"].data.fill(0);
  params["dmm.emitter.lin_hidden_to_input.bias"].data.fill(Math.log(3));
  const [piece] = await reconstruct(model, params, sequencesOf(tinyPieces.test).rows.slice(0, 1));
  assert.ok(piece.every((row) => row.every((p) => Math.abs(p - 0.75) < 1e-6)));
  const composed = (await compose(model, params, random.key(0), 50, 4)).flat();
  const share = composed.flatMap((row) => [...row]).reduce((a, b) => a + b) / (composed.length * NOTES);
  assert.ok(Math.abs(share - 0.75) < 5 * Math.sqrt(0.75 * 0.25 / (composed.length * NOTES)), `${share}`);
});

Deno.test("chordsOf() undoes sequencesOf()", () => {
  const { rows } = sequencesOf(tinyPieces.test);
  assert.deepEqual(rows.map((piece) => chordsOf(piece, LOWEST)), tinyPieces.test);
});

Deno.test("storedResult() takes the best run, else the tuned, the full, todays, or the quick one, and reads its files", async () => {
  const params = await untrained(dmm(tinyConfig.sizes));
  await inTemporaryFolder(async (out) => {
    await assert.rejects(storedResult("dmm", out), {
      message:
        `Cannot show results of dmm: found no record of profile best, tuned, full, todays, quick in ${out}; ` +
        "`deno task reproduce dmm --profile quick` makes one",
    });
    const files = new Map<string, string | Uint8Array>([
      ["tables/nll.csv", "num_iafs,test NLL\n0,6.9\n"],
      ["figures/nll.vl.json", JSON.stringify(nllFigure([someFit(0, 7)]).spec)],
      ["parameters.safetensors", encodeDmm(params, tinyConfig.sizes)],
    ]);
    for (const profile of ["quick", "todays", "full", "tuned", "best"] as const) {
      await writeRun(out, record({ experiment: "dmm", profile }), files);
      const result = await storedResult("dmm", out);
      assert.equal(result.record.profile, profile);
      assert.deepEqual((await result.table("nll")).objects(), [{ num_iafs: 0, "test NLL": 6.9 }]);
      assert.equal((await result.figure("nll")).title, "Test NLL by epoch");
      const read = await loadDmm(`${result.folder}/parameters.safetensors`);
      assert.deepEqual([read.params, read.options], [{ ...params }, dmm(tinyConfig.sizes).options]);
    }
    for (const profile of ["best", "tuned"] as const) {
      const failed = record({ experiment: "dmm", profile, status: "failed", error: "It broke" });
      await writeRun(out, failed, files);
    }
    assert.equal((await storedResult("dmm", out)).record.profile, "full");
    assert.equal((await storedResult("dmm", out, ["tuned", "quick"])).record.profile, "quick");
  });
});

const someFit = (numIafs: number, valid: number): Fit => ({
  numIafs,
  options: { numIafs },
  params: {},
  bestEpoch: 40,
  curves: { trainNll: [9, 8], epochs: [1, 2], seconds: [1, 2], validNll: [9, 8.5], testNll: [12, 8.6] },
  seconds: 12.3,
  restarts: 0,
  validNll: [valid, valid],
  testNll: [valid + 0.1, valid + 0.3],
  lastTestNll: [valid + 1],
  bounds: [valid + 0.2, valid - 0.1],
});

Deno.test("nllTable() has a row a model, with the published figures where the data are the same", () => {
  const fits = [someFit(0, 7), someFit(2, 6)];
  assert.deepEqual(nllTable(fits, [1, 10], true).objects()[1], {
    num_iafs: 2,
    published: 6.8,
    "test NLL": "6.200",
    "last epoch": "7.000",
    "IW, K=1": "6.200",
    "IW, K=10": "5.900",
    "validation NLL": "6.000",
    "best epoch": 40,
    seconds: 12,
  });
  assert.ok(!nllTable(fits, [1, 10], false).columnNames().includes("published"));
});

Deno.test("bestOf() takes the model with the lowest NLL of the validation part, whatever that of the test part", () => {
  const worse = { ...someFit(0, 7), testNll: [1] };
  assert.equal(bestOf([worse, someFit(1, 6.5), someFit(2, 6.6)]).numIafs, 1);
});

Deno.test("nllFigure() shows the last nats above the lowest value, and published values as dashed lines", async () => {
  const { spec } = nllFigure([someFit(0, 7), someFit(1, 7)], [6.87]),
    layers = spec.layer as Record<string, any>[];
  assert.deepEqual(layers.map(({ mark }) => mark.type), ["rule", "line", "line"]);
  assert.deepEqual(layers[1].encoding.y.scale.domain, [6.8, 9.3]);
  assert.match(await nllFigure([someFit(0, 7), someFit(1, 7)]).toSVG(), />0 flows<[^]*>1 flow</);
});

Deno.test("settingsTable() and settingsFigure() show the table's settings and today's: those that have been run", async () => {
  await inTemporaryFolder(async (out) => {
    const store = (profile: "full" | "todays" | "tuned", nll: number, status: "ok" | "failed" = "ok") => {
      const looks = `epoch,seconds,valid_nll,test_nll\n50,1,9,${nll + 1}\n100,2,8,${nll}\n`;
      const metrics = ["last_test_nll", "test_nll", "iw100_nll"].map((name, i) =>
        metric({ name: `${name}/iafs=0`, value: nll - i / 10, direction: "lower" })
      );
      const error = status === "ok" ? null : "It broke";
      const run = record({ experiment: "dmm", profile, metrics, status, error });
      return writeRun(out, run, new Map([["curves/nll_iafs0.csv", looks]]));
    };
    assert.deepEqual(await bothSettings(out), []);
    await store("tuned", 5);
    await store("todays", 7);
    await store("full", 6.9, "failed");
    const one = await bothSettings(out);
    assert.deepEqual(one.map((run) => run.record.profile), ["todays"]);
    await store("full", 6.9);
    const both = await bothSettings(out), rows = settingsTable(both).objects();
    assert.deepEqual(rows[0], {
      num_iafs: 0,
      published: "6.87",
      "full, last epoch": "6.900",
      "full, best epoch": "6.800",
      "full, IW, K=100": "6.700",
      "todays, last epoch": "7.000",
      "todays, best epoch": "6.900",
      "todays, IW, K=100": "6.800",
    });
    assert.deepEqual(Object.values(rows[1]), [1, "6.82", null, null, null, null, null, null]);
    const figure = await settingsFigure(both), svg = await figure.toSVG();
    assert.ok(svg.includes(">full, 0<") && svg.includes(">todays, 0<") && !svg.includes("full, 1"));
    assert.equal((figure.spec.layer as unknown[]).length, 3 + 2, "three published lines, two courses");
    assert.ok(!(await (await settingsFigure(one)).toSVG()).includes("full, 0"));
  });
});

Deno.test("targets are the tutorial's at the last epoch, and aims for our own settings; on twins every model of a profile has one", () => {
  const table = Object.entries(targetsOf(profiles));
  assert.deepEqual(
    table.flatMap(([name, targets]) =>
      [targets].flat().map(({ value, tolerance, profiles }) => [name, value, tolerance, profiles])
    ),
    [
      ["last_test_nll/iafs=0", 6.87, 0.05, ["full", "todays"]],
      ["last_test_nll/iafs=1", 6.82, 0.05, ["full", "todays"]],
      ["last_test_nll/iafs=2", 6.80, 0.05, ["full", "todays"]],
      ["test_nll/iafs=0", 6.8, 0, ["tuned"]],
      ["test_nll/iafs=0", 6.75, 0, ["best"]],
      ["iw100_nll/iafs=0", 6.45, 0, ["best"]],
    ],
  );
  const { quick, full } = profiles;
  assert.ok(
    Object.values(targetsOf({ quick, full })).flat().every((target) => target.profiles!.join() === "full"),
  );
  const recovery = recoveryOf({ quick: { ...profiles.quick, iafs: [0] }, full: profiles.full });
  assert.deepEqual(
    Object.entries(recovery).map(([name, target]) => [name, target.profiles]),
    [["gain/iafs=0", ["quick", "full"]], ["gain/iafs=1", ["full"]], ["gain/iafs=2", ["full"]]],
  );
});

Deno.test("the full profile is the training of the tutorial's table, the one of today's defaults another", () => {
  const { full, todays } = profiles, both = { betas: [0.96, 0.999], lrd: 0.99996 };
  const table = { ...both, lr: 4e-4, clipNorm: 20, weightDecay: 0.6 };
  assert.deepEqual(full.training.optimiser, table);
  assert.deepEqual(todays!.training.optimiser, { ...both, lr: 3e-4, clipNorm: 10, weightDecay: 2 });
  for (
    const [{ training: { epochs, batch, annealing }, iafs }, from] of [[full, 0.1], [todays!, 0.2]] as const
  ) {
    assert.deepEqual([epochs, batch, annealing, iafs], [5000, 20, { from, epochs: 1000 }, [0, 1, 2]]);
  }
});

Deno.test("models with flows have those of their profile; one without has no options of flows", () => {
  const compile = { engine: "js", device: "cpu", dtype: "float32" } as const;
  const dataset = () => ({ value: tinyPieces, sha256: "b", source: "some", name: "jsb", simulated: false });
  const sizesOf = (profile: "full" | "todays") => {
    const config = profiles[profile]!, seeds = [0], simulated = false;
    const tasks = experiment.tasks({ profile, config, seeds, compile, simulated, dataset: dataset as any });
    return tasks.map(({ data: { sizes, numIafs } }) => [numIafs, sizes]);
  };
  const then = { stableFlows: true, maskDegrees: 0 };
  assert.deepEqual(sizesOf("full"), [[0, {}], [1, then], [2, then]]);
  assert.deepEqual(sizesOf("todays"), [[0, {}], [1, {}], [2, {}]]);
});

Deno.test("annealingFactor() grows to 1 over its epochs, and is another one late", () => {
  const annealing = { from: 0.2, epochs: 10 }, late = { fromEpoch: 15, weightDecay: 3, divergence: 1.2 };
  const at = (epoch: number, batch: number) => annealingFactor({ annealing, late }, epoch, batch, 4);
  assert.ok(Math.abs(at(0, 0) - (0.2 + 0.8 / 40)) < 1e-12);
  assert.ok(Math.abs(at(9, 3) - 1) < 1e-12);
  assert.deepEqual([at(10, 0), at(14, 3), at(15, 0), at(99, 1)], [1, 1, 1.2, 1.2]);
  assert.equal(annealingFactor({ annealing }, 99, 0, 4), 1);
});

Deno.test("performTasks() trains the same models side by side as one after the other, and one error ends all", async () => {
  await inTemporaryFolder(async (folder) => {
    const tasks = (seconds: number) =>
      [0, 1].map((numIafs) => ({
        name: `iafs=${numIafs}`,
        steps: 3,
        seconds,
        data: tinyTask({ numIafs }),
      }));
    const fits = async (where: string, tasks: readonly Task[]) => {
      const terminal = memoryTerminal();
      const options = { folder: `${folder}/${where}`, resume: false, terminal, cores: 2 };
      return await performTasks(experiment, tasks, options) as Fit[];
    };
    const apart = await fits("apart", tasks(0)), together = await fits("together", tasks(60));
    for (const i of [0, 1]) {
      assert.deepEqual(together[i].params, apart[i].params);
      assert.deepEqual(together[i].testNll, apart[i].testNll);
    }
    const [good, bad] = tasks(60), training = { ...good.data.training, epochs: 1_000_000 };
    await assert.rejects(
      fits("broken", [
        { ...good, data: { ...good.data, training } },
        { ...bad, data: { ...bad.data, sizes: { zDim: 0 } } },
      ]),
      { message: /^Cannot perform task iafs=1: Cannot make a Deep Markov Model: .*zDim/ },
    );
  });
});
