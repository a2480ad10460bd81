import type { Tensor } from "../tensor/mod.ts";

/** The parameters of one recurrent layer, with PyTorch's names and layouts. */
export type RecurrentParams = {
  /** Shape [gates * hidden, input]. */
  weight_ih_l0: Tensor;
  /** Shape [gates * hidden, hidden]. */
  weight_hh_l0: Tensor;
  /** Shape [gates * hidden]. */
  bias_ih_l0: Tensor;
  /** Shape [gates * hidden]. */
  bias_hh_l0: Tensor;
};
