import { sha256 } from "../../lib/system/mod.ts";
import { bestProfiles, parseRecord, type RunRecord } from "../../lib/results/mod.ts";

/** The name of the file of parameters that an experiment writes beside its record. */
const FILE = "parameters.safetensors";

/** The record of the run that wrote a file, where it lies beside it. */
async function recordBeside(path: string): Promise<RunRecord | undefined> {
  const at = `${path.replace(/[\\/]?[^\\/]*$/, "") || "."}.json`;
  try {
    return parseRecord(await Deno.readTextFile(at), at);
  } catch {
    return undefined;
  }
}

/**
 * The parameters among an experiment's results: of the run that notebooks show too, tuned before
 * full before quick.
 *
 * @throws (rejects) Error where there are none, with how to get some.
 */
export async function findParameters(experiment: string, results: string): Promise<string> {
  const places = bestProfiles.map((profile) => `${results}/${experiment}/${profile}`);
  for (const place of places) {
    const path = `${place}/${FILE}`;
    if (await Deno.stat(path).catch(() => undefined)) return path;
  }
  throw new Error(
    `There are no parameters of "${experiment}": looked for ${FILE} in ${places.join(", ")}. Train it with ` +
      `\`deno task reproduce ${experiment}\`, or name a file with --parameters FILE (a state_dict that PyTorch saved as ` +
      "safetensors will do)",
  );
}

/**
 * Returns the origin of parameters: the entries of their file, its sha256, and the commit of the
 * run that wrote it, where that is known.
 */
export async function provenance(
  path: string,
  metadata: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const hash = await sha256(await Deno.readFile(path)), record = await recordBeside(path);
  const isItsRun = record?.artifacts.some((artifact) => artifact.sha256 === hash);
  const commit = isItsRun && record?.code.commit
    ? record.code.commit + (record.code.dirty ? " with changes" : "")
    : "unknown";
  return { commit, ...metadata, parameters_sha256: hash };
}
