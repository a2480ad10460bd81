/** The machine: environment, files, hashes, spelling help and progress; nothing of tensors. @module */
export { cacheDir, environmentVariable } from "./environment.ts";
export { closest } from "./closest.ts";
export * from "./progress.ts";
export { readNamed } from "./read_named.ts";
export { sha256 } from "./sha256.ts";
export { UNFINISHED, writeFileAtomic } from "./write_file.ts";
