import assert from "node:assert/strict";
import { Normal } from "../../lib/distributions/mod.ts";
import {
  enter,
  firstAvailableDim,
  freeDim,
  maxPlateNesting,
  plate,
  sample,
  trace,
} from "../../lib/ppl/mod.ts";

function model(): void {
  using _a = plate("a", 2, { dim: -3 });
  using _b = plate("b", 3);
  sample("x", new Normal(0, 1), { obs: 0 });
}

Deno.test("the first available dim is left of all plates", () => {
  const run = trace(model).get(), none = trace(() => {}).get();
  assert.equal(maxPlateNesting(run), 3);
  assert.equal(firstAvailableDim(run), -4);
  assert.equal(firstAvailableDim(none, run), -4);
  assert.equal(firstAvailableDim(none), -1);
});

Deno.test("plates leave out the axes that handlers around them hold", () => {
  using _held = enter({ label: "enumeration", axes: [{ dim: -1 }, { dim: -2 }] });
  assert.equal(freeDim(), -3);
  using p = plate("p", 4);
  assert.equal(p.dim, -3);
  assert.equal(freeDim(-2), -4);
  assert.throws(
    () => plate("q", 4, { dim: -2 }),
    /Cannot enter plate "q" at dim -2: enumeration around it has that dim/,
  );
});
