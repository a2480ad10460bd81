import { dirname } from "node:path";
import { exchangePaths } from "./exchange.ts";
import { fileSystem } from "./node_module.ts";
import { isMissing } from "./reason.ts";
import { flushFolder } from "./write_file.ts";

/** The end of the name of a folder that is whole and about to take another's place. */
const NEXT = ".next";

/** The end of the name of a folder that is about to go. */
const PREVIOUS = ".previous";

const beside = (place: string, end: string) => place.replace(/([^/]+)$/, `.$1${end}`);

async function exists(path: string): Promise<boolean> {
  try {
    await fileSystem().lstat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Moves a folder to a place; that another has done so already is as good. */
async function move(from: string, to: string): Promise<void> {
  try {
    await fileSystem().rename(from, to);
  } catch (error) {
    if (!isMissing(error) || !await exists(to)) throw error;
  }
}

/**
 * Puts a whole folder, which lies beside a place, into it: at any moment, and after a crash, the
 * place has the old folder or the new one. On systems that cannot exchange two folders in one step
 * it is empty for a moment; `settleFolder` then ends what a crash has left undone.
 */
export async function replaceFolder(place: string, fresh: string): Promise<void> {
  const isNew = !await exists(place);
  if (!isNew && !await exchangePaths(fresh, place)) {
    const next = beside(place, NEXT), previous = beside(place, PREVIOUS);
    await fileSystem().rename(fresh, next);
    await flushFolder(dirname(place));
    await fileSystem().rename(place, previous);
    await move(next, place);
    fresh = previous;
  } else if (isNew) await fileSystem().rename(fresh, place);
  await flushFolder(dirname(place));
  if (!isNew) await fileSystem().rm(fresh, { recursive: true, force: true });
}

/**
 * Returns where the folder of a place is: in it, or where a crash has left the one that was to take
 * it, beside it.
 */
export async function settledFolder(place: string): Promise<string> {
  const next = beside(place, NEXT);
  return !await exists(place) && await exists(next) ? next : place;
}

/** Ends a replacement of a folder that a crash has left undone. */
export async function settleFolder(place: string): Promise<void> {
  const next = beside(place, NEXT);
  if (await settledFolder(place) === next) await move(next, place);
  for (const end of [NEXT, PREVIOUS]) {
    await fileSystem().rm(beside(place, end), { recursive: true, force: true });
  }
}
