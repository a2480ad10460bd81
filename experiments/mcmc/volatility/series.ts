import type { ColumnTable } from "arquero";
import { dailySeries } from "@pyrosaur/pyrosaur/data";
import { random } from "@pyrosaur/pyrosaur/tensor";
import type { Numbers } from "./model.ts";

/** Returns day by day, in percent. */
export interface Series {
  /** The days: dates, or numbers. */
  readonly days: readonly string[];
  /** The changes of the logarithm of the price, times 100. */
  readonly returns: Float64Array;
  /** The volatilities they were drawn at, where they were drawn. */
  readonly volatility?: Float64Array;
}

/** The numbers that series are drawn at: a calm market with long memory. */
export const TRUTH: Numbers = { drift: 0.05, level: 0.4, persistence: 0.97, shocks: 0.2 };

/** Draws a series from the model at known numbers. */
export function simulate(days: number, seed: number): Series {
  const { drift, level, persistence, shocks } = TRUTH;
  const z = random.normal(random.key(seed), [days + 1, 2]).dataSync();
  const returns = new Float64Array(days), volatility = new Float64Array(days);
  let deviation = z[0] * shocks / Math.sqrt(1 - persistence ** 2);
  for (let t = 0; t < days; t++) {
    deviation = persistence * deviation + shocks * z[2 * t + 2];
    volatility[t] = Math.exp((level + deviation) / 2);
    returns[t] = drift + volatility[t] * z[2 * t + 3];
  }
  return { days: Array.from(returns, (_, t) => String(t + 1)), returns, volatility };
}

/** The returns of ether. */
export function ether(table: ColumnTable): Series {
  const { dates, columns: { close } } = dailySeries(table, ["close"]);
  return {
    days: dates.slice(1),
    returns: Float64Array.from(close.subarray(1), (price, i) => 100 * Math.log(price / close[i])),
  };
}
