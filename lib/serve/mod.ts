/** Model repositories of the form that Triton reads, and the models in them. @module */
export * from "./model_config.ts";
export * from "./export/checked_export.ts";
export * from "./export/export_parts.ts";
export { encodePbtxt, parsePbtxt, PbIdentifier, type PbMessage, type PbValue } from "./pbtxt.ts";
export * from "./repository.ts";
export * from "./session.ts";
