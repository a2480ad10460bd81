import { type ColumnTable, table } from "arquero";
import { type Estimate, estimate, type Outcome } from "./outcome.ts";
import { type Score, SCORES } from "./scores.ts";
import { type Method, METHODS, type NetworkName, NETWORKS } from "./settings.ts";
import { PRINTED, weightsOf } from "./weights.ts";

type Outcomes = Readonly<Record<Method, Outcome>>;

/** The digits after the point that a score is shown with. */
const DIGITS: Record<Score, number> = {
  mse: 6,
  mae: 4,
  log_score: 3,
  crps: 4,
  coverage50: 2,
  coverage90: 2,
};

const text = ({ value, se }: Estimate, digits: number): string =>
  Number.isNaN(se) ? value.toFixed(digits) : `${value.toFixed(digits)} ± ${se.toFixed(digits)}`;

const rows = (outcomes: Outcomes, columns: Record<string, (outcome: Outcome) => string>): ColumnTable =>
  table({
    forecast: [...METHODS],
    ...Object.fromEntries(
      Object.entries(columns).map(([name, of]) => [name, METHODS.map((method) => of(outcomes[method]))]),
    ),
  });

/** All scores on the split of the text: means, with standard errors over the seeds. */
export const sourceTable = (outcomes: Outcomes): ColumnTable =>
  rows(
    outcomes,
    Object.fromEntries(
      SCORES.map((score) => [score, (own) => text(estimate(own.onSource(score)), DIGITS[score])]),
    ),
  );

/** All scores on the rolling splits: means, with standard errors over the splits. */
export const rollingTable = (outcomes: Outcomes): ColumnTable =>
  rows(
    outcomes,
    Object.fromEntries(
      SCORES.map((score) => [score, (own) => text(estimate(own.onWindows(score)), DIGITS[score])]),
    ),
  );

/** The number of splits on which a forecast has the smaller squared error than another one. */
const wins = (own: Outcome, other: Outcome): string =>
  `${own.minus(other, "mse").filter((difference) => difference < 0).length} of ${own.rolling.length}`;

/** The differences from forecasting no change, split by split: means and standard errors. */
export const differenceTable = (outcomes: Outcomes): ColumnTable => {
  const difference = (score: Score) => (own: Outcome) =>
    own.method === "zero" ? "" : text(estimate(own.minus(outcomes.zero, score)), DIGITS[score]);
  return rows(outcomes, {
    "mse - zero's": difference("mse"),
    "mae - zero's": difference("mae"),
    "crps - zero's": difference("crps"),
    "log_score - zero's": difference("log_score"),
    "splits with less mse": (own) => own.method === "zero" ? "" : wins(own, outcomes.zero),
  });
};

/** The last layers on the split of the text, beside the numbers that the text prints. */
export function weightsTable(outcomes: Outcomes): ColumnTable {
  const printed: Partial<Record<NetworkName, string>> = {
    nn: `${PRINTED.nn.mean.toFixed(4)}, ${PRINTED.nn.sd.toFixed(4)}`,
    bnn_source: `${PRINTED.bnn.mean.toFixed(4)} (twice)`,
  };
  const all = NETWORKS.map((name) => weightsOf(outcomes[name]));
  return table({
    network: [...NETWORKS],
    mean: all.map(({ mean }) => text(estimate(mean), 4)),
    "sd over units": all.map(({ sd }) => text(estimate(sd), 4)),
    "posterior sd": all.map(({ scale }) => scale ? text(estimate(scale), 4) : ""),
    "the text's mean, sd": NETWORKS.map((name) => printed[name] ?? ""),
  });
}
