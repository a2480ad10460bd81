import { lean } from "../../compile/internals.ts";
import { constant, formatShape, type Tensor, tf } from "../../tensor/mod.ts";
import type { PlateFrame, SampleSite, Trace, Variable } from "../../ppl/mod.ts";
import type { Axis, Named } from "./named.ts";
import type { Weight } from "./weights.ts";

/** A term of a log density that depends on enumerated sites. */
export interface Factor {
  /** The log density, without weight. */
  readonly table: Named;
  /** The axes of the plates it stands in, also of those whose members share it. */
  readonly plates: ReadonlySet<Axis>;
  /** The factor that the log density is multiplied by. */
  readonly weight: Weight;
  /** The sites it comes from, for messages. */
  readonly sites: readonly string[];
}

/** The factors of a trace with enumerated sites. */
export interface Factors {
  /** The terms that depend on enumerated sites. */
  readonly factors: readonly Factor[];
  /** The enumerated sites. */
  readonly variables: readonly Variable[];
  /** The weight of each enumerated site. */
  readonly weights: ReadonlyMap<Axis, Weight>;
  /** The sites that depend on none. */
  readonly plain: readonly SampleSite[];
  /** The axes of plates by name. */
  readonly plates: PlateAxes;
}

/** The axes of plates: one object for each name. */
export class PlateAxes {
  readonly #axes = new Map<string, Axis>();

  /** Returns the axis of a plate. */
  of(frame: PlateFrame): Axis {
    const known = this.#axes.get(frame.name);
    if (known) return known;
    this.#axes.set(frame.name, frame);
    return frame;
  }
}

/**
 * Takes the sample sites of a trace with enumerated sites apart into factors.
 *
 * @param isCounted false for sites to leave out
 * @throws Error for a site that depends on an enumerated one outside that one's plates.
 */
export function factorsOf(
  trace: Trace,
  plates: PlateAxes = new PlateAxes(),
  isCounted: (site: SampleSite) => boolean = () => true,
): Factors {
  const factors: Factor[] = [], variables: Variable[] = [], plain: SampleSite[] = [];
  const weights = new Map<Axis, Weight>();
  for (const site of trace.sampleSites) {
    if (!isCounted(site)) continue;
    const own = site.enumerated?.own;
    if (own) {
      variables.push(own);
      weights.set(own, weightOf(site, plates));
    }
    const density = densityOf(site);
    const table = density && named(density, site, plates);
    if (!table?.axes.some((axis) => !site.plates.includes(axis as PlateFrame) && isVariable(axis, site))) {
      plain.push(site);
      continue;
    }
    factors.push({
      table,
      plates: new Set(site.plates.map((frame) => plates.of(frame))),
      weight: weightOf(site, plates),
      sites: [site.name],
    });
  }
  return { factors, variables, weights, plain, plates };
}

function weightOf(site: SampleSite, plates: PlateAxes): Weight {
  const { scale } = site;
  return typeof scale === "number" ? scale : { ...named(scale, site, plates), given: scale };
}

const isVariable = (axis: Axis, { enumerated }: SampleSite): boolean =>
  enumerated?.variables.get(axis.dim) === axis;

/**
 * Returns the log density of a site without weight, in the smallest shape that broadcasts to it;
 * undefined where it is 0. A mask leaves an enumerated site uniform over its values: what is
 * hidden counts 0, not the logarithm of their number.
 */
function densityOf(site: SampleSite): Tensor | undefined {
  const { distribution, value, mask, enumerated } = site, own = enumerated?.own;
  if (!own) return mask === false ? undefined : lean(site.unscaledLogProb());
  const uniform = constant(-Math.log(own.size));
  if (mask === false) return tf.fill([own.size, ...Array(-own.dim - 1).fill(1)], 0).add(uniform);
  const density = lean(distribution.logProb(value));
  return mask === true ? density : tf.where(mask.cast("bool"), density, uniform);
}

/** Names the axes of a tensor of the batch shape of a site. */
export function named(tensor: Tensor, site: SampleSite, plates: PlateAxes): Named {
  const { rank, shape } = tensor, { name, enumerated, plates: frames } = site, axes: Axis[] = [];
  shape.forEach((size, i) => {
    if (size === 1) return;
    const dim = i - rank, frame = frames.find((plate) => plate.dim === dim && plate.size === size);
    if (frame) return void axes.push(plates.of(frame));
    const variable = enumerated?.variables.get(dim);
    if (variable?.size !== size) return refuseAxis(site, dim, size, shape);
    const missing = variable.plates.find((plate) => !frames.some((own) => own.name === plate.name));
    if (missing) {
      throw new Error(
        `Cannot sum out site "${variable.name}": site "${name}" depends on it outside of plate "${missing.name}", ` +
          `whose members each have a "${variable.name}" of their own; put "${name}" into the plate, or take ` +
          `"${variable.name}" out of it`,
      );
    }
    axes.push(variable);
  });
  return { tensor: tensor.reshape(axes.map((axis) => axis.size)), axes };
}

function refuseAxis({ name, enumerated }: SampleSite, dim: number, size: number, shape: number[]): never {
  const first = Math.max(-Infinity, ...(enumerated?.variables.keys() ?? []));
  const why = dim <= first
    ? `its axis ${dim}, of ${size} values, is of an enumerated site that it cannot see: one of a step of markov ` +
      "before the history, or after its end, or of a step of scan; raise history, or use the site within the step"
    : `expected 1 at dim ${dim}, which no plate takes, found ${size}; enclose the site in a plate of size ` +
      `${size}, or make the axis part of the event with toEvent(1)`;
  throw new Error(`Cannot score site "${name}": its log density has shape ${formatShape(shape)}, ${why}`);
}
