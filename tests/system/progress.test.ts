import assert from "node:assert/strict";
import { formatProgress, progressBar } from "../../lib/system/mod.ts";

Deno.test("formatProgress() shows share, steps, rate, time left and loss", () => {
  assert.equal(
    formatProgress({ done: 250, total: 1000, seconds: 2, loss: 249.12345 }, 8),
    " 25% [##------] 250/1000  125/s  00:02<00:06  loss 249.123",
  );
  assert.equal(
    formatProgress({ done: 0, total: 10, seconds: 0 }, 4),
    "  0% [----] 0/10  0.00/s  00:00<--:--",
  );
  assert.equal(
    formatProgress({ done: 7200, total: 7200, seconds: 3600 }, 4),
    "100% [####] 7200/7200  2.00/s  1:00:00<00:00",
  );
});

Deno.test("progressBar() draws on a terminal a few times a second, ends with a line, and elsewhere writes a line a minute", () => {
  const written: string[] = [], write = (text: string) => void written.push(text);
  const quiet = progressBar({ isTerminal: () => false, write });
  for (let second = 1; second < 60; second++) quiet({ done: second, total: 200, seconds: second });
  assert.equal(written.length, 0);
  for (let second = 60; second <= 200; second++) quiet({ done: second, total: 200, seconds: second });
  assert.deepEqual(written.map((line) => line.slice(0, 4)), [" 30%", " 60%", " 90%"]);
  assert.ok(written.every((line) => line.endsWith("\n")));
  written.length = 0;
  const bar = progressBar({ isTerminal: () => true, write });
  for (const seconds of [0, 0.01, 0.05, 0.2]) bar({ done: 1, total: 3, seconds });
  bar({ done: 3, total: 3, seconds: 0.21 });
  assert.equal(written.length, 3);
  assert.ok(
    written.every((text) => text.startsWith("\r\x1b[2K")) && written[2].endsWith("\n") &&
      !written[1].endsWith("\n"),
  );
});
