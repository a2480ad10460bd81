import assert from "node:assert/strict";
import { runProgram } from "../../lib/system/mod.ts";

const deno = (script: string, env: Record<string, string> = {}) =>
  runProgram(Deno.execPath(), ["eval", "--quiet", script], { env: { NO_COLOR: "1", ...env } });

Deno.test("runProgram() returns what a program wrote, its code, and the last line of its complaint", async () => {
  const script = `console.log(Deno.env.get("ANSWER")); console.error("one\\ntwo\\n"); Deno.exit(3)`;
  assert.deepEqual(await deno(script, { ANSWER: "42" }), {
    ok: false,
    code: 3,
    signal: null,
    out: "42\n",
    err: "one\ntwo",
    complaint: "two",
  });
  assert.equal((await deno("")).ok, true);
});

Deno.test("runProgram() says which program cannot be started, and ends one when told", async () => {
  await assert.rejects(runProgram("no-such-program", []), { message: /^Cannot run no-such-program: / });
  const signal = AbortSignal.timeout(50), wait = "setTimeout(() => {}, 60000)";
  const started = performance.now();
  await runProgram(Deno.execPath(), ["eval", wait], { signal }).catch(() => {});
  assert.ok(performance.now() - started < 10_000);
});
