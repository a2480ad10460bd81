/**
 * Returns the place in the user's own code that asked for the running operation: ` at
 * model.ts:12:5`, or nothing where the stack does not tell. Frames of this library and of npm
 * packages are passed over.
 */
export function callerPlace(): string {
  const library = new URL("../../", import.meta.url).href;
  const frames = new Error().stack?.split("\n").slice(1) ?? [];
  for (const frame of frames) {
    const place = frame.match(/\(?((?:file|https?):[^)\s]+:\d+:\d+)\)?$/)?.[1];
    if (!place || place.startsWith(library) || place.includes("/node_modules/")) continue;
    return ` at ${place.split("/").at(-1)}`;
  }
  return "";
}
