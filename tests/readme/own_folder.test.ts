import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { reasonOf, runProgram } from "../../lib/system/mod.ts";
import { writePackage } from "../../tasks/package.ts";
import { inTemporaryFolder } from "../temporary.ts";
import { blocks } from "./sections.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const { exports, imports } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));

/** What hinders the test: undefined where Node 20, npm and its registry can be reached. */
async function hindrance(): Promise<string | undefined> {
  try {
    const node = await runProgram("node", ["--version"]);
    if (parseInt(node.out.slice(1)) < 20) return `node is ${node.out.trim()}, expected 20 or newer`;
    const tfjs = imports["@tensorflow/tfjs"].replace("npm:", "");
    const { ok } = await runProgram("npm", [
      "view",
      tfjs,
      "version",
      "--fetch-retries=0",
      "--prefer-offline",
    ]);
    return ok ? undefined : "npm's registry cannot be reached";
  } catch (error) {
    return reasonOf(error);
  }
}

/** Runs a command line in a folder and returns what it wrote. Throws where it fails. */
async function run(line: string, cwd: string): Promise<string> {
  const [program, ...args] = line.split(/\s+/);
  const { ok, out, err } = await runProgram(program === "deno" ? Deno.execPath() : program, args, {
    cwd,
    env: { NO_COLOR: "1", npm_config_prefer_offline: "true", npm_config_audit: "false" },
  });
  assert.ok(ok, `${line}\n${out}\n${err}`);
  return out;
}

/** Runs the lines of a block of the README one after the other; the clone is this repository. */
async function runBlock(block: string, folder: string): Promise<string> {
  let out = "";
  for (const line of block.trim().split("\n").filter((line) => line !== "cd ../study")) {
    out = await run(line.replace("../study", folder), line.startsWith("deno task") ? ROOT : folder);
  }
  return out;
}

const everyEntry = `
const names = ${JSON.stringify(Object.keys(exports))};
const all = {};
for (const name of names) all[name] = Object.keys(await import("@pyrosaur/pyrosaur" + name.slice(1))).length;
const { registerTensorFlow } = await import("@pyrosaur/pyrosaur/tensorflow");
const { describeBackends } = await import("@pyrosaur/pyrosaur/backend");
const { chart, line } = await import("@pyrosaur/pyrosaur/plot");
const { inWorkers } = await import("@pyrosaur/pyrosaur/workers");
const refused = await registerTensorFlow().catch((error) => error.message);
const backends = (await describeBackends()).filter((backend) => backend.available).map(({ name }) => name);
const svg = await chart([line({ x: [1, 2], y: [1, 2] })], { title: "Line" }).toSVG();
const squares = await inWorkers(new URL("worker.mjs", import.meta.url), [1, 2, 3], {
  atATime: 2,
  describe: (n) => "square " + n,
});
const { key, MCMC, Normal, NUTS, sample } = await import("@pyrosaur/pyrosaur");
const nuts = new NUTS(() => sample("x", new Normal(0, 1)));
const chains = new MCMC(nuts, { numWarmup: 20, numSamples: 50, numChains: 2, numWorkers: 2 });
const { openPlayground } = await import("@pyrosaur/pyrosaur/serve");
let page = "";
try {
  openPlayground(".");
} catch (error) {
  page = error.message;
}
const draws = (await chains.run(key(0), [], { progress: false })).samples.x.shape;
console.log(JSON.stringify({ all, refused, backends, svg: svg.slice(0, 4), squares, draws, page }));
process.exit(0);
`;

const worker = `
import { serveTasks } from "@pyrosaur/pyrosaur/workers";
serveTasks((n) => Promise.resolve(n * n));
`;

const missing = await hindrance();
Deno.test({
  name: `the README's commands for a folder of one's own work, under Deno and Node${
    missing === undefined ? "" : ` (skipped: ${missing})`
  }`,
  ignore: missing !== undefined,
  fn: () =>
    inTemporaryFolder(async (folder) => {
      const [withDeno, withNode] = await blocks("In a folder of your own", "sh");
      await Deno.writeTextFile(`${folder}/model.ts`, (await blocks("A model", "ts"))[0]);
      const [first, last] = (await runBlock(withDeno, folder)).trim().split(" ").map(Number);
      assert.ok(last < first - 5, `the loss fell from ${first} to ${last}`);
      const underNode = (await runBlock(withNode, folder)).trim().split(" ").map(Number);
      [first, last].forEach((loss, i) => assert.ok(Math.abs(underNode[i] - loss) < 1e-4 * loss));

      await Deno.writeTextFile(`${folder}/every_entry.mjs`, everyEntry);
      await Deno.writeTextFile(`${folder}/worker.mjs`, worker);
      const { all, page, ...did } = JSON.parse(await run("node every_entry.mjs", folder));
      assert.ok(Object.keys(exports).every((name) => all[name] > 0));
      assert.deepEqual(did, {
        refused: "Cannot open TensorFlow's library: it needs Deno's foreign functions; " +
          "run the program with `deno run`",
        backends: ["wasm", "cpu"],
        svg: "<svg",
        squares: [1, 4, 9],
        draws: [100],
      });
      assert.match(
        page,
        /^Cannot open the playground: the npm package onnxruntime-web is not installed \(.*\); install it, or serve without the page$/s,
      );
      const study = [...await blocks("A model", "ts"), ...await blocks("After the first fit", "ts")];
      await Deno.writeTextFile(`${folder}/study.ts`, study.join("\n"));
      assert.deepEqual(await complaints(folder), []);
      assert.match(
        await run("node study.js", folder),
        /^25\.0\S+ 11\.\S+\n[^]*Float64Array\(1\) \[ \d\.\d+ \]\n27\.\d+ -1\.19\d+\n$/,
      );
    }),
});

/**
 * Compiles a study, and returns what TypeScript has against the declarations of the package or their
 * use.
 */
async function complaints(folder: string): Promise<string[]> {
  const names = Object.keys(exports).map((name) => `import "@pyrosaur/pyrosaur${name.slice(1)}";\n`);
  await Deno.writeTextFile(`${folder}/all.ts`, names.join(""));
  const options =
    "--strict --target es2022 --module nodenext --lib es2022,esnext.disposable,dom --types node";
  const { out } = await runProgram("npx", ["tsc", ...options.split(" "), "all.ts", "study.ts"], {
    cwd: folder,
  });
  assert.match(out, /@webgpu\/types|tfjs/, "TypeScript has looked at the packages");
  return out.split("\n").filter((line) => /^(node_modules\/@pyrosaur|all\.ts|study\.ts)/.test(line));
}

Deno.test("deno task package says where it cannot write the package", async () => {
  await inTemporaryFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    await assert.rejects(writePackage(`${folder}/file`), {
      message: new RegExp(`^Cannot write the package to ${folder}/file: .*EEXIST.*; name a folder$`),
    });
  });
});

Deno.test("deno publish finds nothing to complain of, and takes the library alone", async () => {
  // `deno task check` looks at the types, and the test above at those of the declarations.
  const { ok, err } = await runProgram(Deno.execPath(), [
    "publish",
    "--dry-run",
    "--allow-dirty",
    "--no-check",
  ], {
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  });
  assert.ok(ok, err);
  const files = [...err.matchAll(/^ +file:\/\/.*? \(/gm)].map(([line]) =>
    line.trim().slice("file://".length, -2)
  );
  const strays = files.map((file) => file.slice(ROOT.length)).filter((file) => !file.startsWith("lib/"));
  assert.deepEqual(strays.sort(), ["FEATURES.md", "LICENSE", "README.md", "deno.json", "mod.ts"]);
});
