import assert from "node:assert/strict";
import { chooseBackend } from "../../lib/backend/mod.ts";
import { isProvisioned } from "./provisioned.ts";
import { train } from "./training.ts";

Deno.test({
  name: "tensorflow: training leaves no tensor and no memory behind",
  ignore: !isProvisioned,
  fn: async () => {
    await chooseBackend("tensorflow");
    try {
      const { live, rss, loss } = train(600);
      assert.equal(live[1], live[0]);
      assert.ok(rss[1] - rss[0] < 100e6, `${rss.map((bytes) => Math.round(bytes / 1e6))} MB`);
      assert.ok(loss[1] < loss[0], `the loss went from ${loss[0]} to ${loss[1]}`);
    } finally {
      await chooseBackend("cpu");
    }
  },
});
