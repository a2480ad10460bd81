import { type ColumnTable, table } from "arquero";
import { mean, standardError } from "@pyrosaur/pyrosaur/statistics";
import type { Outcomes } from "./figures.ts";
import { SYSTEMS } from "./settings.ts";

/** The measures of the table, with their digits. */
const COLUMNS = {
  accuracy: ["accuracy", 4],
  nll: ["NLL", 3],
  ece: ["ECE", 4],
  area_rejection: ["area, rejection", 4],
  auroc_noise: ["AUROC noise", 3],
  auroc_rotated: ["rotated", 3],
  auroc_distorted: ["distorted", 3],
  entropy_digits: ["entropy, digits", 3],
  entropy_noise: ["noise", 3],
} as const;

/** A row a system: means over seeds, with standard errors where there are several. */
export function systemsTable(outcomes: Outcomes): ColumnTable {
  const cell = (values: number[], digits: number) =>
    mean(values).toFixed(digits) + (values.length > 1 ? ` ± ${standardError(values).toFixed(digits)}` : "");
  return table({
    system: [...SYSTEMS],
    ...Object.fromEntries(
      Object.entries(COLUMNS).map(([name, [title, digits]]) => [
        title,
        SYSTEMS.map((system) => cell(outcomes[system].map(({ metrics }) => metrics[name]), digits)),
      ]),
    ),
  });
}
