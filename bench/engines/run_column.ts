import { fileURLToPath } from "node:url";
import { reasonOf } from "../../lib/system/mod.ts";
import { child } from "../shared/child.ts";
import type { Column } from "./columns.ts";
import type { Measured } from "./measure.ts";

const SCRIPT = fileURLToPath(new URL("./measure.ts", import.meta.url));

/**
 * A measurement in a process of its own; undefined, with the reason on standard error, where the
 * engine cannot be used here.
 *
 * @param task its name and arguments, as `measure.ts` takes them
 */
export async function runColumn(
  { name, device }: Column,
  task: readonly (string | number)[],
): Promise<Measured | undefined> {
  try {
    return await child<Measured>(SCRIPT, [name, device, ...task]);
  } catch (error) {
    const lines = reasonOf(error).split("\n");
    const reason = lines.find((line) => /error/i.test(line)) ?? lines[0];
    console.error(`Left out ${name} on ${device}, ${task.join(" ")}: ${reason.trim()}`);
    return undefined;
  }
}
