/** Neural networks as plain functions of trees of parameters, with PyTorch's names, layouts and first values. @module */
export * from "./initialisers.ts";
export { affine, checkSizes, linear, type LinearOptions, type LinearParams } from "./linear.ts";
export { type Place, type Ragged, ragged, type RaggedOptions, type Sequence } from "./ragged.ts";
export {
  checkInput,
  recurrentInit,
  type RecurrentParams,
  rnn,
  type RnnOptions,
  type RunDirection,
} from "./rnn.ts";
export {
  type Activation,
  activation,
  type ActivationFunction,
  type ActivationName,
  activations,
} from "./activations.ts";
export { conditionalMade, made, type MadeNet, type MadeOptions, type MadeParams } from "./made.ts";
export type { MadeMasks, WeightMask } from "./made_masks.ts";
export { mlp, type MlpOptions, type MlpParams } from "./mlp.ts";
export { gru } from "./gru.ts";
export { lstm, type LstmDirection, type LstmStates } from "./lstm.ts";
export { denseNN, type DenseNNOptions } from "./dense_nn.ts";
export {
  bidirectional,
  type BidirectionalParams,
  type RecurrentLayer,
  type SequenceEnds,
} from "./bidirectional.ts";
export {
  fromStateDict,
  parameterShapes,
  plainNames,
  type StateDict,
  type StateDictOptions,
  toStateDict,
} from "./state_dict.ts";
