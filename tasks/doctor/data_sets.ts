import { datasets, findDataset, isFetched, locateDataset } from "../../lib/data/mod.ts";
import { reasonOf } from "../../lib/system/mod.ts";
import type { Finding } from "./finding.ts";

/** Tells of each data set where it is found, or that its twin is taken. */
export async function dataSets(): Promise<Finding[]> {
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
