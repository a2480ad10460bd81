import { type ColumnTable, table } from "arquero";
import { finite, quantile, share } from "@pyrosaur/pyrosaur/statistics";
import type { Outcome } from "./outcome.ts";

const number = (x: number): string => x !== 0 && Math.abs(x) < 0.01 ? x.toExponential(1) : x.toPrecision(3);

function middle(values: readonly number[]): string {
  const [low, median, high] = [0.25, 0.5, 0.75].map((p) => number(quantile(finite(values), p)));
  return `${median} (${low} to ${high})`;
}

/**
 * A row a setting: medians with quartiles over the runs, and the share that collapsed with its
 * interval of 95%.
 */
export function collapseTable(outcomes: readonly Outcome[]): ColumnTable {
  const rates = outcomes.map(({ collapsed }) => share(collapsed));
  return table({
    setting: outcomes.map(({ setting }) => setting.name),
    runs: outcomes.map(({ collapsed }) => collapsed.length),
    "sd at -4": outcomes.map(({ last }) => middle(last["sd_at_-4"])),
    "sd at 3.9": outcomes.map(({ last }) => middle(last["sd_at_3.9"])),
    "sigma of z": outcomes.map(({ last }) => middle(last.sigma_z)),
    KL: outcomes.map(({ kl }) => middle(kl)),
    loss: outcomes.map(({ loss }) => middle(loss)),
    "error at the data": outcomes.map(({ last }) => middle(last.error)),
    collapsed: rates.map(({ rate, interval: [low, high] }) =>
      `${(100 * rate).toFixed(0)}% (${(100 * low).toFixed(0)} to ${(100 * high).toFixed(0)})`
    ),
  });
}

/** The state of networks before they are trained: medians with quartiles. */
export function initialTable(outcomes: readonly Outcome[]): ColumnTable {
  const kinds = new Map(outcomes.filter(({ setting }) => !setting.remedy).map((o) => [o.setting.weights, o]));
  const firsts = [...kinds.values()];
  return table({
    "first weights": [...kinds.keys()],
    "sd at -4": firsts.map(({ first }) => middle(first["sd_at_-4"])),
    "sigma of z": firsts.map(({ first }) => middle(first.sigma_z)),
    KL: firsts.map(({ first }) => middle(first.kl)),
    "collapsed already": firsts.map(({ collapsedAtFirst }) =>
      `${(100 * share(collapsedAtFirst).rate).toFixed(0)}%`
    ),
  });
}
