/**
 * Model repositories of the form that Triton reads, the models in them, and their server. @module
 */
export * from "./model_config.ts";
export * from "./export/checked_export.ts";
export * from "./export/export_parts.ts";
export { encodePbtxt, parsePbtxt, PbIdentifier, type PbMessage, type PbValue } from "./pbtxt.ts";
export { readRepository, type StoredModel } from "./read_repository.ts";
export * from "./repository.ts";
export * from "./session.ts";
export * from "./server.ts";
export { type DynamicBatching } from "./dynamic_batching.ts";
export { type VersionPolicy } from "./triton_rules.ts";
