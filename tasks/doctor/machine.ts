import { availableParallelism, cpus } from "node:os";
import type { Finding } from "./finding.ts";

/** Names Deno's version, the processor, the memory and the system. */
export function machine(): Finding[] {
  const { deno, v8 } = Deno.version, { os, arch } = Deno.build, cores = availableParallelism();
  const memory = (Deno.systemMemoryInfo().total / 2 ** 30).toFixed(1),
    processor = cpus()[0]?.model.trim() || "unnamed processor";
  const found = `${processor}, ${cores} cores, ${memory} GiB, ${os} ${arch}`;
  return [
    { subject: "deno", ok: true, finding: `${deno}, v8 ${v8}` },
    { subject: "machine", ok: true, finding: found },
  ];
}
