const README = new URL("../../README.md", import.meta.url);

/** The text of a section of the README. Throws where there is none. */
export async function section(title: string): Promise<string> {
  const found = (await Deno.readTextFile(README)).split(/^## /m).find((text) =>
    text.startsWith(`${title}\n`)
  );
  if (!found) throw new Error(`The README has no section "${title}"`);
  return found;
}

/** The blocks of code of a language in a section. */
export async function blocks(title: string, language: "ts" | "sh" | "py"): Promise<string[]> {
  const fences = (await section(title)).matchAll(/^```(\w+)[^\n]*\n([^]*?)^```$/gm);
  return [...fences].filter(([, name]) => name === language).map(([, , code]) => code);
}
