import { runProgram } from "../system/mod.ts";

/** Runs a Deno command and returns its output. Throws (rejects) the last line of its complaint. */
async function runDeno(args: string[]): Promise<string> {
  // The name on the path and the running program are usually the same; a permission may be given
  // for either.
  const onPath = typeof Deno === "undefined" ||
    (await Deno.permissions.query({ name: "run", command: "deno" })).state === "granted";
  const { ok, out, complaint } = await runProgram(onPath ? "deno" : Deno.execPath(), args, {
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
  });
  if (!ok) throw new Error(complaint);
  return out;
}

const folders = new Map<string, Promise<string>>();

/**
 * Returns the folder that an npm package was unpacked into, fetching it first where it is not
 * there. The package is no dependency of this project: it goes to Deno's own cache, by the user's
 * registry settings, and no lock file is touched.
 */
export function npmFolder(specifier: string): Promise<string> {
  let folder = folders.get(specifier);
  if (!folder) {
    folders.set(specifier, folder = unpack(specifier));
    // A failure is not kept: the next call tries again.
    folder.catch(() => folders.delete(specifier));
  }
  return folder;
}

async function unpack(specifier: string): Promise<string> {
  const isolated = ["--no-config", "--no-lock", "--node-modules-dir=none", `npm:${specifier}`];
  await runDeno(["cache", "--quiet", ...isolated]);
  const { npmPackages } = JSON.parse(await runDeno(["info", "--json", ...isolated]));
  const folder = npmPackages?.[specifier]?.localPath;
  if (typeof folder !== "string") throw new Error(`deno does not say where it unpacked ${specifier}`);
  return folder;
}
