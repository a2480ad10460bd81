import { type Key, type Tensor, tf } from "../../tensor/mod.ts";
import { nestingOf, type PlateFrame, type SampleSite, type Trace, type Variable } from "../../ppl/mod.ts";
import { type Choices, Chooser, given } from "./choices.ts";
import type { Factors } from "./factors.ts";
import { eliminateAll } from "./log_density.ts";
import { aligned, type Axis, logMax, logSum, type Named } from "./named.ts";

/**
 * Chooses values for the enumerated sites of a trace, given all the others: together the most
 * probable ones (temperature 0), or a draw from their posterior (temperature 1).
 *
 * @returns the values by name, in the shapes that the sites have where they are not enumerated
 */
export function chosenValues(run: Trace, temperature: 0 | 1, nextKey: () => Key): Map<string, Tensor> {
  const { factors, elimination } = eliminateAll(run, temperature === 0 ? logMax : logSum);
  const choices: Choices = new Map(), chooser = new Chooser(temperature === 0 ? undefined : nextKey);
  elimination.eliminated.toReversed().forEach((one) => one.choose(choices, chooser));
  return new Map([...factors.own].map(([variable, site]) => [
    site.name,
    valueAt(variable, site, choices, factors),
  ]));
}

/** Returns the value of a variable at the index that was chosen for it. */
function valueAt(variable: Variable, site: SampleSite, choices: Choices, factors: Factors): Tensor {
  const { eventDim, size, dim } = variable, time = factors.timeOf(site);
  const { value: values } = site, batch = values.shape.slice(0, values.rank - eventDim);
  const event = values.shape.slice(batch.length);
  const isFlat = batch.every((length, i) => length === 1 || i === batch.length + dim);
  // A site of one value has no axis, and none to choose.
  const index = choices.get(variable) ?? { tensor: tf.zeros([], "int32"), axes: [] };
  if (isFlat && !time) {
    return tf.gather(values.reshape([size, ...event]), inPlace(index, site.plates).cast("int32"));
  }
  const lengths = { name: "the event", size: event.reduce((a, b) => a * b, 1), dim: 0 };
  const flat = values.cast("float32").reshape([...batch, ...eventDim > 0 ? [lengths.size] : []]);
  const table = factors.named(flat, site, eventDim > 0 ? { event: lengths } : {});
  const chosen = inPlace(given(table, choices), site.plates, eventDim > 0 ? [lengths] : [], time);
  return chosen.reshape([...chosen.shape.slice(0, eventDim > 0 ? -1 : undefined), ...event])
    .cast(values.dtype as "float32");
}

/** Puts the axes of a table, which are plates, where the plates have them; steps in front. */
function inPlace(
  table: Named,
  plates: readonly PlateFrame[],
  event: readonly Axis[] = [],
  time?: Axis,
): Tensor {
  const axes = table.axes.filter((axis) => axis !== time && !event.includes(axis)).sort((a, b) =>
    a.dim - b.dim
  );
  const shape = Array<number>(nestingOf(plates)).fill(1);
  for (const { dim, size } of axes) shape[shape.length + dim] = size;
  const steps = time ? [time] : [];
  return aligned(table, [...steps, ...axes, ...event])
    .reshape([...steps.map(({ size }) => size), ...shape, ...event.map(({ size }) => size)]);
}
