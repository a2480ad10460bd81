import { parseArgs } from "node:util";
import { closest, reasonOf } from "../../lib/system/mod.ts";

/** An option of a command. */
interface OptionSpec {
  /** Its value: none (a flag), an integer from 0, text, or texts, one each time it is given. */
  readonly kind: "flag" | "integer" | "text" | "texts";
  /** The only texts it takes. */
  readonly choices?: readonly string[];
  /** The placeholder of its value on the page of `--help`. */
  readonly placeholder?: string;
  /** Its effect. */
  readonly help: string;
}

/** A command: what it is called, what it does, and its options. */
export interface CommandSpec {
  /** Its name as a task. */
  readonly name: string;
  /** Its effect, in a sentence. */
  readonly summary: string;
  /** The placeholder of the arguments that are not options, as `[name ...]`. */
  readonly positionals: string;
  /** The largest number of those. */
  readonly maximum: number;
  /** Its options by name. */
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** Lines that end the page of `--help` (default: none). */
  readonly notes?: readonly string[];
}

/** A mistake in how a command was called. */
export class UsageError extends Error {
  /** The class's name, which a stack trace shows. */
  override name = "UsageError";
}

/** A command's arguments. */
export interface ParsedArguments {
  /** Values by option. Absent: not given. */
  readonly values: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  /** The rest. */
  readonly positionals: readonly string[];
}

const signature = (name: string, { kind, choices, placeholder }: OptionSpec): string =>
  `--${name}${
    kind === "flag" ? "" : ` ${choices?.join("|") ?? placeholder ?? (kind === "integer" ? "N" : "TEXT")}`
  }`;

/** Returns the page that `--help` shows. */
function usage({ name, summary, positionals, options, notes = [] }: CommandSpec): string {
  const lines = Object.entries(options).map(([option, spec]) => [signature(option, spec), spec.help]);
  const width = Math.max(6, ...lines.map(([text]) => text.length));
  const list = lines.map(([text, help]) => `  ${text.padEnd(width)}  ${help}`);
  list.push(`  ${"--help".padEnd(width)}  show this page`);
  const call = ["deno task", name, positionals, "[options]"].filter(Boolean).join(" ");
  return [call, "", summary, "", "Options:", ...list, ...(notes.length > 0 ? ["", ...notes] : [])].join("\n");
}

function valueOf(command: CommandSpec, option: string, given: string | undefined): string | number | boolean {
  const spec = command.options[option];
  if (spec.kind === "flag") {
    if (given !== undefined) {
      throw new UsageError(`The option --${option} takes no value, but was given "${given}"`);
    }
    return true;
  }
  if (given === undefined) {
    throw new UsageError(`The option --${option} needs a value: ${signature(option, spec)}`);
  }
  if (spec.choices && !spec.choices.includes(given)) {
    throw new UsageError(
      `Invalid value "${given}" of --${option}${closest(given, spec.choices)}: expected one of ${
        spec.choices.join(", ")
      }`,
    );
  }
  if (spec.kind !== "integer") return given;
  const value = Number(given);
  if (!/^\d+$/.test(given) || value > 0xffff_ffff) {
    throw new UsageError(`Invalid value "${given}" of --${option}: expected an integer from 0 to 4294967295`);
  }
  return value;
}

/**
 * Parses the arguments of a command. Throws UsageError, one paragraph that says what was found and
 * what there is.
 */
function parseArguments(command: CommandSpec, args: readonly string[]): ParsedArguments {
  const known = Object.keys(command.options).map((name) => `--${name}`);
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(command.options).map((
        [name, { kind }],
      ) => [name, { type: kind === "flag" ? "boolean" as const : "string" as const }]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values: Record<string, string | number | boolean | string[]> = {}, positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    if (!Object.hasOwn(command.options, token.name)) {
      throw new UsageError(
        `Unknown option ${token.rawName}${closest(token.rawName, known)}: deno task ${command.name} has ` +
          (known.join(", ") || "no options"),
      );
    }
    const value = valueOf(command, token.name, token.value);
    if (command.options[token.name].kind === "texts") {
      (values[token.name] as string[] | undefined ?? (values[token.name] = [])).push(value as string);
    } else values[token.name] = value;
  }
  if (positionals.length > command.maximum) {
    throw new UsageError(
      `Too many arguments: found ${positionals.length} (${
        positionals.join(", ")
      }), expected at most ${command.maximum}: ` +
        `deno task ${command.name} ${command.positionals}`,
    );
  }
  return { values, positionals };
}

/**
 * Runs a command's main function and turns what it throws into one paragraph and an exit code of 1.
 */
export async function runCommand(
  command: CommandSpec,
  args: readonly string[],
  main: (parsed: ParsedArguments) => Promise<number>,
): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(usage(command));
    return 0;
  }
  try {
    return await main(parseArguments(command, args));
  } catch (error) {
    console.error(reasonOf(error));
    return 1;
  }
}
