/**
 * Says what this machine has for Pyrosaur: `deno task doctor`.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { reasonOf, runProgram, shortReason } from "../lib/system/mod.ts";
import { cudaProviderDir } from "../lib/compile/engine/cuda/provider.ts";
import { compile } from "../lib/compile/mod.ts";
import { datasets, findDataset, isFetched, locateDataset } from "../lib/data/mod.ts";
import { git } from "../lib/results/git.ts";
import { type Tensor, tf } from "../lib/tensor/mod.ts";
import { describeBackends } from "../lib/backend/mod.ts";
import { type Manifest, releaseIn } from "../lib/tensorflow/folder.ts";
import { context } from "../lib/tensorflow/mod.ts";
import { type CommandSpec, runCommand } from "./runner/arguments.ts";
import { pinnedPackages } from "./runner/environment.ts";

/** One line of the report. */
interface Finding {
  /** What the line is about. */
  readonly subject: string;
  /** Whether it can be used. */
  readonly ok: boolean;
  /** What was found, or why it cannot be used. */
  readonly finding: string;
}

async function output(command: string, args: string[]): Promise<string | undefined> {
  try {
    const { ok, out, err } = await runProgram(command, args);
    return ok ? out.trim() || err : undefined;
  } catch {
    return undefined;
  }
}

async function engines(): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const engine of ["onnx", "js", "xla"] as const) {
    const subject = `engine ${engine}`;
    try {
      const square = compile((x: Tensor) => x.square(), { engine });
      const program = await square.program(tf.scalar(3)),
        [{ data }] = await program.run([{ data: Float32Array.of(3), shape: [] }]);
      const version = engine === "onnx" ? `onnxruntime ${pinnedPackages()["onnxruntime-node"]}, ` : "";
      findings.push({ subject, ok: data[0] === 9, finding: `${version}ran on ${program.provider}` });
      await square.release();
    } catch (error) {
      findings.push({
        subject,
        ok: false,
        finding: shortReason(error),
      });
    }
  }
  return findings;
}

/** NVIDIA's driver and GPUs, as its own program names them; undefined where there is none. */
async function nvidia(): Promise<string | undefined> {
  const query = "--query-gpu=name,driver_version,memory.total";
  const said = await output("nvidia-smi", [query, "--format=csv,noheader"]);
  return said?.split("\n").map((line) => {
    const [name, driver, memory] = line.split(", ");
    return `${name} (driver ${driver}, ${memory})`;
  }).join("; ");
}

/** The native TensorFlow that is provisioned: its version, its devices, and the driver and the CUDA it has to do with. */
async function tensorflow(): Promise<Finding> {
  const subject = "tensorflow";
  try {
    const { library: { version, device, folder }, devices, isGpu } = context();
    const { source = "" } = releaseIn(folder) as Partial<Manifest>;
    const cuda = /nvidia-cuda-runtime-cu12 ([\d.]+)/.exec(source)?.[1];
    const found = [
      `tensorflow ${version} ${isGpu ? "gpu" : "cpu"}`,
      `devices ${
        devices.map(({ name }) => name.slice(name.indexOf("device:") + "device:".length)).join(", ")
      }`,
      await nvidia() ?? "no NVIDIA driver",
      device === "cpu"
        ? "built without CUDA"
        : `CUDA ${cuda ?? "of the Python environment it was taken from"}`,
      `in ${folder}`,
    ];
    return { subject, ok: true, finding: found.join(", ") };
  } catch (error) {
    return { subject, ok: false, finding: shortReason(error) };
  }
}

/** ONNX Runtime's CUDA provider: whether it is there, and what a graph that may run nowhere else really ran on. */
async function onnxCuda(): Promise<Finding> {
  const subject = "onnx on cuda", folder = cudaProviderDir();
  if (folder === undefined || !existsSync(folder)) {
    return { subject, ok: false, finding: "not provisioned; `deno task engine onnx-cuda` fetches it" };
  }
  const script = fileURLToPath(new URL("./engine/smoke_onnx_cuda.ts", import.meta.url));
  const said = await output(Deno.execPath(), ["run", "--allow-all", script, folder]);
  if (said === undefined) {
    return { subject, ok: false, finding: `in ${folder}, but it does not run; provision it again` };
  }
  const { version, device } = JSON.parse(said.split("\n").at(-1)!);
  const ran = device === "cpu"
    ? "its libraries load, but there is no device: ran on the processor"
    : `ran on ${device}`;
  return { subject, ok: device !== "cpu", finding: `onnxruntime-gpu ${version}, ${ran}, in ${folder}` };
}

async function python(): Promise<Finding[]> {
  const command = Deno.env.get("PYROSAUR_PYTHON") ?? "python3";
  const version = await output(command, ["--version"]);
  if (!version) {
    return [{
      subject: "python",
      ok: false,
      finding:
        `${command} is not there; needed only for peers, notebooks and parity with onnxruntime in Python`,
    }];
  }
  const script =
    "import importlib.metadata as m\nfor p in ['numpyro','jax','pyro-ppl','torch','onnxruntime','nbclient']:\n try: print(p, m.version(p))\n except Exception: pass";
  const packages = await output(command, ["-c", script]) ?? "";
  return [{
    subject: "python",
    ok: true,
    finding: `${version} (${
      packages.split("\n").filter(Boolean).join(", ") || "none of the packages that are used"
    })`,
  }];
}

