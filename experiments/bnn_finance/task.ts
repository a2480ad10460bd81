import type { Settings } from "@pyrosaur/pyrosaur/results";
import { random } from "@pyrosaur/pyrosaur/tensor";
import type { Tell } from "@pyrosaur/pyrosaur/workers";
import { LinearForecasts } from "./linear.ts";
import { type LastLayer, NetworkForecasts } from "./network.ts";
import type { Split } from "./rows.ts";
import type { Forecast, Scored, Scores } from "./scores.ts";
import { type FinanceConfig, type Method, METHODS, type NetworkName } from "./settings.ts";

/** Fits to some splits: all of those in closed form, or those of one network. */
export interface FitsTask extends Pick<Settings<FinanceConfig>, "config" | "compile" | "seeds"> {
  /** The forecasts. */
  readonly what: "linear" | NetworkName;
  /** The splits. */
  readonly splits: readonly Split[];
  /** The place of the first of them among all. */
  readonly first: number;
}

/** The results of one forecast on one split. */
export interface SplitResult {
  /** The forecast. */
  readonly method: Method;
  /** The split. */
  readonly split: string;
  /** The scores with each seed; one for those that have none. */
  readonly scores: readonly Scores[];
  /** The forecasts with the first seed. */
  readonly forecast: Forecast;
  /** The last layers of networks, with each seed. */
  readonly last?: readonly LastLayer[];
}

/** The two kinds of forecasts, as a task needs them. */
interface Forecasts {
  /** Fits and tests one split. */
  on(split: Split, key: random.ThreefryKey): Promise<SplitResult[]>;
  /** Frees the programs. */
  release(): Promise<void>;
}

function linear({ config, compile }: FitsTask): Forecasts {
  const forecasts = new LinearForecasts(config, compile);
  return {
    async on(split, key) {
      const found: Record<string, Scored> = await forecasts.scored(split, key);
      return Object.entries(found).map(([method, { scores, forecast }]) => ({
        method: method as Method,
        split: split.name,
        scores: [scores],
        forecast,
      }));
    },
    release: () => forecasts.release(),
  };
}

function network(method: NetworkName, { config, compile, seeds, splits: [{ train }] }: FitsTask): Forecasts {
  const forecasts = new NetworkForecasts(method, train.x.length / train.count, seeds.length, config, compile);
  return {
    async on(split, key) {
      const members = await forecasts.scored(split, key);
      return [{
        method,
        split: split.name,
        scores: members.map(({ scores }) => scores),
        forecast: members[0].forecast,
        last: members.map(({ last }) => last),
      }];
    },
    release: () => forecasts.release(),
  };
}

/** Fits and tests all splits of a task. */
export async function perform(task: FitsTask, tell: Tell): Promise<SplitResult[]> {
  const { what, splits, first, seeds: [seed] } = task;
  const forecasts = what === "linear" ? linear(task) : network(what, task), results: SplitResult[] = [];
  const key = random.key(seed).foldIn(what === "linear" ? 0 : METHODS.indexOf(what));
  try {
    for (const [i, split] of splits.entries()) {
      results.push(...await forecasts.on(split, key.foldIn(first + i)));
      tell(i + 1);
    }
    return results;
  } finally {
    await forecasts.release();
  }
}
