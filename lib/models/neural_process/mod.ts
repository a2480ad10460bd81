/** Neural Processes. @module */
export {
  type Latent,
  type NeuralProcess,
  neuralProcess,
  type NeuralProcessOptions,
  type NeuralProcessParams,
  type Points,
} from "./neural_process.ts";
export { randomContext, withRandomContext } from "./random_context.ts";
export { encodeNeuralProcess, loadNeuralProcess, type TrainedNeuralProcess } from "./parameters.ts";
export { type NeuralProcessPrediction, neuralProcessPredictive } from "./predictive.ts";