/** The execution providers that this build of ONNX Runtime has; engines() has loaded it. */
async function providers(): Promise<Finding> {
  try {
    const { listSupportedBackends } = await import("onnxruntime-node");
    const names = listSupportedBackends().map(({ name, bundled }) =>
      bundled ? name : `${name} (its libraries are installed apart)`
    );
    return { subject: "onnx providers", ok: true, finding: names.join(", ") };
  } catch (error) {
    return { subject: "onnx providers", ok: false, finding: shortReason(error) };
  }
}

async function repository(): Promise<Finding> {
  const version = await output("git", ["--version"]);
  if (!version) return { subject: "git", ok: false, finding: "not there; needed to compare revisions" };
  const root = new URL("../", import.meta.url),
    { ok, out } = await git(fileURLToPath(root), "rev-parse", "--short", "HEAD");
  return {
    subject: "git",
    ok,
    finding: `${version}, ${
      ok ? `at ${out.trim()}` : "but this is no repository; needed to compare revisions"
    }`,
  };
}

/** Whether the user's Jupyter knows Deno's kernel. */
async function kernel(): Promise<Finding> {
  const home = Deno.env.get("HOME") ?? Deno.env.get("USERPROFILE") ?? "", shared = "share/jupyter";
  const folders = [
    ...(Deno.env.get("JUPYTER_PATH")?.split(Deno.build.os === "windows" ? ";" : ":") ?? []),
    Deno.env.get("JUPYTER_DATA_DIR"),
    `${home}/.local/${shared}`,
    `${home}/Library/Jupyter`,
    `${Deno.env.get("APPDATA")}/jupyter`,
    `/usr/local/${shared}`,
    `/usr/${shared}`,
  ];
  for (const folder of folders) {
    const path = `${folder}/kernels/deno/kernel.json`;
    if (folder && await Deno.stat(path).then(() => true, () => false)) {
      return { subject: "notebook kernel", ok: true, finding: path };
    }
  }
  const finding = "not installed: `deno jupyter --install` does that; `deno task notebooks` brings its own";
  return { subject: "notebook kernel", ok: false, finding };
}

async function data(): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const name of Object.keys(datasets)) {
    const subject = `data ${name}`;
    try {
      const where = await locateDataset(name), set = findDataset(name);
      const fetched = set.files.every((file) => isFetched(set, file)) ? "it is fetched, or " : "";
      const absent = `not on this machine: ${fetched}its simulated twin is taken`;
      findings.push({ subject, ok: where !== undefined, finding: where ?? absent });
    } catch (error) {
      findings.push({ subject, ok: false, finding: reasonOf(error) });
    }
  }
  return findings;
}

/** Everything that was found, in the order in which it is shown. */
export async function examine(): Promise<Finding[]> {
  const { deno, v8 } = Deno.version,
    memory = (Deno.systemMemoryInfo().total / 2 ** 30).toFixed(1),
    cores = cpus();
  const system = `${Deno.build.os} ${Deno.build.arch}`,
    processor = cores[0]?.model.trim() || "unnamed processor";
  const backends = await describeBackends(), taken = backends.find((b) => b.available)!;
  return [
    { subject: "deno", ok: true, finding: `${deno}, v8 ${v8}` },
    {
      subject: "machine",
      ok: true,
      finding: `${processor}, ${cores.length} cores, ${memory} GiB, ${system}`,
    },
    ...await engines(),
    await providers(),
    await tensorflow(),
    await onnxCuda(),
    ...backends.map(({ name, available, reason }) => ({
      subject: `tfjs ${name}`,
      ok: available,
      finding: name === taken.name ? `${reason} (taken by "auto")` : reason,
    })),
    await repository(),
    ...await python(),
    await kernel(),
    ...await data(),
  ];
}

const command: CommandSpec = {
  name: "doctor",
  summary: "Says what this machine has for Pyrosaur, and why something is not used.",
  positionals: "",
  maximum: 0,
  options: { json: { kind: "flag", help: "write JSON" } },
};

/** Prints what was found, a line each. Resolves to the exit code. */
export function doctor(
  args: readonly string[],
  print: (line: string) => void = console.log,
): Promise<number> {
  return runCommand(command, args, async ({ values }) => {
    const findings = await examine(), width = Math.max(...findings.map((f) => f.subject.length));
    if (values.json) print(JSON.stringify(findings, null, 2));
    else {for (const { subject, ok, finding } of findings) {
        print(`${ok ? "✓" : "·"} ${subject.padEnd(width)}  ${finding}`);
      }}
    return 0;
  });
}

if (import.meta.main) Deno.exit(await doctor(Deno.args));
