import { key } from "../../../../tensor/random/mod.ts";
import type { Simulation } from "../../../dataset.ts";
import { composeChorale, type Composition } from "./compose.ts";
import { CHORALE_PARAMETERS, type ChoraleParameters } from "./parameters.ts";
import { type Polyphonic, SPLITS } from "../types.ts";

/** Number of pieces in each part. */
export type Sizes = Readonly<Record<keyof Polyphonic, number>>;

/**
 * Composes as many pieces for each part, at `parameters`, equal for equal seeds. Beside these,
 * `parameters` of the result has `choicesNll`: the negative log probability of all that was chosen
 * for the pieces of the test part (lengths aside), over its steps, in nats. No model's expected NLL
 * of these pieces can be lower than that of the process itself, which is at most this figure: a
 * piece has all its choices' probability, and perhaps that of other choices with the same notes.
 */
export function simulateChorales(
  seed: number,
  sizes: Sizes,
  parameters: ChoraleParameters = CHORALE_PARAMETERS,
): Simulation<Polyphonic> {
  const [train, valid, test] = SPLITS.map((part, index): Composition[] => {
    const forPart = key(seed).foldIn(index);
    return Array.from({ length: sizes[part] }, (_, i) => composeChorale(forPart.foldIn(i), parameters));
  });
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
  const choicesNll = -sum(test.map((piece) => piece.logProb)) / sum(test.map((piece) => piece.chords.length));
  const notes = (pieces: Composition[]) => pieces.map((piece) => piece.chords);
  return {
    value: { train: notes(train), valid: notes(valid), test: notes(test) },
    parameters: { ...parameters, choicesNll },
  };
}
