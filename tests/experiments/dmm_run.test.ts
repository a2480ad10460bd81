import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { dmmExperiment } from "../../experiments/dmm/mod.ts";
import { reproduce } from "../../tasks/reproduce.ts";
import type { RegistryEntry } from "../../experiments/registry.ts";
import { datasets } from "../../lib/data/mod.ts";
import { sha256 } from "../../lib/system/mod.ts";
import { Checkpoints, NonFiniteError, piecewise } from "../../lib/infer/mod.ts";
import { decodeSafetensors } from "../../lib/tensor/mod.ts";
import { decodeDmm, dmm } from "../../lib/models/mod.ts";
import { parseRecord, type RunRecord } from "../../lib/results/mod.ts";
import { inTemporaryFolder, withEnvironment } from "../temporary.ts";
import { memoryTerminal } from "../tasks/fake.ts";
import { fit, tinyConfig, tinyPieces } from "./dmm_tiny.ts";

const PROCESS = fileURLToPath(new URL("./dmm_process.ts", import.meta.url));

const entry: RegistryEntry = {
  name: "dmm",
  folder: new URL("../tasks/sources/", import.meta.url),
  load: () => {
    const tiny = { ...tinyConfig, seeds: 1 }, training = { ...tiny.training, epochs: 2, batch: 64 };
    return Promise.resolve(
      dmmExperiment({
        quick: { ...tiny, training },
        full: { ...tiny, iafs: [0] },
        tuned: { ...tiny, iafs: [0] },
      }),
    );
  },
};

async function run(
  cwd: string,
  ...args: string[]
): Promise<{ code: number; terminal: ReturnType<typeof memoryTerminal> }> {
  const terminal = memoryTerminal();
  const environment = { PYROSAUR_DATA: undefined, XDG_CACHE_HOME: cwd };
  const code = await withEnvironment(
    environment,
    () => reproduce(["dmm", ...args], { registry: [entry], cwd, terminal }),
  );
  return { code, terminal };
}

const recordAt = async (path: string): Promise<RunRecord> => parseRecord(await Deno.readTextFile(path), path);

const value = ({ metrics }: RunRecord, name: string) => metrics.find((m) => m.name === name)?.value;

