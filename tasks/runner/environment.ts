import { availableParallelism, cpus } from "node:os";
import configuration from "../../deno.json" with { type: "json" };
import { vectorMachine } from "../../lib/compile/internals.ts";
import { choicesOf } from "../../lib/system/mod.ts";
import type { EnvironmentRecord } from "../../lib/results/mod.ts";

/** Returns the versions of the npm packages that the project's configuration pins, by name. */
export function pinnedPackages(
  imports: Readonly<Record<string, string>> = configuration.imports,
): Record<string, string> {
  const packages: Record<string, string> = {};
  for (const address of Object.values(imports)) {
    const [, name, version] = /^npm:(@?[^@]+)@(.+)$/.exec(address) ?? [];
    if (name) packages[name] = version;
  }
  return Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a < b ? -1 : 1));
}

/** The settings of a run that its environment says. */
interface EngineSettings {
  readonly engine: string;
  readonly device: string;
  readonly dtype: string;
  /** The backend of eager operations, where it was chosen. */
  readonly backend?: string;
}

/**
 * Returns the engine's name with all that digits depend on: those that `auto` has taken since
 * choices were last forgotten, and if one of them fuses multiply-add. As
 * `auto (js, wasm) on tensorflow, fused multiply-add`.
 */
function describeEngine({ engine, backend }: EngineSettings): string {
  const taken = engine === "auto" ? choicesOf("engine") : [engine];
  const name = engine === "auto" && taken.length > 0 ? `auto (${taken.join(", ")})` : engine;
  const isFused = taken.includes("wasm") && vectorMachine().isFused;
  return `${name}${backend === undefined ? "" : ` on ${backend}`}${isFused ? ", fused multiply-add" : ""}`;
}

/** Returns the software and the machine of a run, after it. */
export function describeEnvironment({ backend, ...settings }: EngineSettings): EnvironmentRecord {
  return {
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    os: `${Deno.build.os} ${Deno.build.arch}`,
    cpu: cpus()[0]?.model.trim() || "unknown",
    cores: availableParallelism(),
    ...settings,
    engine: describeEngine({ backend, ...settings }),
    packages: pinnedPackages(),
  };
}
