import { cpus } from "node:os";
import configuration from "../../deno.json" with { type: "json" };
import { vectorMachine } from "../../lib/compile/internals.ts";
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

/** Returns the engine's name, and if it fuses multiply-add, on which digits depend. */
function withRounding(engine: string): string {
  return ["auto", "wasm"].includes(engine) && vectorMachine().isFused
    ? `${engine}, fused multiply-add`
    : engine;
}

/** Returns the software and the machine of a run. */
export function describeEnvironment(
  settings: { engine: string; device: string; dtype: string },
): EnvironmentRecord {
  const cores = cpus();
  return {
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    os: `${Deno.build.os} ${Deno.build.arch}`,
    cpu: cores[0]?.model.trim() || "unknown",
    cores: Math.max(1, cores.length),
    ...settings,
    engine: withRounding(settings.engine),
    packages: pinnedPackages(),
  };
}
