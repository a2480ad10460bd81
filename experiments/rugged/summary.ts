import { type ColumnTable, table } from "arquero";
import { type Moments, moments } from "@pyrosaur/pyrosaur/statistics";
import type { Draws } from "./posterior.ts";
import { slopesOf } from "./slopes.ts";
import { COEFFICIENTS } from "./targets.ts";

/** The rows of a summary: the coefficients and the two slopes. */
const QUANTITIES = [...COEFFICIENTS, "slope in Africa", "slope elsewhere"] as const;

const text = ({ mean, sd }: Moments): string => `${mean.toFixed(3)} ± ${sd.toFixed(3)}`;

/** Mean and standard deviation of every quantity. */
function quantitiesOf(draws: Draws): Moments[] {
  const { within, outside } = slopesOf(draws);
  return [...COEFFICIENTS.map((name) => draws[name]), within, outside].map(moments);
}

/**
 * Coefficients and slopes of several posteriors side by side, as mean ± standard deviation. A
 * posterior is given by draws, or by the moments of every quantity.
 */
export function summaryTable(posteriors: Readonly<Record<string, Draws | readonly Moments[]>>): ColumnTable {
  const columns = Object.entries(posteriors).map(([name, posterior]) => {
    const all = Array.isArray(posterior) ? posterior as readonly Moments[] : quantitiesOf(posterior as Draws);
    return [name, all.map(text)];
  });
  return table({ quantity: [...QUANTITIES], ...Object.fromEntries(columns) });
}
