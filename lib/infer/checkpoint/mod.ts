/** Checkpoints: training states as safetensors files. @module */
export { type Checkpoint, type CheckpointExtra, loadCheckpoint, saveCheckpoint } from "./checkpoint.ts";
export { Checkpoints } from "./checkpoints.ts";
export { type EpochOptions, type EpochTraining, trainInEpochs } from "./train_in_epochs.ts";
