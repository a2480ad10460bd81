/** The choice of the backend that eager operations run on. @module */
export * from "./choose_backend.ts";
