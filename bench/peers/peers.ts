import { reasonOf, runProgram } from "../../lib/system/mod.ts";
import { fileURLToPath } from "node:url";

/** Runs programs of other libraries, kept beside this file, with a Python that has them. */
export class Peers {
  readonly #python: string;

  /** With `PYROSAUR_PYTHON`, or else `python3`. */
  constructor(python: string = Deno.env.get("PYROSAUR_PYTHON") || "python3") {
    this.#python = python;
  }

  /**
   * Those of the modules that this Python has. What is left out is said on stderr, with the reason.
   */
  async present<Name extends string>(modules: readonly Name[]): Promise<Name[]> {
    const found: Name[] = [];
    for (const name of modules) {
      const reason = await this.#why(name);
      if (reason === undefined) found.push(name);
      else console.error(`Left out ${name}: ${reason}. Set PYROSAUR_PYTHON to a Python that has it`);
    }
    return found;
  }

  /**
   * Runs a program to its end and gives what it printed. Throws, with the last line of its
   * complaint, where it fails.
   *
   * @param signal ends the program, and throws its reason
   */
  async run(program: string, args: readonly string[], signal?: AbortSignal): Promise<string> {
    const path = fileURLToPath(new URL(`./${program}`, import.meta.url));
    const { ok, out, complaint } = await runProgram(this.#python, [path, ...args], { signal });
    signal?.throwIfAborted();
    if (!ok) throw new Error(`${program} ${args.join(" ")} failed: ${complaint}`);
    return out;
  }

  async #why(name: string): Promise<string | undefined> {
    try {
      const { ok, complaint } = await runProgram(this.#python, ["-c", `import ${name}`]);
      return ok ? undefined : `${this.#python} says ${complaint}`;
    } catch (error) {
      return reasonOf(error);
    }
  }
}
