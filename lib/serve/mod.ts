/** Model repositories of the form that Triton reads, and the models in them. @module */
export {
  DATA_TYPES,
  type DataType,
  encodeModelConfig,
  type ModelConfig,
  type ModelTensor,
  parseModelConfig,
} from "./model_config.ts";
export {
  type Check,
  checkedExport,
  type Exportable,
  type Part,
  type PartToExport,
} from "./export/checked_export.ts";
export { exportParts, showChecks } from "./export/export_parts.ts";
export { encodePbtxt, parsePbtxt, PbIdentifier, type PbMessage, type PbValue } from "./pbtxt.ts";
export { readRepository, type RepositoryModel, type StoredModel, writeModels } from "./repository.ts";
export { type LoadedModel, loadModel, type LoadModelOptions } from "./session.ts";
