import assert from "node:assert/strict";
import { checkFile, checkFolder } from "../../tasks/golden.ts";
import { locateDataset } from "../../lib/data/mod.ts";
import { relativeError } from "../../tasks/golden/reader.ts";

const folder = new URL("../golden/", import.meta.url).pathname;

async function written(name: string, content: unknown): Promise<string> {
  const dir = await Deno.makeTempDir();
  await Deno.writeTextFile(`${dir}/${name}`, typeof content === "string" ? content : JSON.stringify(content));
  return dir;
}

for (
  const file of [
    "random",
    "special",
    "transforms",
    "flows",
    "constraints",
    "optim",
    "kl",
    "distributions",
    "autoregressive",
    "dmm_flows",
    "np_loss",
    "objectives_elbo",
    "vae_loss",
    "bnn_loss",
    "gmm",
    "hmm",
    "eight_schools",
  ]
) {
  Deno.test(`the library agrees with ${file}.json in float32 and float64`, async () => {
    const report = await checkFile(`${folder}${file}.json`);
    assert.deepEqual(report.failed, []);
    assert.ok(report.passed > 0);
  });
}

const here = await locateDataset("jsb") !== undefined;
for (const file of ["dmm_loss", "dmm_iaf_loss"]) {
  Deno.test({
    name: `the Deep Markov Model agrees with ${file}.json in float32 and float64` +
      (here ? "" : " (skipped: the data set jsb is not on this machine)"),
    ignore: !here,
    async fn() {
      const report = await checkFile(`${folder}${file}.json`);
      assert.deepEqual([report.failed, report.unsupported], [[], []]);
      assert.ok(report.passed > 1 && report.float64 < 1e-11);
    },
  });
}

Deno.test("checkFolder() names the files it has no reader for and the families that are not there yet", async () => {
  const dir = await written("tides.json", { origin: "the sea", cases: [] });
  const [tides] = await checkFolder(dir);
  assert.equal(tides.note, "there is no reader for this file");
  const cases = [{ distribution: "Tidal", params: { range: [3] }, value: [1], log_prob: [-1] }];
  const report = await checkFile(
    `${await written("distributions.json", { origin: "the sea", cases })}/distributions.json`,
  );
  assert.deepEqual([report.unsupported, report.failed, report.passed], [["Tidal"], [], 0]);
});

Deno.test("a reference value that differs fails its case, in the precision in which it does", async () => {
  const dir = await written("special.json", {
    origin: "a slip",
    cases: [{ fn: "lgamma", x: [3.3], y: [0.98709858] }, { fn: "lgamma", x: [2.5], y: [0.5] }],
  });
  const report = await checkFile(`${dir}/special.json`);
  assert.equal(report.passed, 0);
  assert.match(report.failed[0], /^lgamma \(float32 \S+e-[78], float64 \d\.\de-9\)$/);
  assert.equal(report.failed.length, 2);
});

Deno.test("relativeError() takes infinities and NaN as they are", () => {
  assert.equal(relativeError([NaN, Infinity], [NaN, Infinity]), 0);
  assert.equal(relativeError([1], [NaN]), Infinity);
  assert.equal(relativeError([1, 2], [1]), Infinity);
  assert.equal(relativeError([1.5], [1]), 0.5);
});

Deno.test("checkFolder() throws on a folder that is not there, an empty one, and a file that is not JSON", async () => {
  await assert.rejects(() => checkFolder("/nowhere/at/all"), {
    message:
      "Cannot read the folder /nowhere/at/all: it does not exist or is not readable. Name a folder of reference values",
  });
  const empty = await Deno.makeTempDir();
  await assert.rejects(() => checkFolder(empty), {
    message: `Cannot check ${empty}: there is no .json file in it`,
  });
  const dir = await written("kl.json", "{");
  await assert.rejects(() => checkFolder(dir), /^Error: Cannot read the reference values in .*kl\.json: /);
});
