import assert from "node:assert/strict";
import { soakKill } from "../../tasks/soak_kill.ts";
import { shortRegistry } from "../../tasks/soak_kill/experiments.ts";
import { look } from "../../tasks/soak_kill/look.ts";
import { writeRun } from "../../lib/results/mod.ts";
import { registry } from "../../experiments/registry.ts";
import { inTemporaryFolder } from "../temporary.ts";
import { metric, record } from "../results/records.ts";

const files = new Map([["curves/c.csv", '"IW, K=1",seconds,x\n1.5,2,3\n'], ["figures/f.svg", "<svg/>"]]);

Deno.test("look() finds a whole run whole, and its fingerprint the same where only the clock differs", async () => {
  await inTemporaryFolder(async (out) => {
    const metrics = [metric({ name: "loss" }), metric({ name: "time", unit: "s" })];
    await writeRun(out, record({ metrics }), files);
    const first = await look(out, "tiny");
    assert.deepEqual(first.faults, []);
    const later = new Map(files).set("curves/c.csv", '"IW, K=1",seconds,x\n1.5,99,3\n');
    await writeRun(out, record({ metrics: [metrics[0], { ...metrics[1], value: 9 }], seconds: 8 }), later);
    assert.deepEqual(await look(out, "tiny"), first);
    for (
      const other of [
        record({ metrics, seeds: [7] }),
        record({ metrics: [metric({ name: "loss", value: 2 })] }),
      ]
    ) {
      await writeRun(out, other, files);
      assert.notEqual((await look(out, "tiny")).fingerprint, first.fingerprint);
    }
    await writeRun(out, record({ metrics }), new Map(files).set("figures/f.svg", "<svg></svg>"));
    assert.notEqual((await look(out, "tiny")).fingerprint, first.fingerprint);
  });
});

Deno.test("look() names what is torn", async () => {
  await inTemporaryFolder(async (out) => {
    const faultsAfter = async (harm: () => Promise<void>) => {
      await writeRun(out, record(), files);
      await harm();
      return (await look(out, "tiny")).faults;
    };
    assert.deepEqual(await faultsAfter(() => Deno.writeTextFile(`${out}/tiny/quick/figures/f.svg`, "")), [
      "tiny/quick/figures/f.svg has another hash than its record says",
    ]);
    assert.deepEqual(await faultsAfter(() => Deno.writeTextFile(`${out}/tiny/quick/figures/g.svg`, "")), [
      "tiny/quick/figures/g.svg is of no record",
    ]);
    assert.match(
      (await faultsAfter(() => Deno.remove(`${out}/tiny/quick/figures/f.svg`)))[0],
      /^it cannot be read: NotFound/,
    );
    assert.match(
      (await faultsAfter(() => Deno.remove(`${out}/tiny/quick.json`)))[0],
      /^it cannot be read: NotFound/,
    );
    assert.match(
      (await faultsAfter(() => Deno.writeTextFile(`${out}/tiny/quick.json`, "{")))[0],
      /^it cannot be read: SyntaxError/,
    );
  });
});

Deno.test("the experiments that are killed are all there are, with the same tasks but shorter", async () => {
  assert.deepEqual(shortRegistry.map(({ name }) => name), registry.map(({ name }) => name));
  for (const [i, entry] of registry.entries()) {
    const [whole, short] = [await entry.load(), await shortRegistry[i].load()];
    assert.equal(short.report, whole.report);
    assert.deepEqual(Object.keys(short.profiles.quick).sort(), Object.keys(whole.profiles.quick).sort());
  }
});

Deno.test("soak:kill refuses an experiment that it does not know", async () => {
  const errors: string[] = [], original = console.error;
  console.error = (line) => void errors.push(line);
  try {
    assert.equal(await soakKill(["ruged"]), 1);
  } finally {
    console.error = original;
  }
  const names = registry.map(({ name }) => name).join(", ");
  assert.deepEqual(errors, [`Unknown experiment "ruged": there are ${names}`]);
});
