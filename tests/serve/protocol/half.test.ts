import assert from "node:assert/strict";
import fc from "fast-check";
import { fromHalf, toHalf } from "../../../lib/serve/protocol/half.ts";

const view = new DataView(new ArrayBuffer(2));

/** The platform's own rounding. */
function platform(x: number): number {
  view.setFloat16(0, x);
  return view.getUint16(0);
}

Deno.test("fromHalf() reads all numbers of 16 bits, and toHalf() undoes it", () => {
  for (let bits = 0; bits < 65536; bits++) {
    view.setUint16(0, bits);
    const x = fromHalf(bits);
    assert.ok(Object.is(x, view.getFloat16(0)), `${bits}: ${x}`);
    if (!Number.isNaN(x)) assert.equal(toHalf(x), bits);
  }
});

Deno.test("toHalf() rounds to the nearest, ties to even", () => {
  const near = fc.integer({ min: 0, max: 31743 }).chain((bits) => {
    const low = fromHalf(bits), high = bits === 31743 ? 65536 : fromHalf(bits + 1);
    return fc.constantFrom(low + (high - low) / 2, low + (high - low) * 0.4999, low + (high - low) * 0.5001);
  });
  fc.assert(
    fc.property(fc.oneof(near, fc.double()), (x) => {
      if (!Number.isNaN(x)) assert.equal(toHalf(x), platform(x));
      if (!Number.isNaN(x)) assert.equal(toHalf(-x), platform(-x));
    }),
    { numRuns: 2000 },
  );
  assert.ok(Number.isNaN(fromHalf(toHalf(NaN))));
});
