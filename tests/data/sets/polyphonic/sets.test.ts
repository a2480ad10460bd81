import assert from "node:assert/strict";
import {
  choraleStatistics,
  datasets,
  loadDataset,
  locateDataset,
  resolveDataset,
} from "../../../../lib/data/mod.ts";
import { sha256 } from "../../../../lib/system/mod.ts";
import { inTemporaryFolder, withEnvironment } from "../../../temporary.ts";

const here = await locateDataset("jsb") !== undefined;
const nowhere = { environmentDir: null, cache: null } as const;
const TUNE = JSON.stringify({ train: [[[60, 67], []]], valid: [[[62]]], test: [[[64]]] });
const OTHERS = ["nottingham", "piano_midi", "muse_data"] as const;

Deno.test({
  name: "jsb is read in its three parts, chords from the lowest note up" +
    (here ? "" : " (skipped: the data set jsb is not on this machine)"),
  ignore: !here,
  async fn() {
    const parts = await loadDataset("jsb"), { train, valid, test } = parts;
    assert.deepEqual(test[0].slice(5, 9), [[75, 81, 83, 90], [], [71, 75, 83, 90], [76, 83, 91]]);
    const facts = [train, valid, test].map(choraleStatistics).map((
      { pieces, steps, lengths, range, silent },
    ) => ({
      pieces,
      steps,
      lengths,
      range,
      silent,
    }));
    assert.deepEqual(facts, [
      { pieces: 229, steps: 13807, lengths: [25, 129], range: [43, 96], silent: 18 },
      { pieces: 76, steps: 4602, lengths: [32, 144], range: [48, 96], silent: 29 },
      { pieces: 77, steps: 4725, lengths: [32, 160], range: [45, 96], silent: 17 },
    ]);
    for (const chord of [train, valid, test].flat(2)) {
      assert.ok(chord.length <= 4 && chord.every((note, i) => i === 0 || note > chord[i - 1]));
    }
  },
});

Deno.test("jsb's twin has as many pieces, as long, as full and as high as the real ones", () => {
  const { train, valid, test } = datasets.jsb.simulate(0).value;
  assert.deepEqual([train.length, valid.length, test.length], [229, 76, 77]);
  const { lengths, range, notesPerStep, meanNote, steps, held } = choraleStatistics(
    [train, valid, test].flat(),
  );
  assert.deepEqual(lengths, [32, 129]);
  assert.ok(range[0] >= 43 && range[1] <= 96, `${range}`);
  // The real ones: 23,134 steps, 3.89 notes a step, mean 74.1, 0.38 of the notes held.
  assert.ok(
    Math.abs(steps - 23134) < 1500 && Math.abs(notesPerStep - 3.89) < 0.1,
    `${[steps, notesPerStep]}`,
  );
  assert.ok(Math.abs(meanNote - 74.1) < 1 && Math.abs(held - 0.38) < 0.08, `${[meanNote, held]}`);
  for (const chord of [train, valid, test].flat(2)) {
    assert.ok(chord.every((note, i) => Number.isInteger(note) && (i === 0 || note > chord[i - 1])));
  }
});

Deno.test("the twins have the sizes of their sets, equal for equal seeds, and can be read back", () => {
  const sizes = { nottingham: [694, 173, 170], piano_midi: [87, 12, 25], muse_data: [524, 135, 124] };
  for (const name of OTHERS) {
    const { value } = datasets[name].simulate(1), { train, valid, test } = value;
    assert.deepEqual([train.length, valid.length, test.length], sizes[name]);
    assert.deepEqual(datasets[name].parse([new TextEncoder().encode(JSON.stringify(value))]), value);
  }
  const [one, same, other] = [1, 1, 2].map((seed) => datasets.piano_midi.simulate(seed));
  assert.deepEqual(one, same);
  assert.notDeepEqual(one.value, other.value);
});

Deno.test("files that are not pinned are taken from --data, PYROSAUR_DATA and the cache, with their own sha256", async () => {
  await inTemporaryFolder(async (root) => {
    for (const folder of ["given", "environment", "pyrosaur/piano_midi"]) {
      await Deno.mkdir(`${root}/${folder}`, { recursive: true });
    }
    const hash = await sha256(TUNE);
    await withEnvironment({ PYROSAUR_DATA: `${root}/environment`, XDG_CACHE_HOME: root }, async () => {
      const places = [
        ["nottingham", `${root}/given/nottingham.json`],
        ["muse_data", `${root}/environment/muse_data.json`],
        ["piano_midi", `${root}/pyrosaur/piano_midi/piano_midi.json`],
      ] as const;
      for (const [name, path] of places) {
        await Deno.writeTextFile(path, TUNE);
        assert.equal(await locateDataset(name, { dir: `${root}/given` }), path);
        const found = await resolveDataset(name, { dir: `${root}/given`, data: "real" });
        assert.deepEqual(found, {
          name,
          value: { train: [[[60, 67], []]], valid: [[[62]]], test: [[[64]]] },
          simulated: false,
          parameters: null,
          sha256: hash,
          source: datasets[name].source,
          notice: null,
        });
      }
    });
  });
});

Deno.test("where files that are not pinned are missing the twin is taken, and it is said how to make them", async () => {
  for (const name of OTHERS) {
    const problem = `${name}.json was not found in any folder`;
    const remedy = `To use the real data, put ${name}.json, made from ` +
      `https://github.com/pyro-ppl/datasets/blob/master/polyphonic/${name}.pickle?raw=true by: python3 -c "import json,pickle,sys; ` +
      `d=pickle.load(sys.stdin.buffer,encoding='latin1'); ` +
      `json.dump({k:[[[int(n) for n in s] for s in p] for p in v] for k,v in d.items()},sys.stdout)" ` +
      `< ${name}.pickle > ${name}.json, into a folder and name it with --data DIR or PYROSAUR_DATA.`;
    const found = await resolveDataset(name, nowhere);
    assert.deepEqual([found.simulated, found.sha256], [true, null]);
    assert.equal(
      found.notice,
      `The real data set "${name}" cannot be had, and simulated data take its place: ${problem}. ${remedy}`,
    );
    await assert.rejects(resolveDataset(name, { ...nowhere, data: "real" }), {
      message: `Cannot get the data set "${name}": ${problem}. ${remedy}`,
    });
    assert.equal(await locateDataset(name, nowhere), undefined);
  }
});

Deno.test("a file with wrong contents is not hidden behind the twin, and is named", async () => {
  await inTemporaryFolder(async (root) => {
    await Deno.writeTextFile(`${root}/nottingham.json`, TUNE.replace("62", "620"));
    await assert.rejects(resolveDataset("nottingham", { ...nowhere, dir: root }), {
      name: "UnusableDataError",
      message:
        'Cannot read the data set "nottingham": valid, piece 0, step 0, note 0 is 620, expected an integer from 21 to ' +
        `108: a key of the piano as its MIDI number (read from ${root}/nottingham.json)`,
    });
  });
});
