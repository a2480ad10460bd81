import { type ColumnTable, from, fromCSV, table } from "arquero";
import { key } from "../../tensor/random/mod.ts";
import type { Dataset, Simulation } from "../dataset.ts";

/** The titles of the columns in the file. */
const COLUMNS: Record<string, string> = {
  open: "Open",
  high: "High",
  low: "Low",
  close: "Close",
  volume: "Volume",
  market_cap: "Market Cap",
  tweets: "Tweets",
};

const DAYS = 899, FIRST_DAY = Date.UTC(2015, 7, 7), DAY = 86_400_000;

/** The twin's parameters: mean and standard deviation of a day's change of the log of the price. */
const PARAMETERS = { drift: 0.0066, volatility: 0.085 } as const;

const isoDay = (time: number): string => new Date(time).toISOString().slice(0, 10);

const number = (text: string | null): number | null => {
  const value = text === null || text === "" ? NaN : Number(text);
  return Number.isFinite(value) ? value : null;
};

/** Reads a date as the file writes it, such as `Jan 21 2018`. */
function dayOf(text: string | null): string {
  const time = Date.parse(`${text} UTC`);
  if (!Number.isNaN(time)) return isoDay(time);
  throw new Error(`Cannot read the file of prices: found the date "${text}", expected such as Jan 21 2018`);
}

function parse([file]: readonly Uint8Array[]): ColumnTable {
  const raw = fromCSV(new TextDecoder().decode(file), { autoType: false }).reify();
  const titles = raw.columnNames(),
    missing = ["Date", ...Object.values(COLUMNS)].filter((t) => !titles.includes(t));
  if (missing.length > 0) {
    throw new Error(
      `Cannot read the file of prices: it lacks the columns ${missing.join(", ")}; it has ${
        titles.join(", ")
      }`,
    );
  }
  const column = (title: string): (string | null)[] =>
    Array.from(raw.array(title)).reverse() as (string | null)[];
  const date = column("Date").map(dayOf);
  const numbers = Object.entries(COLUMNS).map(([name, title]) => [name, column(title).map(number)]);
  return table({ date, ...Object.fromEntries(numbers) });
}

function simulate(seed: number): Simulation<ColumnTable> {
  const z = key(seed).draw("normal", [DAYS, 3]).dataSync(), { drift, volatility } = PARAMETERS;
  let close = 2.8;
  const rows = Array.from({ length: DAYS }, (_, day) => {
    const open = close, spread = volatility * Math.abs(z[3 * day + 1]) / 2;
    close = open * Math.exp(drift + volatility * z[3 * day]);
    return {
      date: isoDay(FIRST_DAY + day * DAY),
      open,
      high: Math.max(open, close) * Math.exp(spread),
      low: Math.min(open, close) * Math.exp(-spread),
      close,
      volume: Math.round(Math.exp(16 + day / 200 + z[3 * day + 2])),
      market_cap: Math.round(close * 9e7),
      tweets: Math.round(Math.exp(5 + day / 200 + 0.3 * z[3 * day + 2])),
    };
  });
  return { value: from(rows), parameters: PARAMETERS };
}

/**
 * The price of ether day by day, 7 August 2015 to 21 January 2018, oldest first: a table of 899
 * rows with the columns `date` (ISO), `open`, `high`, `low`, `close`, `volume`, `market_cap` and
 * `tweets` (null where the file has no number).
 *
 * The twin's log price is a normal random walk of mean `drift` and standard deviation `volatility`
 * a day.
 */
export const ethusd: Dataset<ColumnTable> = {
  name: "ethusd",
  source:
    "daily ETH/USD open, high, low, close, volume and tweets, of the Deep-Trading articles of A. Honchar",
  files: [{
    name: "ethusd_tweets.csv",
    bytes: 61216,
    sha256: "879764f5b8d618f15f8a7af067754aeaf9855579b97da6d721a6e07364b285c0",
    url:
      "https://raw.githubusercontent.com/Rachnog/Deep-Trading/0578698863be3d10fb6d116ed0104eee9d40a9f9/bayesian/ethusd_tweets.csv",
  }],
  parse,
  simulate,
};
