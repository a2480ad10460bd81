import type { ResolvedDataset } from "../../lib/data/mod.ts";
import type { Context, Experiment, Settings } from "../../lib/results/mod.ts";
import type { Reporter } from "./reporter.ts";
import type { RunSettings } from "./run_settings.ts";
import type { Terminal } from "./terminal.ts";

/** Returns the settings of a run as its experiment sees them. */
export function settingsOf(
  { name, data: declared, profiles }: Experiment,
  { profile, seed, engine, device, dtype }: RunSettings,
  data: readonly ResolvedDataset[],
): Settings {
  const config = profiles[profile]!;
  const dataset = (wanted: string) => {
    const found = data.find((d) => d.name === wanted);
    if (found) return found;
    throw new Error(
      `Cannot give "${name}" the data set "${wanted}": it declares ${declared.join(", ") || "none"}`,
    );
  };
  return {
    profile,
    config,
    seeds: Array.from({ length: config.seeds }, (_, i) => seed + i),
    compile: { engine, device, dtype },
    simulated: data.some((d) => d.simulated),
    dataset: dataset as Settings["dataset"],
  };
}

/** Returns the settings of a run, with the ways to report its results. */
export function contextOf(settings: Settings, reporter: Reporter, terminal: Terminal): Context {
  return {
    ...settings,
    metric: (name, value, options) => reporter.metric(name, value, options),
    curve: (name, columns) => reporter.curve(name, columns),
    table: (name, value) => reporter.table(name, value),
    figure: (name, figure) => reporter.figure(name, figure),
    svg: (name, svg) => reporter.figure(name, svg),
    file: (name, contents) => reporter.file(name, contents),
    log: (line) => terminal.print(line),
  };
}
