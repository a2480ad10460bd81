import assert from "node:assert/strict";
import { Normal } from "../../lib/distributions/mod.ts";
import { formatShapes, param, plate, sample, seed, trace } from "../../lib/ppl/mod.ts";
import { random, tf } from "../../lib/tensor/mod.ts";

const run = trace(seed(() => {
  const w = param("w", tf.zeros([10, 3]));
  const mu = sample("mu", new Normal(w.sum(0), 1).toEvent(1));
  using _data = plate("data", 100);
  using _more = plate("more", 4);
  sample("x", new Normal(mu, 1).toEvent(1));
}, random.key(0))).get();

const table = `
Trace Shapes:
 Param Sites:
            w    10 3
Sample Sites:
      mu dist       | 3
        value       | 3
      logProb       |
       x dist 4 100 | 3
        value 4 100 | 3
      logProb 4 100 |`.slice(1);

Deno.test("formatShapes() prints the table of shapes", () => {
  assert.equal(formatShapes(run), table);
  assert.equal(Deno.inspect(run), table);
});

Deno.test("formatShapes() without log densities, with a title", () => {
  const text = formatShapes(run, { title: "Shapes", logProb: false });
  assert.ok(!text.includes("logProb"));
  assert.equal(text.split("\n")[0].trim(), "Shapes");
});
