/** The file of groups. */
export const CODE_HASHES: URL = new URL("../../experiments/code_hashes.json", import.meta.url);

/** Hashes of each experiment, in groups of equal numbers, the newest last. */
export type CodeHashes = Record<string, string[][]>;

/** Reads the groups. */
export const codeHashes = async (file: URL = CODE_HASHES): Promise<CodeHashes> =>
  JSON.parse(await Deno.readTextFile(file));
