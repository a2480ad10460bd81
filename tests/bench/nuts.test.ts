import assert from "node:assert/strict";
import { better } from "../../bench/nuts.ts";
import { Peers } from "../../bench/peers/peers.ts";

Deno.test("of NumPyro's two ways the better figure counts, that of the other where one was stopped", () => {
  const of = (name: string, value: number) => ({ name, value, unit: "s", n: 1 });
  const all = [
    of("nuts/a/start_s/peer=numpyro_vectorized", 5),
    of("nuts/a/ess_per_s/peer=numpyro_vectorized", 100),
    of("nuts/a/start_s/peer=numpyro_sequential", 4),
    of("nuts/a/ess_per_s/peer=numpyro_sequential", 90),
    of("nuts/b/stopped_s/peer=numpyro_vectorized", 900),
    of("nuts/b/start_s/peer=numpyro_sequential", 70),
    of("nuts/b/stopped_s/peer=nutpie", 900),
  ];
  assert.deepEqual(better(all).map(({ name, value }) => [name, value]), [
    ["nuts/a/start_s/peer=numpyro", 4],
    ["nuts/a/ess_per_s/peer=numpyro", 100],
    ["nuts/b/stopped_s/peer=numpyro_vectorized", 900],
    ["nuts/b/start_s/peer=numpyro", 70],
    ["nuts/b/stopped_s/peer=nutpie", 900],
  ]);
});

Deno.test("a program of a peer that does not end is ended after its time", async () => {
  // Any program that goes on until it is ended.
  const forever = new Peers(Deno.execPath());
  const program = "../../tests/bench/forever.ts";
  await assert.rejects(forever.run(program, [], AbortSignal.timeout(300)), { name: "TimeoutError" });
});
