import { type AnyFunction, around, type SampleMessage } from "../../ppl/mod.ts";
import { sizeOf, type Tensor, tf } from "../../tensor/mod.ts";

/** The most runs for sites that ask for one run for each value. */
const MOST_RUNS = 1000;

/**
 * Runs a function once for each combination of the values of its sites that ask for it (`infer: {
 * enumerate: "sequential" }`): a site that one value leads to may be missing after another.
 *
 * @param run runs the function that it is given
 * @returns the results of all runs
 * @throws Error for a site of a batch, and where there are more than 1000 runs.
 */
export function eachAssignment<F extends AnyFunction, T>(fn: F, run: (fn: F) => T): T[] {
  const results: T[] = [], open: ReadonlyMap<string, Tensor>[] = [new Map()];
  for (let values = open.pop(); values; values = open.pop()) {
    const known = values, given = new Map(known);
    const sample = (message: SampleMessage): void => {
      const { name, infer, isObserved, value } = message;
      if (infer.enumerate !== "sequential" || isObserved || value !== undefined) return;
      if (!given.has(name)) {
        const [first, ...rest] = valuesOf(message);
        // The other values get runs of their own, up to here like this one.
        for (const other of rest) open.push(new Map(given).set(name, other));
        given.set(name, first);
      }
      message.value = given.get(name);
    };
    results.push(run(around(fn, () => ({ label: "sequential enumeration", process: { sample } }))));
    if (results.length + open.length <= MOST_RUNS) continue;
    throw new Error(
      `Cannot enumerate sites one after the other: their values have more than ${MOST_RUNS} combinations; enumerate ` +
        'them in parallel (infer: { enumerate: "parallel" })',
    );
  }
  return results;
}

/** Returns the values of a site that is no batch. */
function valuesOf({ name, distribution, scanned }: SampleMessage): Tensor[] {
  if (scanned || sizeOf(distribution.batchShape) > 1) {
    throw new Error(
      `Cannot enumerate site "${name}" sequentially: it stands ${
        scanned ? "in a scan" : "in a plate or a batch"
      }, whose ` +
        'members have values of their own; enumerate it in parallel (infer: { enumerate: "parallel" })',
    );
  }
  return tf.unstack(distribution.enumerateSupport(true));
}
