import { reasonOf } from "../lib/system/mod.ts";
import type { BenchOptions, Measurement } from "./shared/measurement.ts";
import { cudaDriver } from "../lib/compile/engine/cuda/mod.ts";
import { CPU_COLUMNS, CUDA_COLUMNS } from "./engines/columns.ts";
import { runColumn } from "./engines/run_column.ts";
import { Peers } from "./peers/peers.ts";

/**
 * A workload: its figure's name and unit, what is measured, and the peers' programs with their
 * arguments.
 */
interface Workload {
  readonly figure: string;
  readonly unit: string;
  readonly task: readonly (string | number)[];
  readonly jax: readonly [script: string, ...args: string[]];
  readonly torch?: readonly [script: string, ...args: string[]];
  /** The number of a peer's report that is compared. */
  readonly field: string;
}

const dmm = (batch: number): Workload => ({
  figure: `gpu/dmm/B=${batch},T=128/step_ms`,
  unit: "ms",
  task: ["dmm", batch, 128],
  jax: ["dmm_jax.py", String(batch), "128"],
  torch: ["dmm_torch.py", String(batch), "128"],
  field: "step_ms",
});

const vae = (batch: number): Workload => ({
  figure: `gpu/vae/B=${batch}/step_ms`,
  unit: "ms",
  task: ["vae", batch],
  jax: ["vae_jax.py", String(batch)],
  torch: ["vae_torch.py", String(batch)],
  field: "step_ms",
});

const request = (batch: number): Workload => ({
  figure: `gpu/serving/dmm_guide/B=${batch},T=128/request_ms`,
  unit: "ms",
  task: ["request", batch, 128],
  jax: ["dmm_jax.py", String(batch), "128", "--request"],
  torch: ["dmm_torch.py", String(batch), "128", "--request"],
  field: "request_ms",
});

const WORKLOADS: readonly Workload[] = [
  ...[20, 160, 640].map(dmm),
  ...[256, 4096].map(vae),
  {
    figure: "gpu/np/runs=1000,steps=1000/total_s",
    unit: "s",
    task: ["np", 1000, 1000],
    jax: ["np_jax.py", "1000", "1000"],
    field: "total_s",
  },
  ...[1, 64].map(request),
];

/**
 * Training steps, many runs and the requests of a server on the GPU, with each engine that is
 * there, beside the same engines on the processor and, with peers, JAX and PyTorch on the GPU. The
 * device's name is part of the figures. Without a GPU it says so, and gives nothing.
 */
export async function run({ peers: wanted }: BenchOptions): Promise<Measurement[]> {
  let device: string;
  try {
    device = cudaDriver().devices[0].name;
  } catch (error) {
    console.error(`Nothing is measured: ${reasonOf(error)}`);
    return [];
  }
  const results: Measurement[] = [], peers = new Peers();
  const found = wanted ? await peers.present(["jax", "torch"]) : [];
  const columns = [...CUDA_COLUMNS, ...CPU_COLUMNS.filter(({ name }) => ["xla", "onnx"].includes(name))];
  for (const { figure, unit, task, jax, torch, field } of WORKLOADS) {
    for (const column of columns) {
      const measured = await runColumn(column, task);
      const where = column.device === "cuda" ? device : "cpu";
      if (measured) {
        results.push({ name: `${figure}/engine=${column.name}/device=${where}`, unit, ...measured });
      }
    }
    for (const peer of found) {
      const program = peer === "jax" ? jax : torch && [...torch, "--device", "cuda"];
      if (!program) continue;
      const [script, ...args] = program, report = JSON.parse(await peers.run(script, args));
      const where = report.platform === "cpu" ? "cpu" : device;
      results.push({
        name: `${figure}/peer=${peer}/device=${where}`,
        value: report[field],
        unit,
        n: report.n ?? 1,
      });
    }
  }
  return results;
}
