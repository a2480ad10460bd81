import assert from "node:assert/strict";
import { labelledBar } from "../../tasks/runner/terminal.ts";

Deno.test("labelledBar() draws the first and the last step, not all between, and wipes the line once", () => {
  const written: string[] = [], wipe = "\r\x1b[2K";
  {
    using bar = labelledBar("steps", 1000, {
      isTerminal: () => true,
      write: (text) => void written.push(text),
    });
    for (let step = 1; step <= 1000; step++) bar.update(step, `loss ${1000 - step}`);
    bar.done();
    bar.update(5);
  }
  assert.ok(written.length < 100, `drawn ${written.length} times`);
  assert.ok(written.every((text) => text.startsWith(wipe)));
  assert.match(written[0].slice(wipe.length), /^steps +0% \[-{24}\] 1\/1000 .* loss 999$/);
  assert.match(written.at(-2)!.slice(wipe.length), /^steps 100% \[#{24}\] 1000\/1000 .* loss 0$/);
  assert.equal(written.at(-1), wipe);
  assert.equal(written.filter((text) => text === wipe).length, 1);
});
