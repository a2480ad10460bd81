import ts from "typescript";
import { relative } from "node:path";

/** A file of the package. */
export interface Emitted {
  /** Its path within the package. */
  readonly path: string;
  /** Its text. */
  readonly text: string;
}

/** ES2022 is what Node 20 reads: `using` becomes a helper. `deno check` has looked at the types. */
const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.esnext.d.ts", "lib.dom.d.ts"],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  verbatimModuleSyntax: true,
  allowImportingTsExtensions: true,
  rewriteRelativeImportExtensions: true,
  declaration: true,
  noCheck: true,
  strict: true,
  types: [],
};

/**
 * TypeScript leaves the `.ts` of imports in declarations, where `.d.ts` cannot be found by it, and
 * of the URLs that Workers are started by.
 */
const withExtensions = (text: string): string =>
  text.replace(/((?:from|import|new URL)\s*\(?\s*")(\.{1,2}\/[^"]*)\.ts"/g, '$1$2.js"');

/** Returns the JavaScript and the declarations of TypeScript files within a folder. */
export function emit(root: string, paths: readonly string[]): Emitted[] {
  const program = ts.createProgram(paths.map((path) => `${root}/${path}`), { ...options, rootDir: root });
  const emitted: Emitted[] = [];
  const { diagnostics } = program.emit(undefined, (path, text) => {
    emitted.push({ path: relative(root, path), text: withExtensions(text) });
  });
  if (diagnostics.length > 0) {
    throw new Error(`Cannot emit: ${
      ts.formatDiagnostics(diagnostics, {
        getCanonicalFileName: (name) => name,
        getCurrentDirectory: () => root,
        getNewLine: () => "\n",
      })
    }`);
  }
  return emitted;
}

/**
 * Returns the names of packages that a text imports, without the paths within them; Node's own are
 * left out.
 */
export function packagesImported(text: string): string[] {
  const { importedFiles } = ts.preProcessFile(text, true, true);
  const names = importedFiles.map(({ fileName }) => fileName).filter((name) => !/^(\.|node:)/.test(name));
  return [...new Set(names.map((name) => name.split("/").slice(0, name.startsWith("@") ? 2 : 1).join("/")))];
}
