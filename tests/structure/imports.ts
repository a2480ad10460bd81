/** The imports of the repository's own modules, read from their text. @module */
import { dirname, join, normalize } from "node:path/posix";

/** One import of a module of this repository. Paths are from the repository's root. */
export interface Import {
  readonly from: string;
  readonly line: number;
  readonly to: string;
  /** `value` at run time, `type` for the type checker alone, `dynamic` while the program runs. */
  readonly kind: "value" | "type" | "dynamic";
  /** Whether the other module is passed on as a whole: `export * as name from`. */
  readonly isNamespace: boolean;
}

const root = new URL("../../", import.meta.url),
  read = (path: string) => Deno.readTextFileSync(new URL(path, root));
const pages: Record<string, string> = Object.fromEntries(
  Object.entries(JSON.parse(read("deno.json")).exports as Record<string, string>)
    .map(([name, page]) => [join("@pyrosaur/pyrosaur", name), normalize(page)]),
);

/** The modules of a folder, tests beside them left out, in order. */
export function modulesOf(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, root))].flatMap(({ name, isDirectory }) =>
    isDirectory ? modulesOf(`${folder}/${name}`) : /\.[jt]s$/.test(name) ? [`${folder}/${name}`] : []
  ).sort();
}

// The formatter begins statements of a module at the left edge, where comments have none.
const STATEMENT = /^(import|export)\s+(type\s)?(?:([^;"'`]*?)\s*from\s+)?["']([^"']+)["']/gm;
const CALL = /^(?!\s*(?:\*|\/\/)).*?\bimport\(\s*["']([^"']+)["']/gm;

/** Whether all names between the braces of an import are types; a default import or a namespace is none. */
const areTypes = (names: string): boolean =>
  /^\{[^]*\}$/.test(names) &&
  names.slice(1, -1).split(",").map((name) => name.trim()).filter(Boolean).every((name) =>
    name.startsWith("type ")
  );

/** The imports of a module from modules of this repository: by relative paths, or by the package's name. */
export function importsIn(from: string, text: string): Import[] {
  const found: Import[] = [];
  const add = (index: number, specifier: string, kind: Import["kind"], isNamespace = false) => {
    const to = specifier.startsWith(".") ? join(dirname(from), specifier) : pages[specifier];
    if (to) found.push({ from, line: text.slice(0, index).split("\n").length, to, kind, isNamespace });
  };
  for (const { index, 1: verb, 2: type, 3: names = "", 4: specifier } of text.matchAll(STATEMENT)) {
    const isNamespace = verb === "export" && names.startsWith("* as ");
    add(index, specifier, type || areTypes(names.trim()) ? "type" : "value", isNamespace);
  }
  for (const { 0: match, index, 1: specifier } of text.matchAll(CALL)) {
    add(index + match.lastIndexOf("import("), specifier, "dynamic");
  }
  return found;
}

/** The imports of all modules of some folders. */
export const importsOf = (...folders: string[]): Import[] =>
  folders.flatMap(modulesOf).flatMap((path) => importsIn(path, read(path)));
