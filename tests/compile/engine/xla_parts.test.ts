import assert from "node:assert/strict";
import { runError } from "../../../lib/compile/engine/run_error.ts";
import { type Held, Residents } from "../../../lib/compile/engine/residents.ts";
import { runtimeOf } from "../../../lib/compile/engine/xla/runtime.ts";
import { selfTest } from "../../../lib/compile/engine/xla/self_test.ts";

/** Numbers on a device, of which there is none. */
class Fake implements Held {
  frees = 0;
  constructor(readonly value: number) {}
  read(into: { fill(value: number): unknown }): void {
    into.fill(this.value);
  }
  free(): void {
    this.frees++;
  }
}
const array = () => ({ data: new Float32Array(2), shape: [2] });

Deno.test("an array's numbers stay on the device until they are fetched, once", () => {
  const residents = new Residents<Fake>(), x = array(), there = new Fake(3);
  residents.set(x, there);
  assert.deepEqual([residents.get(x), [...x.data], there.frees], [there, [0, 0], 0]);
  residents.fetch([x, array()]);
  assert.deepEqual([residents.get(x), [...x.data], there.frees], [undefined, [3, 3], 1]);
  residents.fetch([x]);
  assert.equal(there.frees, 1);
});

Deno.test("numbers that are written anew or given up are freed, once", () => {
  const residents = new Residents<Fake>(), x = array(), first = new Fake(1), second = new Fake(2);
  residents.set(x, first);
  residents.set(x, second);
  assert.deepEqual([first.frees, second.frees], [1, 0]);
  residents.delete(x);
  residents.delete(x);
  assert.deepEqual([first.frees, second.frees, residents.get(x)], [1, 1, undefined]);
  assert.deepEqual([...x.data], [0, 0]);
});

Deno.test("a failure within XLA is said, and where memory ran out what to do", () => {
  const inputs = [{ data: new Float32Array(2), shape: [2] }, { data: new Float32Array(6), shape: [3, 2] }];
  assert.equal(runError("XLA", new Error("bad shape"), inputs), "Cannot run the graph in XLA: bad shape");
  assert.equal(
    runError("XLA", new Error("Out of memory while trying to allocate 9GiB"), inputs),
    "Cannot run the graph in XLA: Out of memory while trying to allocate 9GiB. Memory ran out: the largest input has shape " +
      "[3,2]; use a smaller batch, or shorter sequences",
  );
});

Deno.test("XLA is refused for a device that it does not compile for", () => {
  assert.throws(() => runtimeOf({ device: "webgpu", threads: 0 }, selfTest), {
    message: 'Cannot compile: engine "xla" runs on cpu and cuda, not on webgpu',
  });
});
