import { table } from "arquero";
import { formatTable } from "../../plot/mod.ts";
import { type RepositoryModel, writeModels } from "../repository.ts";
import { type Check, checkedExport, type PartToExport } from "./checked_export.ts";

/**
 * Exports parts, checks them, and puts them into a repository when all checks have passed.
 *
 * @throws (rejects) Error where one fails, or the repository cannot be written: it is then as it
 * was.
 */
export async function exportParts(
  parts: readonly PartToExport[],
  metadata: Readonly<Record<string, string>>,
  folder: string,
): Promise<Check[]> {
  const models: RepositoryModel[] = [], checks: Check[] = [];
  for (const part of parts) {
    const { model, check } = await checkedExport(part, metadata);
    models.push(model);
    checks.push(check);
  }
  await writeModels(folder, models);
  return checks;
}

/** Returns the findings of the checks as a table for the terminal. */
export function showChecks(checks: readonly Check[]): string {
  return formatTable(table({
    model: checks.map((c) => c.name),
    "numbers compared": checks.map((c) => c.numbers),
    "largest difference, eager": checks.map((c) => c.eager.toExponential(1)),
    compiled: checks.map((c) => c.compiled.toExponential(1)),
  }));
}
