import { isMissing } from "../../lib/system/mod.ts";
import { UsageError } from "./arguments.ts";

/**
 * Returns the names in a folder that a command is to write into, in order; none where it is not
 * there.
 *
 * @param what that it writes, for the message
 * @throws (rejects) UsageError where a file is there, or a part of the path is one.
 */
export async function namesWithin(folder: string, what: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotADirectory) {
      throw new UsageError(
        `Cannot write ${what} to ${folder}: found a file, expected a folder; name another`,
      );
    }
    if (isMissing(error)) return [];
    throw error;
  }
}
