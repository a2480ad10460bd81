import { type Key, random, type Tensor, tf } from "../../tensor/mod.ts";
import type { SampleSite, Trace, Variable } from "../../ppl/mod.ts";
import type { Choices, Pick } from "./eliminate.ts";
import { named, type PlateAxes } from "./factors.ts";
import { eliminateAll } from "./log_density.ts";
import { aligned, at, logMax, logSum, type Named } from "./named.ts";

/** Chooses the most probable index of each row. */
const mostProbable: Pick = (table, variable) => {
  const axes = table.axes.filter((axis) => axis !== variable);
  return { tensor: aligned(table, [...axes, variable]).argMax(-1), axes };
};

/** Draws an index of each row, for each member of the plates. */
function drawn(nextKey: () => Key): Pick {
  return (table, variable, plates) => {
    const axes = [...plates].filter(({ size }) => size !== 1).sort((a, b) => a.dim - b.dim);
    const logits = aligned(table, [...axes, variable]);
    const tensor = random.categorical(nextKey(), logits, axes.map(({ size }) => size));
    return { tensor, axes };
  };
}

/**
 * Chooses values for the enumerated sites of a trace, given all the others: together the most
 * probable ones (temperature 0), or a draw from their posterior (temperature 1).
 *
 * @returns the values by name, in the shapes that the sites have where they are not enumerated
 */
export function chosenValues(run: Trace, temperature: 0 | 1, nextKey: () => Key): Map<string, Tensor> {
  const { eliminated, variables, plates } = eliminateAll(run, temperature === 0 ? logMax : logSum);
  const choices: Choices = new Map(), pick = temperature === 0 ? mostProbable : drawn(nextKey);
  eliminated.toReversed().forEach((variable) => variable.choose(choices, pick));
  return new Map(
    variables.map((
      variable,
    ) => [variable.name, valueAt(variable, run.sampleSite(variable.name), choices, plates)]),
  );
}

/** Returns the value of a variable at the index that was chosen for it. */
function valueAt(variable: Variable, site: SampleSite, choices: Choices, plates: PlateAxes): Tensor {
  const { values, eventDim, size, dim } = variable, batch = values.shape.slice(0, values.rank - eventDim);
  const event = values.shape.slice(batch.length);
  const isFlat = batch.every((length, i) => length === 1 || i === batch.length + dim);
  // A site of one value has no axis, and none to choose.
  const index = choices.get(variable) ?? { tensor: tf.zeros([], "int32"), axes: [] };
  if (isFlat) return tf.gather(values.reshape([size, ...event]), inPlace(index).cast("int32"));
  if (eventDim > 0) {
    throw new Error(
      `Cannot choose a value of site "${variable.name}": its values are vectors that differ along the batch; draw it ` +
        "from a guide",
    );
  }
  const table = named(values.cast("float32"), site, plates);
  const chosen = table.axes.filter((axis) => choices.has(axis))
    .reduce((rest, axis) => at(rest, axis, choices.get(axis)!), table);
  return inPlace(chosen).cast(values.dtype as "float32");
}

/** Puts the axes of a table, which are plates, where the plates have them. */
function inPlace(table: Named): Tensor {
  const axes = [...table.axes].sort((a, b) => a.dim - b.dim),
    rank = Math.max(0, ...axes.map(({ dim }) => -dim));
  const shape = Array<number>(rank).fill(1);
  for (const { dim, size } of axes) shape[rank + dim] = size;
  return aligned(table, axes).reshape(shape);
}
