/**
 * Shows the hashes of the experiments' sources, and whether `compare` knows them: `deno task
 * hashes`.
 *
 * A record holds the hash of the code that it is of, and `compare` does not hold records of
 * different code against each other. Codes that give the same numbers, after a change of names say,
 * stand in one group of `experiments/code_hashes.json`.
 *
 * @module
 */
import { table } from "arquero";
import { registry } from "../experiments/registry.ts";
import { formatTable } from "../lib/plot/mod.ts";
import { writeFileAtomic } from "../lib/system/mod.ts";
import { type CommandSpec, runCommand, UsageError } from "./runner/arguments.ts";
import { hashFolder } from "./runner/code.ts";
import { CODE_HASHES, codeHashes } from "./runner/code_hashes.ts";
import { systemTerminal, type Terminal } from "./runner/terminal.ts";

const command: CommandSpec = {
  name: "hashes",
  summary: "Shows the hashes of the experiments' sources, and adds them to those that compare knows.",
  positionals: "",
  maximum: 0,
  options: {
    same: { kind: "flag", help: "add new ones: their code gives the same numbers as before" },
    other: { kind: "flag", help: "add new ones: their code gives other numbers" },
  },
};

/** Options of `hashes`; the defaults are the project's own. */
export interface HashesOptions {
  /** The file of groups. */
  readonly file?: URL;
  /** The terminal for texts. */
  readonly terminal?: Terminal;
}

/** Shows hashes, and adds new ones where the arguments say how. Resolves to the exit code. */
export function hashes(args: readonly string[], options: HashesOptions = {}): Promise<number> {
  const { file = CODE_HASHES, terminal = systemTerminal() } = options;
  return runCommand(command, args, async ({ values: { same, other } }) => {
    if (same && other) throw new UsageError("Give one of --same and --other, not both");
    const groups = await codeHashes(file), rows: { experiment: string; hash: string; state: string }[] = [];
    for (const { name, folder } of registry) {
      const hash = await hashFolder(folder), own = groups[name] ??= [];
      const known = own.some((group) => group.includes(hash));
      if (!known && (other || (same && own.length === 0))) own.push([hash]);
      else if (!known && same) own.at(-1)!.push(hash);
      rows.push({ experiment: name, hash, state: known ? "known" : same || other ? "added" : "new" });
    }
    const column = (key: keyof typeof rows[number]) => rows.map((row) => row[key]);
    terminal.print(
      formatTable(table({ experiment: column("experiment"), hash: column("hash"), state: column("state") })),
    );
    if (same || other) await writeFileAtomic(file.pathname, `${JSON.stringify(groups, null, 2)}\n`);
    return 0;
  });
}

if (import.meta.main) Deno.exit(await hashes(Deno.args));
