import assert from "node:assert/strict";
import fc from "fast-check";
import { MinCut } from "../../../lib/compile/passes/fission/min_cut.ts";

type Edge = [from: number, to: number, cost: number];

const priceOf = (edges: Edge[], side: readonly boolean[]): number =>
  edges.reduce((sum, [a, b, cost]) => side[a] && !side[b] ? sum + cost : sum, 0);

Deno.test("MinCut finds a cut as cheap as any", () => {
  const edge = fc.tuple(fc.nat(7), fc.nat(7), fc.integer({ min: 0, max: 20 })) as fc.Arbitrary<Edge>;
  fc.assert(fc.property(fc.array(edge, { maxLength: 24 }), (edges) => {
    const cut = new MinCut();
    for (let i = 2; i < 8; i++) cut.vertex();
    for (const [a, b, cost] of edges) cut.edge(a, b, cost);
    const side = cut.solve();
    assert.deepEqual([side[0], side[1]], [true, false]);
    let cheapest = Infinity;
    for (let set = 0; set < 64; set++) {
      const other = Array.from({ length: 8 }, (_, i) => i === 0 || (i > 1 && (set >> (i - 2) & 1) === 1));
      cheapest = Math.min(cheapest, priceOf(edges, other));
    }
    assert.equal(priceOf(edges, side), cheapest);
  }));
});

Deno.test("MinCut never cuts an infinite edge, and says so where it must", () => {
  const cut = new MinCut(), [a, b] = [cut.vertex(), cut.vertex()];
  cut.edge(0, a, 5);
  cut.edge(a, b, Infinity);
  cut.edge(b, 1, 7);
  assert.deepEqual(cut.solve(), [true, false, false, false]);
  const tied = new MinCut();
  tied.edge(0, 1, Infinity);
  assert.throws(() => tied.solve(), { message: "Cannot cut: the source and the sink are tied together" });
});
