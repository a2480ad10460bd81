/** The machine: environment, files, programs, hashes, spelling help and progress. @module */
export { CallsUnderWay } from "./calls.ts";
export { cacheDir, environmentVariable } from "./environment.ts";
export { canonicalJson } from "./canonical_json.ts";
export { closest } from "./closest.ts";
export { inConsoles, inNotebooks } from "./display.ts";
export { checkForeign } from "./foreign.ts";
export { groupBy } from "./group_by.ts";
export { checkOptions, type OptionNames } from "./options.ts";
export { type Lock, type LockHolder, type LockOptions, takeLock } from "./lock.ts";
export * from "./progress.ts";
export { formatPlain, parsePlain, type PlainOptions } from "./plain_json.ts";
export { readNamed } from "./read_named.ts";
export { isMissing, reasonOf, shortReason } from "./reason.ts";
export { replaceFolder, settledFolder, settleFolder } from "./replace_folder.ts";
export { type ProgramOptions, type ProgramResult, readProgram, runProgram } from "./run_program.ts";
export { hex, sha256 } from "./sha256.ts";
export { beyondLimits, placeIn, TEXT_LIMITS, type TextLimits } from "./text_limits.ts";
export { flushFolder, UNFINISHED, writeFileAtomic } from "./write_file.ts";
