import type { Target } from "@pyrosaur/pyrosaur/results";

const SOURCE = 'Chopra, Making Your Neural Network Say "I Don\'t Know" (2018), notebook, one run';

/** The numbers that the text's notebook prints, of its own sizes. */
export const targets: Readonly<Record<string, Target>> = {
  "source/train_loss": { value: 96.45769, tolerance: 1, source: SOURCE, profiles: ["full"] },
  "source/text_rule/forced": { value: 0.89, tolerance: 0.02, source: `${SOURCE}: 89%`, profiles: ["full"] },
  "source/text_rule/kept": {
    value: 0.875,
    tolerance: 0.03,
    source: `${SOURCE}: 1,250 of 10,000 skipped`,
    profiles: ["full"],
  },
  "source/text_rule/kept_accuracy": {
    value: 0.96,
    tolerance: 0.015,
    source: `${SOURCE}: 96%`,
    profiles: ["full"],
  },
};

/** The twin's digits are told apart by whoever learns anything, and noise from digits. */
export function recovery(): Readonly<Record<string, Target>> {
  const source = "digits drawn in strokes, with 2% of the pixels swapped: all networks learn them";
  const accuracy: Target = { value: 1, tolerance: 0.05, source };
  return {
    "scaled/accuracy": accuracy,
    "local/accuracy": accuracy,
    "plain/accuracy": accuracy,
    "ensemble/accuracy": accuracy,
  };
}
