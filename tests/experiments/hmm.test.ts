import assert from "node:assert/strict";
import { compile } from "../../lib/compile/mod.ts";
import { resolveDataset } from "../../lib/data/mod.ts";
import { readRecord } from "../../lib/results/mod.ts";
import { type HostArray, random, tf, toHostArray } from "../../lib/tensor/mod.ts";
import { baumWelch, firstTables, logLikelihood, type PlainTables } from "../../experiments/hmm/baum_welch.ts";
import { decoder } from "../../experiments/hmm/decode.ts";
import { exportableOf } from "../../experiments/hmm/export.ts";
import { nllOf } from "../../experiments/hmm/fit.ts";
import { DMM_NLL } from "../../experiments/hmm/targets.ts";
import experiment from "../../experiments/hmm/mod.ts";
import { type FormName, FORMS } from "../../experiments/hmm/model.ts";
import { NOTES, rowsOf, slicesOf } from "../../experiments/hmm/notes.ts";
import { perform } from "../../experiments/hmm/worker.ts";
import { inTemporaryFolder } from "../temporary.ts";
import { reportOf } from "./reported.ts";

/** Short pieces of a few notes. */
const pieces = [[[60, 64], [62], [], [60, 67]], [[62, 65], [60]], [[67], [67], [64]]], rows = rowsOf(pieces);

const tablesOf = ({ transition, emission, states }: PlainTables) => ({
  probs_x: { data: Float32Array.from(transition), shape: [states, states] },
  probs_y: { data: Float32Array.from(emission), shape: [states, NOTES] },
});

/** Probabilities of any shape: shares along the last axis, or of notes. */
function drawn(shape: number[], seed: number, isShare: boolean): HostArray {
  const u = random.uniform(random.key(seed), shape).mul(0.8).add(0.1);
  return toHostArray(isShare ? u.div(u.sum(-1, true)) : u);
}

const SHAPES: Record<FormName, Record<string, number[]>> = {
  plain: { probs_x: [4, 4], probs_y: [4, NOTES] },
  "last notes": { probs_x: [4, 4], probs_y: [4, 2, NOTES] },
  factorial: { probs_w: [2, 2], probs_x: [2, 2], probs_y: [2, 2, NOTES] },
  coupled: { probs_w: [2, 2], probs_x: [2, 2, 2], probs_y: [2, 2, NOTES] },
};

/** The log likelihood of a sequence by the definition: the sum over all paths of states. */
function byAllPaths(
  name: FormName,
  tables: Record<string, HostArray>,
  sequence: ArrayLike<ArrayLike<number>>,
) {
  const get = ({ data, shape }: HostArray, ...at: number[]) =>
    data[at.reduce((place, index, axis) => place * shape[axis] + index, 0)];
  const { probs_w, probs_x, probs_y } = tables, isPair = name === "factorial" || name === "coupled";
  const next = (w: number, x: number, v: number, y: number) =>
    !isPair
      ? get(probs_x, x, y)
      : get(probs_w, w, v) * (name === "coupled" ? get(probs_x, v, x, y) : get(probs_x, x, y));
  const states = isPair ? [0, 1].flatMap((w) => [0, 1].map((x) => [w, x])) : [0, 1, 2, 3].map((x) => [0, x]);
  const notes = (t: number, w: number, x: number) => {
    let product = 1;
    for (let n = 0; n < NOTES; n++) {
      const last = t > 0 ? sequence[t - 1][n] : 0;
      const p = isPair
        ? get(probs_y, w, x, n)
        : name === "plain"
        ? get(probs_y, x, n)
        : get(probs_y, x, last, n);
      product *= sequence[t][n] ? p : 1 - p;
    }
    return product;
  };
  const rest = (t: number, w: number, x: number): number =>
    t === sequence.length
      ? 1
      : states.reduce((sum, [v, y]) => sum + next(w, x, v, y) * notes(t, v, y) * rest(t + 1, v, y), 0);
  return Math.log(rest(0, 0, 0));
}

for (const name of Object.keys(FORMS) as FormName[]) {
  Deno.test(`the form "${name}" has the likelihood of the sum over all paths of states`, async () => {
    const tables = Object.fromEntries(
      Object.entries(SHAPES[name]).map(([table, shape], i) => [table, drawn(shape, i, table !== "probs_y")]),
    );
    const expected = -rows.reduce((sum, row) => sum + byAllPaths(name, tables, row), 0) / slicesOf(rows);
    const found = await nllOf(name, tables, rows, 4, { engine: "js", dtype: "float64" });
    assert.ok(Math.abs(found - expected) < 1e-9 * expected, `${found}, expected ${expected}`);
  });
}

