/** Neural Processes. @module */
export {
  type NeuralProcess,
  neuralProcess,
  type NeuralProcessLatent,
  type NeuralProcessOptions,
  type NeuralProcessParams,
  type NeuralProcessPoints,
} from "./neural_process.ts";
export { randomContext, withRandomContext } from "./random_context.ts";
export { encodeNeuralProcess, loadNeuralProcess, type TrainedNeuralProcess } from "./parameters.ts";
export { type NeuralProcessPrediction, neuralProcessPredictive } from "./predictive.ts";
