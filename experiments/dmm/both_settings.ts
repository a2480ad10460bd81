import { type ColumnTable, table } from "arquero";
import type { Figure } from "@pyrosaur/pyrosaur/plot";
import { readRecord, type StoredResult, storedResult } from "@pyrosaur/pyrosaur/results";
import { nllFigure, type Trace } from "./figures.ts";
import { PUBLISHED } from "./targets.ts";

/**
 * Returns the stored runs with the settings of the tutorial's table and with today's: those of the
 * two that there are.
 *
 * @param folder of results
 */
export async function bothSettings(folder: string): Promise<StoredResult[]> {
  const found: StoredResult[] = [];
  for (const profile of ["full", "todays"] as const) {
    const record = await readRecord(folder, "dmm", profile);
    if (record?.status === "ok") found.push(await storedResult("dmm", folder, [profile]));
  }
  return found;
}

/**
 * Returns the tutorial's table beside the test NLL of runs: at the last epoch, as published; at the
 * epoch that was best on the validation part; and the importance-weighted bound with 100 draws.
 */
export function settingsTable(runs: readonly StoredResult[]): ColumnTable {
  const columns = runs.flatMap(({ record: { profile, metrics } }) => {
    const of = (name: string) =>
      PUBLISHED.map((_, n) => metrics.find((m) => m.name === `${name}/iafs=${n}`)?.value?.toFixed(3) ?? null);
    return [
      [`${profile}, last epoch`, of("last_test_nll")],
      [`${profile}, best epoch`, of("test_nll")],
      [`${profile}, IW, K=100`, of("iw100_nll")],
    ] as const;
  });
  return table({
    num_iafs: PUBLISHED.map((_, n) => n),
    published: PUBLISHED.map((value) => value.toFixed(2)),
    ...Object.fromEntries(columns),
  });
}

/** Returns the test NLL of runs by epoch, a line for each number of flows and each profile. */
export async function settingsFigure(runs: readonly StoredResult[]): Promise<Figure> {
  const traces: Trace[] = [];
  for (const { record: { profile, metrics }, curve } of runs) {
    for (const n of PUBLISHED.keys()) {
      if (!metrics.some((m) => m.name === `test_nll/iafs=${n}`)) continue;
      const looks = await curve(`nll_iafs${n}`), label = `${profile}, ${n}`;
      const [epochs, testNll] = ["epoch", "test_nll"].map((name) =>
        Array.from(looks.array(name) as number[])
      );
      traces.push({ numIafs: n, label, curves: { epochs, testNll } });
    }
  }
  return nllFigure(traces, PUBLISHED, { title: "Test NLL by epoch: profile and number of flows" });
}