Deno.test("the likelihood never falls in Baum-Welch, and is that of the model with states summed out", async () => {
  const twin = rowsOf((await resolveDataset("jsb", { data: "simulated" })).value.train.slice(0, 6));
  for (const seed of [0, 1, 2]) {
    const { tables, logLikelihoods } = baumWelch(firstTables(5, random.key(seed)), twin, 15);
    logLikelihoods.slice(1).forEach((now, i) => assert.ok(now >= logLikelihoods[i] - 1e-9, `round ${i}`));
    assert.ok(logLikelihood(tables, twin) >= logLikelihoods[14]);
    assert.ok(logLikelihoods[14] > logLikelihoods[0] + 1000);
  }
  const start = firstTables(5, random.key(0)),
    nll = await nllOf("plain", tablesOf(start), twin, 5, { engine: "js" });
  assert.ok(Math.abs(nll + logLikelihood(start, twin) / slicesOf(twin)) < 1e-4);
});

/** The most probable path of states by the algorithm of Viterbi, in float64. */
function viterbi({ transition, emission, states: K }: PlainTables, sequence: ArrayLike<ArrayLike<number>>) {
  const score = (t: number, k: number) => {
    let sum = 0;
    for (let n = 0; n < NOTES; n++) {
      const p = emission[k * NOTES + n];
      sum += Math.log(sequence[t][n] ? p : 1 - p);
    }
    return sum;
  };
  let best = Array.from({ length: K }, (_, k) => ({ log: Math.log(transition[k]) + score(0, k), path: [k] }));
  for (let t = 1; t < sequence.length; t++) {
    best = Array.from({ length: K }, (_, k) => {
      const from = best.map(({ log, path }, i) => ({ log: log + Math.log(transition[i * K + k]), path }));
      const { log, path } = from.reduce((a, b) => b.log > a.log ? b : a);
      return { log: log + score(t, k), path: [...path, k] };
    });
  }
  return best.reduce((a, b) => b.log > a.log ? b : a).path;
}

Deno.test("decoded states are those of Viterbi's algorithm, at any lengths by one program", async () => {
  const tables = firstTables(3, random.key(4)),
    decode = compile(decoder(tablesOf(tables)), {
      axes: [["steps", "sequences", null], ["sequences"]],
      engine: "js",
    });
  for (const lanes of [rows, rows.slice(0, 1), rows.slice(1)]) {
    const lengths = lanes.map(({ length }) => length), steps = Math.max(...lengths);
    const notes = new Float32Array(steps * lanes.length * NOTES);
    lanes.forEach((lane, b) => {
      for (let t = 0; t < lane.length; t++) notes.set(Array.from(lane[t]), (t * lanes.length + b) * NOTES);
    });
    const states = await decode.arrays(
      { data: notes, shape: [steps, lanes.length, NOTES] },
      { data: Int32Array.from(lengths), shape: [lanes.length] },
    );
    lanes.forEach((lane, b) => {
      const found = Array.from({ length: steps }, (_, t) => states.data[t * lanes.length + b]);
      const padding = Array(steps - lane.length).fill(-1);
      assert.deepEqual(found, [...viterbi(tables, lane), ...padding]);
    });
  }
  await decode.release();
});

Deno.test("hmm on the twin reports every model, meets its targets, and exports its decoder", async () => {
  const twin = await resolveDataset("jsb", { data: "simulated" });
  const config = { pieces: 4, tested: 3, steps: 8, batch: 2, rounds: 5, hidden: 4 };
  const report = await reportOf(experiment, twin, perform, { config });
  for (const [name, { value, tolerance }] of Object.entries(experiment.recovery({}))) {
    const [found] = report.metrics.get(name)!;
    assert.ok(Math.abs(found - value) <= tolerance, `${name}: found ${found}`);
  }
  for (const kind of ["baum_welch", "plain", "last_notes", "factorial", "coupled"]) {
    assert.ok(Number.isFinite(report.metrics.get(`${kind}/test_nll`)![0]), kind);
  }
  assert.deepEqual([...report.figures.keys()], ["losses", "baum_welch", "states", "emissions"]);
  for (const figure of report.figures.values()) assert.match(await figure.toSVG(), /Simulated data/);
  await inTemporaryFolder(async (folder) => {
    const path = `${folder}/p.safetensors`;
    await Deno.writeFile(path, report.files.get("parameters.safetensors")!);
    const { parts: [{ name, part }] } = await exportableOf(path);
    assert.equal(name, "hmm_decoder");
    const { states } = part(tf.zeros([3, 2, NOTES]), tf.tensor([3, 1], [2], "int32"));
    assert.deepEqual(states.shape, [3, 2]);
    assert.deepEqual((states.arraySync() as number[][]).map(([, second]) => second).slice(1), [-1, -1]);
  });
});

Deno.test("the Deep Markov Model's figure beside the table is what its record has", async () => {
  const record = await readRecord("results", "dmm", "tuned");
  const stored = record?.metrics.find(({ name }) => name === "test_nll/iafs=0")?.value;
  assert.equal(DMM_NLL.toFixed(3), stored?.toFixed(3));
});
