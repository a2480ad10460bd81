import { Bytes } from "./bytes.ts";
import type { ConstantPool } from "./constants.ts";
import type { FunctionBuilder } from "./function.ts";
import { type Type, TYPES } from "./instructions.ts";

/** A function that a module is given, as `env.NAME`. */
export interface ImportedFunction {
  readonly name: string;
  readonly parameters: readonly Type[];
  readonly results: readonly Type[];
}

/** A WebAssembly module over one memory that begins with the constants. */
export interface ModuleParts {
  /** The functions, exported under their names. */
  readonly functions: Readonly<Record<string, FunctionBuilder>>;
  readonly constants: ConstantPool;
  /**
   * Pages of its own memory, exported as `memory`; "imported": it is given one as `env.memory`, of
   * a page at least: V8 checks each access to an offset beyond the least memory once more.
   */
  readonly memory: number | "imported";
  /** Functions it is given (default none); their numbers come before those of its own. */
  readonly imports?: readonly ImportedFunction[];
}

/** Returns a module's bytes. */
export function assemble(
  { functions, constants, memory, imports = [] }: ModuleParts,
): Uint8Array<ArrayBuffer> {
  const out = new Bytes(), entries = Object.entries(functions), types: string[] = [];
  const signature = ({ parameters, results }: Pick<ImportedFunction, "parameters" | "results">): number => {
    const key = `${parameters.join()}:${results.join()}`, known = types.indexOf(key);
    return known >= 0 ? known : types.push(key) - 1;
  };
  const section = (id: number, count: number, write: (to: Bytes) => void): void => {
    if (count === 0) return;
    const content = new Bytes();
    content.unsigned(count);
    write(content);
    out.byte(id);
    out.sized(content.view());
  };
  const given = imports.map(signature), own = entries.map(([, f]) => signature(f));
  out.add([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  section(1, types.length, (to) => {
    for (const key of types) {
      to.byte(0x60);
      for (const side of key.split(":")) to.sized(side ? side.split(",").map((t) => TYPES[t as Type]) : []);
    }
  });
  const isImported = memory === "imported";
  section(2, imports.length + Number(isImported), (to) => {
    const entry = (name: string, rest: readonly number[]): void => {
      to.text("env");
      to.text(name);
      to.add(rest);
    };
    if (isImported) entry("memory", [2, 0, 1]);
    imports.forEach(({ name }, i) => entry(name, [0, given[i]]));
  });
  section(3, own.length, (to) => own.forEach((type) => to.unsigned(type)));
  if (!isImported) {
    section(5, 1, (to) => {
      to.byte(0);
      to.unsigned(memory);
    });
  }
  section(7, entries.length + Number(!isImported), (to) => {
    if (!isImported) {
      to.text("memory");
      to.add([2, 0]);
    }
    entries.forEach(([name], i) => {
      to.text(name);
      to.byte(0);
      to.unsigned(imports.length + i);
    });
  });
  section(10, entries.length, (to) => entries.forEach(([, f]) => to.add(f.encode())));
  section(11, 1, (to) => {
    to.add([0, 0x41, 0, 0x0b]);
    to.sized(constants.encode());
  });
  return out.view();
}
