import assert from "node:assert/strict";
import fc from "fast-check";
import { normalFromBits } from "../../../lib/tensor/random/generator/normal_from_bits.ts";
import { type StreamEngine, streamFiller } from "../../../lib/tensor/random/generator/streams.ts";
import { buildKernel, type Fma } from "../../../lib/tensor/random/generator/wasm/kernel.ts";

const engines: StreamEngine[] = ["wasm", "wasm-double"];
const javascript = streamFiller("javascript")!;

Deno.test("normalFromBits() and both kernels agree on every one of the 2^23 normals", () => {
  const expected = Float32Array.from({ length: 2 ** 23 }, (_, mantissa) => normalFromBits(mantissa << 9));
  // A machine without a fused multiply-add has the second kernel only.
  const kernels: Fma[] = streamFiller("wasm") ? ["relaxed", "double"] : ["double"];
  for (const fma of kernels) {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(buildKernel("convert", fma, 1, 1)));
    const { memory, run } = exports as any;
    const input = new Int32Array(memory.buffer, 8192, 4), output = new Int32Array(memory.buffer, 16384, 4);
    const bits = new Int32Array(expected.buffer);
    let different = 0;
    for (let m = 0; m < 2 ** 23; m += 4) {
      for (let i = 0; i < 4; i++) input[i] = m + i << 9 | 511;
      run(8192, 0, 0, 0, 16384);
      for (let i = 0; i < 4; i++) different += Number(output[i] !== bits[m + i]);
    }
    assert.equal(different, 0, `${fma}: ${different} normals differ`);
  }
});

Deno.test("streamFiller() gives the same draws on every engine, for short and long streams of many keys", () => {
  const draw = (engine: StreamEngine, kind: "bits" | "uniform" | "normal", perKey: number, count: number) => {
    const keys = Int32Array.from({ length: 2 * count }, (_, i) => Math.imul(i + 1, 0x9e3779b9));
    const out = new (kind === "bits" ? Uint32Array : Float32Array)(perKey * count + 5).fill(7);
    streamFiller(engine)?.(kind, keys, count, perKey, out, 2);
    return out;
  };
  for (
    const [perKey, count] of [[1, 1], [3, 7], [5, 3000], [8, 2], [9, 1], [8191, 2], [8192, 1], [8193, 2], [
      20001,
      1,
    ]]
  ) {
    for (const kind of ["bits", "uniform", "normal"] as const) {
      const expected = draw("javascript", kind, perKey, count);
      assert.deepEqual(
        [...expected.slice(0, 2), ...expected.slice(-3)],
        [7, 7, 7, 7, 7],
        "stays within its place",
      );
      for (const engine of engines.filter((e) => streamFiller(e))) {
        assert.ok(
          draw(engine, kind, perKey, count).every((v, i) => v === expected[i]),
          `${engine} ${kind} [${count}, ${perKey}]`,
        );
      }
    }
  }
});

Deno.test("streamFiller() gives the same draws on every engine for any key", () => {
  const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  fc.assert(
    fc.property(word, word, fc.integer({ min: 1, max: 40 }), (hi, lo, length) => {
      const keys = Int32Array.of(hi, lo);
      const expected = new Float64Array(length);
      javascript("normal", keys, 1, length, expected, 0);
      for (const engine of engines) {
        const out = new Float64Array(length);
        const filler = streamFillers[engine];
        if (!filler) continue;
        filler("normal", keys, 1, length, out, 0);
        assert.deepEqual(out, expected);
      }
    }),
    { seed: 1, numRuns: 200 },
  );
});

const streamFillers = { wasm: streamFiller("wasm"), "wasm-double": streamFiller("wasm-double") } as Record<
  StreamEngine,
  ReturnType<typeof streamFiller>
>;
