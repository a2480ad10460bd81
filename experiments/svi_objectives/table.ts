import { type ColumnTable, table } from "arquero";
import { mean } from "@pyrosaur/pyrosaur/statistics";
import { examples } from "./examples/mod.ts";
import type { Outcome, SeedResult } from "./task.ts";

/** A row an example: the largest differences of its forms, and its fit, mean over the seeds. */
export function examplesTable(results: readonly SeedResult[]): ColumnTable {
  const column = (make: (outcomes: readonly Outcome[]) => string) =>
    examples.map(({ name }) => make(results.map((result) => result[name])));
  const most = (dtype: keyof Outcome["differences"]) =>
    column((outcomes) => Math.max(...outcomes.map(({ differences }) => differences[dtype])).toExponential(1));
  const slope = (place: "within" | "outside") =>
    column((outcomes) => {
      const [m, sd] = (["mean", "sd"] as const).map((of) => mean(outcomes.map(({ fit }) => fit[place][of])));
      return `${m.toFixed(3)} ± ${sd.toFixed(3)}`;
    });
  return table({
    example: examples.map(({ title }) => title),
    compared: examples.map(({ pairs }) => Object.keys(pairs).join(", ")),
    "float32": most("float32"),
    "float64": most("float64"),
    "negative ELBO": column((outcomes) => mean(outcomes.map(({ fit }) => fit.loss)).toFixed(2)),
    "slope in Africa": slope("within"),
    "slope elsewhere": slope("outside"),
  });
}
