/**
 * Neural networks as plain functions of trees of parameters, with PyTorch's names, layouts and
 * first values.
 *
 * @module
 */
export * from "./activations.ts";
export * from "./auto_bnaf_normal.ts";
export * from "./auto_iaf_normal.ts";
export * from "./bayesian_linear.ts";
export * from "./bidirectional.ts";
export * from "./block_autoregressive.ts";
export * from "./dense_nn.ts";
export * from "./gru.ts";
export * from "./initialisers.ts";
export * from "./linear.ts";
export * from "./lstm.ts";
export * from "./made.ts";
export * from "./mean_field.ts";
export * from "./mlp.ts";
export * from "./ragged.ts";
export * from "./rnn.ts";
export * from "./state_dict.ts";
// To build further layers from.
export { affine } from "./affine.ts";
export { checkInput, checkSizes } from "./checks.ts";
export type { MadeMasks, WeightMask } from "./made_masks.ts";
export { recurrentInit, type RecurrentParams, type RunDirection } from "./recurrent.ts";
