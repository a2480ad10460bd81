import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Peers } from "../../bench/peers/peers.ts";
import { training } from "../../bench/rugged/first.ts";
import { readColumns } from "../../bench/rugged/columns.ts";

const FIRST = new URL("../../bench/rugged/first.ts", import.meta.url);

interface Module {
  specifier: string;
  dependencies?: { code?: { specifier: string }; isDynamic?: boolean; specifier: string }[];
}

/** What a program loads before its first line runs: everything but dynamic imports. */
async function loadedAtStart(program: URL): Promise<Set<string>> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", fileURLToPath(program)],
  }).output();
  const { modules, roots } = JSON.parse(new TextDecoder().decode(stdout)) as {
    modules: Module[];
    roots: string[];
  };
  const bySpecifier = new Map(modules.map((m) => [m.specifier, m])),
    loaded = new Set<string>(),
    open = [...roots];
  while (open.length > 0) {
    const specifier = open.pop()!;
    if (loaded.has(specifier)) continue;
    loaded.add(specifier);
    for (const { code, isDynamic } of bySpecifier.get(specifier)?.dependencies ?? []) {
      if (code && !isDynamic) open.push(code.specifier);
    }
  }
  return loaded;
}

async function withData(body: (path: string) => Promise<void> | void): Promise<void> {
  const path = await Deno.makeTempFile({ suffix: ".csv" });
  const rows = Array.from(
    { length: 40 },
    (_, i) => [i % 2, i / 10, i % 5 ? Math.exp(9 - (i % 2)) : ""].join(","),
  );
  await Deno.writeTextFile(path, ["cont_africa,rugged,rgdppc_2000", ...rows].join("\n") + "\n");
  try {
    await body(path);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("a training loads neither figures nor tables nor schemas", async () => {
  const loaded = [...await loadedAtStart(FIRST)];
  assert.ok(loaded.some((m) => m.includes("tfjs")), "the graph of modules was read");
  assert.deepEqual(
    loaded.filter((m) => /vega|arquero|viz-js|ajv|fast-check|lib\/(plot|data|results)\//.test(m)),
    [],
  );
});

Deno.test("readColumns() leaves out rows without a GDP", () =>
  withData((path) => {
    const { isAfrica, ruggedness, logGdp } = readColumns(path);
    assert.deepEqual([isAfrica.length, ruggedness.length, logGdp.length], [32, 32, 32]);
    assert.deepEqual([isAfrica[0], ruggedness[0], logGdp[0]], [1, 0.1, 8]);
  }));

Deno.test("the benchmark's training takes 1,000 steps, and the same again", () =>
  withData(async (path) => {
    for (const guide of ["autonormal", "mvn"]) {
      const train = training(path, guide), first = await train(), again = await train();
      assert.equal(first.losses.length, 1000);
      assert.ok(first.losses[999] < first.losses[0], "it learns");
      assert.ok(Math.abs(first.losses[999] - again.losses[999]) < 1e-2 * Math.abs(first.losses[999]));
    }
  }));

Deno.test("Peers names what it leaves out, and why", async () => {
  const said: string[] = [], { error } = console;
  console.error = (line: string) => void said.push(line);
  try {
    assert.deepEqual(await new Peers("no-such-python").present(["numpyro"]), []);
  } finally {
    console.error = error;
  }
  assert.match(
    said[0],
    /^Left out numpyro: Cannot run no-such-python: .*\. Set PYROSAUR_PYTHON to a Python that has it$/,
  );
});
