/** The examples in comments, as tests. @module */

/** An example in a comment. */
export interface Example {
  /** The file and the numbers of its first and last line. */
  readonly name: string;
  /** Its program. */
  readonly code: string;
}

/** Returns the examples in a file's comments; those that say `ignore` are none. */
export const examplesIn = (path: string, text: string): Example[] =>
  [...text.matchAll(/^( *\*) ```ts\n([^]*?)^ *\* ```$/gm)].map(({ 0: whole, 2: lines, index }) => {
    const first = text.slice(0, index).split("\n").length, last = first + whole.split("\n").length - 1;
    return { name: `${path}#${first}-${last}`, code: lines.replace(/^ *\* ?/gm, "") };
  });

/** Returns a module that tests an example: its imports, and what follows in a function. */
export function testOf({ name, code }: Example): string {
  const imports: string[] = [];
  const body = code.replace(/^import\b[^;]*;\n/gm, (line) => (imports.push(line), ""));
  return `${imports.join("")}Deno.test(${JSON.stringify(name)}, async () => {\n${body}});\n`;
}
