import { fileURLToPath } from "node:url";

/** Runs programs of other libraries, kept beside this file, with a Python that has them. */
export class Peers {
  readonly #python: string;

  /** With `PYROSAUR_PYTHON`, or else `python3`. */
  constructor(python: string = Deno.env.get("PYROSAUR_PYTHON") || "python3") {
    this.#python = python;
  }

  /** Those of the modules that this Python has. What is left out is said on stderr, with the reason. */
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
   */
  async run(program: string, args: readonly string[]): Promise<string> {
    const path = fileURLToPath(new URL(`./${program}`, import.meta.url));
    const { success, stdout, stderr } = await this.#python3([path, ...args]);
    if (!success) throw new Error(`${program} ${args.join(" ")} failed: ${lastLine(stderr)}`);
    return new TextDecoder().decode(stdout);
  }

  async #why(name: string): Promise<string | undefined> {
    try {
      const { success, stderr } = await this.#python3(["-c", `import ${name}`]);
      return success ? undefined : `${this.#python} says ${lastLine(stderr)}`;
    } catch (error) {
      return `${this.#python} cannot be run (${(error as Error).message.split("\n")[0]})`;
    }
  }

  #python3(args: string[]): Promise<Deno.CommandOutput> {
    return new Deno.Command(this.#python, { args, stdout: "piped", stderr: "piped" }).output();
  }
}

const lastLine = (bytes: Uint8Array): string =>
  new TextDecoder().decode(bytes).trim().split("\n").at(-1) ?? "";
