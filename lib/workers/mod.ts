/** Tasks side by side in Workers. @module */
export * from "./in_workers.ts";
export * from "./perform.ts";
export * from "./serve_tasks.ts";
