import type { SVIState } from "@pyrosaur/pyrosaur/infer";
import type { HostArray } from "@pyrosaur/pyrosaur/tensor";

type Params = SVIState["params"];

/** Returns the average of parameters over epochs; over few of them all count alike. */
export function averaged(
  before: Params | undefined,
  params: Params,
  weight: number,
  epoch: number,
): Params {
  const own = Math.min(weight, (epoch + 1) / (epoch + 10));
  return Object.fromEntries(
    Object.entries(params).map(([name, { data, shape }]) => {
      const old = before?.[name].data ?? data;
      return [name, { data: Float32Array.from(data, (x, i) => own * old[i] + (1 - own) * x), shape }];
    }),
  );
}

/** The place of the average in the history of a checkpoint. */
const AVERAGE = "average/";

/** Returns an average as entries of a checkpoint's history. */
export const averageToKeep = (average: Params = {}): Params =>
  Object.fromEntries(Object.entries(average).map(([name, array]) => [AVERAGE + name, array]));

/** Returns the average in the history of a checkpoint; undefined where it has none. */
export function averageOf(history: Readonly<Record<string, HostArray>>): Params | undefined {
  const found = Object.entries(history).filter(([name]) => name.startsWith(AVERAGE));
  if (found.length === 0) return undefined;
  return Object.fromEntries(found.map(([name, array]) => [name.slice(AVERAGE.length), array]));
}
