import type { SVIState } from "@pyrosaur/pyrosaur/infer";
import type { Sequences } from "./sequences.ts";
import type { TrainingConfig } from "./settings.ts";

/**
 * Returns the first state; where the settings say so, the emitter's biases are the notes' log odds.
 */
export function firstState(
  state: SVIState,
  { noteOdds }: TrainingConfig,
  { rows, slices }: Sequences,
): SVIState {
  if (!noteOdds) return state;
  const name = "dmm.emitter.lin_hidden_to_input.bias", { shape } = state.params[name];
  const counts = new Float64Array(shape[0]);
  for (const sequence of rows) {
    for (let t = 0; t < sequence.length; t++) counts.forEach((_, i) => counts[i] += sequence[t][i]);
  }
  // Half a count more of each, for notes that are never or always there.
  const data = Float32Array.from(counts, (n) => Math.log((n + 0.5) / (slices - n + 0.5)));
  return { ...state, params: { ...state.params, [name]: { data, shape } } };
}
