/**
 * Reads a model's options from the metadata of its file of parameters; undefined where it has none.
 *
 * @throws Error unless they are a JSON object.
 */
export function storedOptions(text: string | undefined, source: string): Record<string, any> | undefined {
  if (text === undefined) return undefined;
  try {
    const options = JSON.parse(text);
    if (typeof options === "object" && options !== null) return options;
  } catch { /* said below */ }
  throw new Error(`Cannot load ${source}: the options in its metadata are ${text}, expected a JSON object`);
}
