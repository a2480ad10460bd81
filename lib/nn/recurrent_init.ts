import type { Key } from "../tensor/mod.ts";
import { type Initialiser, uniform } from "./initialisers.ts";
import type { RecurrentParams } from "./recurrent_params.ts";

/** First parameters of a recurrent layer, PyTorch's: all uniform on ±1/sqrt(hidden). */
export function recurrentInit(
  gates: number,
  inputSize: number,
  hiddenSize: number,
): (key: Key) => RecurrentParams {
  const draw: Initialiser = uniform(1 / Math.sqrt(hiddenSize)), size = gates * hiddenSize;
  return (key: Key): RecurrentParams => {
    const [a, b, c, d] = key.split(4);
    return {
      weight_ih_l0: draw(a, [size, inputSize]),
      weight_hh_l0: draw(b, [size, hiddenSize]),
      bias_ih_l0: draw(c, [size]),
      bias_hh_l0: draw(d, [size]),
    };
  };
}
