import { compile } from "../../compile/mod.ts";
import { Unit } from "../../distributions/mod.ts";
import { type AnyFunction, dryRun, type PlateFrame, seed, trace } from "../../ppl/mod.ts";
import type { HostArray, Shape, Tensor } from "../../tensor/mod.ts";
import { hostArguments } from "../stepping/mod.ts";

/** The plates and the data of a model, as one run of it shows them. */
export interface ModelLook {
  /** The names of the plates along each axis of a site's value, by the site's name. */
  readonly axes: Readonly<Record<string, readonly (string | undefined)[]>>;
  /** The data, by the name of the observed site. */
  readonly observed: Readonly<Record<string, HostArray>>;
}

/** Returns the plate along each axis of a value; axes count from the right, event axes last. */
function platesOf(shape: Shape, eventDim: number, plates: readonly PlateFrame[]): (string | undefined)[] {
  return shape.map((size, axis) =>
    plates.find((plate) => plate.dim === axis - (shape.length - eventDim) && plate.size === size)?.name
  );
}

/** Runs a model once, in float64, for the plates of its sites and its data. */
export async function lookAt(model: AnyFunction, args: readonly unknown[]): Promise<ModelLook> {
  const axes: Record<string, (string | undefined)[]> = {};
  const look = compile((given: unknown[]) => {
    const run = dryRun((key) => trace(seed(model, key)).get(...given));
    for (const { name, value, plates } of run.deterministicSites) {
      axes[name] = platesOf(value.shape, 0, plates);
    }
    for (const { name, value, plates, distribution } of run.sampleSites) {
      axes[name] = platesOf(value.shape, distribution.eventShape.length, plates);
    }
    const data = run.observedSites.filter(({ distribution }) => !(distribution instanceof Unit));
    return Object.fromEntries(data.map(({ name, value }) => [name, value])) as Record<string, Tensor>;
  }, { engine: "js", dtype: "float64" });
  try {
    return { axes, observed: await look.arrays(hostArguments(args)) };
  } finally {
    await look.release();
  }
}
