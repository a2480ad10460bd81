const SUFFIX = ".tmp", LOCK = "lock";

/**
 * A folder that something is built in and then renamed into its place, so that what is there is
 * whole. It is locked while its process lives: what a killed process left behind is found by that
 * and removed by the next.
 */
export class Staging {
  /** The folder. */
  readonly folder: string;
  readonly #lock: Deno.FsFile;

  private constructor(folder: string, lock: Deno.FsFile) {
    this.folder = folder;
    this.#lock = lock;
  }

  /**
   * Makes a staging folder beside the place it is for. Clears away those that killed processes left
   * there.
   */
  static async open(place: string): Promise<Staging> {
    const slash = place.lastIndexOf("/"), parent = place.slice(0, slash), name = place.slice(slash + 1);
    await Deno.mkdir(parent, { recursive: true });
    await clearLeftovers(parent);
    const folder = `${parent}/.${name}.${crypto.randomUUID().slice(0, 8)}${SUFFIX}`;
    await Deno.mkdir(folder);
    const lock = await Deno.open(`${folder}/${LOCK}`, { write: true, createNew: true });
    await lock.lock(true);
    return new Staging(folder, lock);
  }

  /** Puts it into its place, and away what was there. */
  async finish(place: string): Promise<void> {
    await Deno.remove(`${this.folder}/${LOCK}`);
    const before = `${this.folder.slice(0, -SUFFIX.length)}.old${SUFFIX}`;
    await Deno.rename(place, before).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
    await Deno.rename(this.folder, place);
    await Deno.remove(before, { recursive: true }).catch(() => {});
  }

  /** Removes what was not finished. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#lock.close();
    await Deno.remove(this.folder, { recursive: true }).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  }
}

async function isHeld(folder: string): Promise<boolean> {
  try {
    using lock = await Deno.open(`${folder}/${LOCK}`, { write: true });
    return !await lock.tryLock(true);
  } catch {
    // Without a lock nothing is being built in it: the process was killed just before or after.
    return false;
  }
}

/** Removes what killed processes left in a folder of engines. Returns how many. */
export async function clearLeftovers(parent: string): Promise<number> {
  let cleared = 0;
  for await (const { name, isDirectory } of Deno.readDir(parent)) {
    const folder = `${parent}/${name}`;
    if (!isDirectory || !name.startsWith(".") || !name.endsWith(SUFFIX) || await isHeld(folder)) continue;
    await Deno.remove(folder, { recursive: true });
    cleared++;
  }
  return cleared;
}
