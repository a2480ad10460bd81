import assert from "node:assert/strict";
import { windowsOf } from "../../../lib/infer/mcmc/windows.ts";

const shown = (steps: number): string =>
  windowsOf(steps).map(({ first, end }) => `${first}-${end - 1}`).join(" ");

Deno.test("the windows of a warm-up are those of NumPyro 0.22, Pyro 1.9.2 and blackjax 1.7.1", () => {
  const known: Record<number, string> = {
    0: "",
    1: "0-0",
    19: "0-18",
    20: "0-2 3-17 18-19",
    149: "0-21 22-134 135-148",
    150: "0-74 75-99 100-149",
    160: "0-74 75-109 110-159",
    300: "0-74 75-99 100-149 150-249 250-299",
    1000: "0-74 75-99 100-149 150-249 250-449 450-949 950-999",
  };
  for (const [steps, windows] of Object.entries(known)) assert.equal(shown(Number(steps)), windows);
});

Deno.test("windows of every length to 2,000 follow one another, double, and end where the last begins", () => {
  for (let steps = 20; steps <= 2000; steps++) {
    const windows = windowsOf(steps), [head, ...rest] = windows, tail = rest.pop()!;
    assert.equal(head.first, 0);
    assert.equal(tail.end, steps);
    windows.slice(1).forEach(({ first }, i) => assert.equal(first, windows[i].end));
    const lengths = rest.map(({ first, end }) => end - first);
    if (steps < 150) {
      assert.deepEqual([head.end, tail.end - tail.first], [
        Math.floor(0.15 * steps),
        Math.floor(0.1 * steps),
      ]);
      assert.equal(lengths.length, 1);
      continue;
    }
    assert.deepEqual([head.end, tail.end - tail.first], [75, 50]);
    // All but the last are 25, 50, 100 ...; the last takes the rest, where two more would not fit.
    lengths.slice(0, -1).forEach((length, i) => assert.equal(length, 25 * 2 ** i));
    const last = lengths.at(-1)!, usual = 25 * 2 ** (lengths.length - 1);
    assert.ok(usual <= last && last < 3 * usual, `${steps}: ${lengths}`);
  }
});