/** Runs `body` with the tiny pieces in the place of the chorales, in a folder of data. */
async function withPieces(body: (folder: string) => Promise<void>): Promise<void> {
  const file = datasets.jsb.files[0], before = { ...file }, text = JSON.stringify(tinyPieces);
  await inTemporaryFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/${file.name}`, text);
    Object.assign(file, { sha256: await sha256(text), bytes: text.length });
    try {
      await body(folder);
    } finally {
      Object.assign(file, before);
    }
  });
}

const FIGURES = ["compositions", "nll", "reconstruction"].flatMap((name) => [
  `figures/${name}.svg`,
  `figures/${name}.vl.json`,
]);

Deno.test("dmm trains on its twin side by side, and says that so small a model does not beat Markov chains", async () => {
  await inTemporaryFolder(async (cwd) => {
    const { code, terminal } = await run(cwd, "--data", "simulated");
    assert.equal(code, 1);
    assert.match(
      terminal.warned.join("\n"),
      /^FAILED: The known parameters of the simulated data were not recovered: gain\/iafs=0 is -\d+\.\d+, known ≥ 0; gain\/iafs=1 is -/,
    );
    const out = `${cwd}/.pyrosaur/simulated`, record = await recordAt(`${out}/dmm/quick.json`);
    assert.deepEqual(record.artifacts.map(({ path }) => path.replace("dmm/quick/", "")), [
      "curves/nll_iafs0.csv",
      "curves/nll_iafs1.csv",
      "curves/train_iafs0.csv",
      "curves/train_iafs1.csv",
      ...FIGURES,
      "parameters.safetensors",
      "tables/nll.csv",
    ]);
    for (const n of [0, 1]) {
      for (
        const name of [
          "test_nll",
          "valid_nll",
          "last_test_nll",
          "best_epoch",
          "iw1_nll",
          "iw2_nll",
          "seconds",
          "restarts",
        ]
      ) {
        assert.ok(Number.isFinite(value(record, `${name}/iafs=${n}`)), `${name}/iafs=${n}`);
      }
    }
    for (const name of ["compositions", "nll", "reconstruction"]) {
      assert.match(await Deno.readTextFile(`${out}/dmm/quick/figures/${name}.svg`), /Simulated data/);
    }
    assert.ok(terminal.bars.includes("epochs 4/4"), terminal.bars.join());
  });
});

Deno.test("dmm reports published figures, curves and parameters, and goes on from what is done", async () => {
  await withPieces(async (data) => {
    await inTemporaryFolder(async (cwd) => {
      const first = await run(cwd, "--data", data, "--profile", "full");
      assert.equal(first.code, 0, first.terminal.warned.join("\n"));
      const path = `${cwd}/results/dmm`, record = await recordAt(`${path}/full.json`);
      const [best, last] = ["test_nll/iafs=0", "last_test_nll/iafs=0"].map((name) =>
        record.metrics.find((m) => m.name === name)!
      );
      // The tutorial's table is of the last epoch.
      assert.deepEqual([last.direction, last.n, last.target?.value], ["lower", 2, 6.87]);
      assert.deepEqual([best.direction, best.n, best.target], ["lower", 2, null]);
      assert.ok([2, 3].includes(value(record, "best_epoch/iafs=0")!));
      assert.match(
        await Deno.readTextFile(`${path}/full/curves/nll_iafs0.csv`),
        /^epoch,seconds,valid_nll,test_nll\n2,[\d.]+,[\d.]+,[\d.]+\n3,[\d.]+,[\d.]+,[\d.]+\n$/,
      );
      const file = await Deno.readFile(`${path}/full/parameters.safetensors`);
      assert.equal(
        await sha256(file),
        record.artifacts.find((a) => a.path === "dmm/full/parameters.safetensors")?.sha256,
      );
      assert.deepEqual(
        Object.keys(decodeSafetensors(file).tensors).filter((name) => /^(rnn|z_q_0|combiner)/.test(name))
          .sort(),
        [
          "combiner.lin_hidden_to_loc.bias",
          "combiner.lin_hidden_to_loc.weight",
          "combiner.lin_hidden_to_scale.bias",
          "combiner.lin_hidden_to_scale.weight",
          "combiner.lin_z_to_hidden.bias",
          "combiner.lin_z_to_hidden.weight",
          "rnn.bias_hh_l0",
          "rnn.bias_ih_l0",
          "rnn.weight_hh_l0",
          "rnn.weight_ih_l0",
          "z_q_0",
        ],
      );
      assert.deepEqual(
        decodeDmm(file, "it").options,
        dmm({ ...tinyConfig.sizes, numIafs: 0 }).options,
      );

      const again = await run(cwd, "--data", data, "--profile", "full", "--resume");
      assert.equal(again.code, 0, again.terminal.warned.join("\n"));
      const resumed = await recordAt(`${path}/full.json`);
      assert.deepEqual(again.terminal.bars, [], "nothing is left to be trained or measured");
      assert.deepEqual(resumed.metrics, record.metrics);
      assert.ok(resumed.seconds > record.seconds, "it took the time of both parts");
      assert.deepEqual(resumed.artifacts, record.artifacts);
      // Without its result, a training that is done goes on from its last checkpoint: it is measured anew.
      await Deno.remove(`${cwd}/.pyrosaur/checkpoints/dmm/full/results`, { recursive: true });
      const measured = await run(cwd, "--data", data, "--profile", "full", "--resume");
      assert.equal(measured.code, 0, measured.terminal.warned.join("\n"));
      for (const { name, value } of (await recordAt(`${path}/full.json`)).metrics) {
        if (name.startsWith("seconds")) continue;
        assert.equal(record.metrics.find((m) => m.name === name)?.value, value, name);
      }
      const tuned = await run(cwd, "--data", data, "--profile", "tuned");
      assert.equal(tuned.code, 0, tuned.terminal.warned.join("\n"));
      const aim = (await recordAt(`${path}/tuned.json`)).metrics.find((m) => m.name === "test_nll/iafs=0")!
        .target!;
      assert.deepEqual([aim.value, aim.tolerance], [6.8, 0]);
    });
  });
});

Deno.test("dmm does not go on with other pieces, in its place or beside it", async () => {
  await withPieces(async (data) => {
    await inTemporaryFolder(async (cwd) => {
      assert.equal((await run(cwd, "--data", data, "--profile", "full")).code, 0);
      const file = `${data}/${datasets.jsb.files[0].name}`;
      const other = JSON.stringify({ ...tinyPieces, test: tinyPieces.valid });
      await Deno.writeTextFile(file, other);
      const altered = await run(cwd, "--data", data, "--profile", "full", "--resume");
      assert.equal(altered.code, 1);
      assert.match(
        altered.terminal.warned[0],
        /^FAILED: dmm could not be run: Cannot use .*: it has sha256 [0-9a-f]{64} \(\d+ bytes\), expected [0-9a-f]{64}/,
      );
      Object.assign(datasets.jsb.files[0], { sha256: await sha256(other), bytes: other.length });
      const exchanged = await run(cwd, "--data", data, "--profile", "full", "--resume");
      assert.equal(exchanged.code, 1);
      assert.match(
        exchanged.terminal.warned[0],
        /^FAILED: Cannot perform task iafs=0: Cannot go on from the checkpoint .*"data":"[0-9a-f]{64}"/,
      );
    });
  });
});

Deno.test("fit() refuses a checkpoint of another configuration", async () => {
  await inTemporaryFolder(async (folder) => {
    await fit(folder);
    const { training, sizes } = tinyConfig;
    const cases = {
      batch: { training: { ...training, batch: 5 } },
      lr: { training: { ...training, optimiser: { lr: 2e-3 } } },
      annealing: { training: { ...training, annealing: { from: 0.3, epochs: 2 } } },
      zDim: { sizes: { ...sizes, zDim: 4 } },
      data: { data: "other pieces" },
      numIafs: { numIafs: 1 },
      seed: { seed: 1 },
    };
    for (const [what, change] of Object.entries(cases)) {
      await assert.rejects(
        fit(folder, { ...change, resume: true }),
        (error: Error) =>
          /^Cannot go on from the checkpoint .*; use another folder, or the same configuration$/.test(
            error.message,
          ) &&
          error.message.includes(`"${what}":`),
        what,
      );
    }
    const longer = await fit(folder, { resume: true, training: { ...training, epochs: 4 } });
    assert.equal(longer.curves.trainNll.length, 4, "more epochs are no other configuration");
  });
});

Deno.test("a training that breaks names site and step, and leaves the last good checkpoint", async () => {
  await inTemporaryFolder(async (folder) => {
    // Three batches an epoch: the update of step 10 is in the fourth.
    const lr = piecewise({ boundaries: [10], values: [1e-3, 1e38] });
    const training = { ...tinyConfig.training, epochs: 6, optimiser: { lr } };
    await assert.rejects(
      fit(folder, { training }),
      (error) =>
        error instanceof NonFiniteError && /step 1[12]/.test(error.message) &&
        /"(z|obs_x|dmm\.[\w.]+)"/.test(error.message),
    );
    const { state, history } = (await new Checkpoints(folder).latest())!;
    assert.deepEqual([state.step, history.trainNll.data.length], [9, 3]);
    assert.ok(Object.values(state.params).every(({ data }) => data.every(Number.isFinite)));
  });
});

Deno.test("a training that breaks in its first epochs begins again a few times, then stops", async () => {
  await inTemporaryFolder(async (folder) => {
    const training = { ...tinyConfig.training, epochs: 2, optimiser: { lr: 1e38 } }, seen: number[] = [];
    await assert.rejects(
      fit(folder, { training, tell: (epoch) => void seen.push(epoch) }),
      (error) => error instanceof NonFiniteError && /at step [012]\b/.test(error.message),
    );
    assert.deepEqual([await new Checkpoints(folder).latest(), seen], [undefined, []]);
  });
});

/** Trains in a process of its own; with `kill` until that epoch and a moment more. */
async function inProcess(folder: string, epochs: number, resume: boolean, kill?: number): Promise<void> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", PROCESS, folder, String(epochs), resume ? "resume" : "begin"],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const errors = child.stderr.text(), lines = child.stdout.pipeThrough(new TextDecoderStream());
  let last = 0, killed = false;
  for await (const text of lines) {
    last = Number(text.trim().split("\n").at(-1));
    if (kill === undefined || last < kill || killed) continue;
    killed = true;
    await new Promise((resolve) => setTimeout(resolve, 30 * Math.random()));
    child.kill("SIGKILL");
  }
  const { success } = await child.status;
  if (kill === undefined) assert.ok(success, await errors);
  else assert.ok(!success && last < epochs, `killed at epoch ${last} of ${epochs}`);
  await errors;
}

Deno.test("dmm killed at three random moments and resumed has the parameters, bit for bit, of a run that never stopped", async () => {
  await inTemporaryFolder(async (folder) => {
    const epochs = 60, straight = `${folder}/straight`, killed = `${folder}/killed`;
    const moments = [0, 1, 2].map((i) => 1 + 15 * i + Math.floor(15 * Math.random()));
    await inProcess(straight, epochs, false);
    for (const [i, moment] of moments.entries()) await inProcess(killed, epochs, i > 0, moment);
    await inProcess(killed, epochs, true);
    const [a, b] = await Promise.all(
      [straight, killed].map((path) => Deno.readFile(`${path}/final.safetensors`)),
    );
    assert.deepEqual(decodeSafetensors(b), decodeSafetensors(a), `killed at epochs ${moments.join(", ")}`);
  });
});
