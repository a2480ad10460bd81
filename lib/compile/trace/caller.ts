const library = new URL("../../", import.meta.url).href;

/** A file of an npm package: in a folder `node_modules`, or in Deno's cache, by its version. */
const packages = /\/node_modules\/|\/npm\/[^/]+\/(@[^/]+\/)?[^/]+\/\d+\.\d+\.\d+[^/]*\//;

/** Returns the frames of a stack that stand in files, with whether each is the user's own. */
function framesOf(stack: string | undefined): { place: string; isOwn: boolean }[] {
  return (stack?.split("\n") ?? []).flatMap((frame) => {
    const place = frame.match(/^ {4}at .*?\(?((?:file|https?):[^)\s]+:\d+:\d+)\)?$/)?.[1];
    if (!place) return [];
    return [{ place, isOwn: !place.startsWith(library) && !packages.test(place) }];
  });
}

/**
 * Returns the place in the user's own code that asked for the running operation: ` at
 * model.ts:12:5`, or nothing where the stack does not tell. Frames of this library and of npm
 * packages are passed over.
 */
export function callerPlace(): string {
  const own = framesOf(new Error().stack).find(({ isOwn }) => isOwn);
  return own ? ` at ${own.place.split("/").at(-1)}` : "";
}

/** Errors that have been given their place. */
const placed = new WeakSet<Error>();

/**
 * Runs `body`. An error that this library or tfjs throws within it (shapes that do not fit, a type
 * that an operation does not take) is given the place in the user's own code that asked for the
 * operation; one that the user's code throws itself stays as it is.
 */
export function withPlaces<T>(body: () => T): T {
  const limit = Error.stackTraceLimit;
  // The frames of tfjs and of the handlers between are many.
  Error.stackTraceLimit = Math.max(limit, 200);
  try {
    return body();
  } catch (error) {
    if (error instanceof Error && !placed.has(error)) {
      placed.add(error);
      const frames = framesOf(error.stack), own = frames.find(({ isOwn }) => isOwn);
      const place = own?.place.split("/").at(-1);
      if (place && !frames[0].isOwn && !error.message.includes(place)) error.message += ` (at ${place})`;
    }
    throw error;
  } finally {
    Error.stackTraceLimit = limit;
  }
}
