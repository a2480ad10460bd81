import assert from "node:assert/strict";
import { uniforms } from "../../bench/middle/data.ts";
import { calls, train } from "../../bench/middle/train.ts";
import { trainings } from "../../bench/middle/trainings.ts";

Deno.test("the formula of the data gives the numbers that NumPy makes of it", () => {
  // x = np.sin(np.arange(3) + 1.5) * 43758.5453; x - np.floor(x)
  const found = uniforms(3, 1), expected = [0.9295578364, 0.2704285611, 0.2362406636];
  expected.forEach((x, i) => assert.ok(Math.abs(found[i] - x) < 1e-9, `${found[i]}, expected ${x}`));
});

Deno.test("each model of `bench middle` trains", async () => {
  // The largest two are of the same functions, and take a second to compile.
  for (const name of Object.keys(trainings).filter((name) => !["gp_400", "vae"].includes(name))) {
    const { losses, ms } = await train(name, name === "logistic" ? 2 : 0, 3);
    assert.ok(losses.every(Number.isFinite), `${name}: ${losses}`);
    assert.equal(ms.length, name === "logistic" ? 2 : 0);
  }
});

Deno.test("steps are timed one call at a time, and with arguments of their own", async () => {
  const { step_us, stream_us } = await calls("eight_schools", 1, 3);
  assert.ok(step_us > 0 && stream_us > 0);
});
