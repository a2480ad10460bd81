import { enumeratedDensity } from "../../ppl/mod.ts";
import type { EnumeratedLoop, PlateFrame, SampleSite, Trace, Variable } from "../../ppl/mod.ts";
import { alignSteps, maskOut } from "../../distributions/mod.ts";
import { formatShape, type Tensor } from "../../tensor/mod.ts";
import type { Chain } from "./chain_axes.ts";
import type { Axis, Named } from "./named.ts";
import { timesWeight, type Weight } from "./weights.ts";

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
export class Factors {
  /** The terms that depend on enumerated sites. */
  readonly factors: Factor[] = [];
  /** The enumerated sites, with the sites of the trace. */
  readonly own = new Map<Variable, SampleSite>();
  /** The weight of each variable. */
  readonly weights = new Map<Axis, Weight>();
  /** The plates of each variable, the steps of a loop among them. */
  readonly plates = new Map<Axis, ReadonlySet<Axis>>();
  /** The loops whose sites depend on those of earlier steps, in the order of the program. */
  readonly chains: readonly Chain[];
  /** The sites that depend on no enumerated one. */
  readonly plain: SampleSite[] = [];
  readonly #times = new Map<EnumeratedLoop, Axis>();
  readonly #axes: Map<string, Axis>;
  readonly #drawn: ReadonlySet<string>;

  /**
   * Takes the sample sites of a trace with enumerated sites apart.
   *
   * @param guide the factors of the guide whose enumerated sites the trace has, if there is one
   * @param isGuide true for a guide's own: what a mask hides counts 0 there
   * @throws Error for a site that depends on an enumerated one outside that one's plates.
   */
  constructor(trace: Trace, guide?: Factors, private readonly isGuide: boolean = false) {
    this.#axes = guide ? guide.#axes : new Map();
    this.#drawn = new Set(
      trace.plateSites.filter((plate) => plate.subsampleSize !== plate.size && !plate.subsample.given)
        .map(({ name }) => name),
    );
    guide?.plates.forEach((plates, variable) => this.plates.set(variable, plates));
    for (const site of trace.sampleSites) {
      const own = site.enumerated?.own, time = this.timeOf(site);
      const weight = this.#weightOf(site, time);
      if (!own && !site.isObserved && !time) this.#checkDrawn(site);
      if (own) {
        this.own.set(own, site);
        this.weights.set(own, weight);
        this.plates.set(own, this.#platesOf(site.plates, time));
      }
      const density = time ? densityOfSteps(site) : enumeratedDensity(site, this.isGuide ? undefined : own);
      const table = density && this.named(density, site);
      if (table?.axes.some((axis) => isVariable(axis))) {
        this.factors.push({ table, plates: this.#platesOf(site.plates, time), weight, sites: [site.name] });
      } else this.plain.push(site);
    }
    this.chains = [...this.#times].flatMap(([loop, time], order) => this.#chainOf(loop, time, order));
  }

  /** The enumerated sites. */
  get variables(): Variable[] {
    return [...this.own.keys()];
  }

  /** Returns the axis of the steps of the loop that a site is in, if its sites are enumerated. */
  timeOf({ scanned, enumerated }: SampleSite): Axis | undefined {
    if (!scanned || !enumerated?.loop?.size) return undefined;
    const known = this.#times.get(enumerated.loop);
    if (known) return known;
    const time: Axis = { name: "the steps of scan", size: scanned.length, dim: LEFTMOST - scanned.loop };
    this.#times.set(enumerated.loop, time);
    return time;
  }

  /**
   * Throws for a draw that an enumerated site leads to: there is one for each of its values, whose
   * weights only a guide knows, and only of draws with derivatives.
   */
  #checkDrawn({ name, value, distribution, enumerated }: SampleSite): void {
    if (this.isGuide && distribution.hasRsample) return;
    const batch = value.shape.slice(0, value.rank - distribution.eventShape.length);
    for (const [dim, variable] of enumerated?.variables ?? []) {
      if (!this.own.has(variable) || (batch.at(dim) ?? 1) === 1) continue;
      throw new Error(
        `Cannot sum out site "${variable.name}": site "${name}" is drawn for each of its values; ` +
          (this.isGuide
            ? `${distribution} has no derivatives of draws: enumerate "${name}" too`
            : `observe "${name}", give its value, or draw it from a guide (to predict it, run the model without enumeration)`),
      );
    }
  }

  /** Returns the plates of a site, the steps of a loop among them. */
  platesAround(site: SampleSite): ReadonlySet<Axis> {
    return this.#platesOf(site.plates, this.timeOf(site));
  }

  /** Tells of a plate whether its members are drawn by chance. */
  isDrawn(name: string): boolean {
    return this.#drawn.has(name);
  }

  #platesOf(frames: readonly PlateFrame[], time: Axis | undefined): ReadonlySet<Axis> {
    return new Set([...frames.map((frame) => this.#plate(frame)), ...time ? [time] : []]);
  }

  #plate(frame: PlateFrame): Axis {
    const known = this.#axes.get(frame.name);
    if (!known) this.#axes.set(frame.name, frame);
    return known ?? frame;
  }

  /** Returns the chain of a loop; none where no step depends on those before. */
  #chainOf(loop: EnumeratedLoop, time: Axis, order: number): Chain[] {
    const used = new Set(this.factors.flatMap(({ table }) => table.axes)), { present } = loop;
    const variables = present.filter((variable) =>
      loop.all.some((aged) => aged !== variable && aged.name === variable.name && used.has(aged)) ||
      [...loop.ends.values()].some((end) => end.name === variable.name && used.has(end))
    );
    if (variables.length === 0) return [];
    const [first, ...rest] = variables, plates = this.plates.get(first)!;
    for (const other of rest) {
      if (sameSet(this.plates.get(other)!, plates)) continue;
      throw new Error(
        `Cannot sum out sites "${first.name}" and "${other.name}" of a scan: both are carried from step to step, and they stand ` +
          "in different plates; put both into the same plates",
      );
    }
    for (const [aged, end] of loop.ends) {
      this.weights.set(end, this.weights.get(present.find(({ name }) => name === aged.name)!)!);
      this.plates.set(end, new Set([...plates].filter((axis) => axis !== time)));
    }
    for (const aged of loop.all) if (!this.plates.has(aged)) this.plates.set(aged, plates);
    return [{ loop, time, variables, plates, weight: this.weights.get(first)!, order }];
  }

  #weightOf(site: SampleSite, time: Axis | undefined): Weight {
    const { scale } = site, inner = time ? site.scanned!.factor?.scale ?? 1 : 1;
    const all = (scale: number | Tensor, isStacked: boolean): Weight =>
      typeof scale === "number" ? scale : { ...this.named(scale, site, { isStacked }), given: scale };
    const rank = site.distribution.batchShape.length;
    const outer = all(
      scale,
      time !== undefined && typeof scale !== "number" && scale.rank >= rank && rank > 0,
    );
    return timesWeight(outer, all(inner, true));
  }

  /**
   * Names the axes of a tensor of the batch shape of a site, the steps of a loop in front.
   *
   * @param event the axis of what follows the batch axes, if anything does
   */
  named(
    tensor: Tensor,
    site: SampleSite,
    { event, isStacked = true }: { event?: Axis; isStacked?: boolean } = {},
  ): Named {
    const { name, enumerated, plates: frames } = site, time = isStacked ? this.timeOf(site) : undefined;
    const batch = tensor.shape.slice(time ? 1 : 0, event ? -1 : undefined), axes: Axis[] = time ? [time] : [];
    batch.forEach((size, i) => {
      if (size === 1) return;
      const dim = i - batch.length, frame = frames.find((plate) => plate.dim === dim && plate.size === size);
      if (frame) return void axes.push(this.#plate(frame));
      const variable = enumerated?.variables.get(dim);
      if (variable?.size !== size) return refuseAxis(site, dim, size, batch);
      const missing = variable.plates.find((plate) => !frames.some((own) => own.name === plate.name));
      if (missing) refuseOutside(variable.name, name, missing.name);
      axes.push(variable);
    });
    if (event) axes.push(event);
    return { tensor: tensor.reshape(axes.map((axis) => axis.size)), axes };
  }
}

/** The place of the axes of steps: left of all others. */
const LEFTMOST = -1e6;

/** Tells an enumerated site from a plate or the steps of a loop. */
export const isVariable = (axis: Axis): axis is Variable => "values" in axis;

const sameSet = (a: ReadonlySet<Axis>, b: ReadonlySet<Axis>): boolean =>
  a.size === b.size && [...a].every((axis) => b.has(axis));

/** Returns the log density of the steps of a loop, under the masks around it. */
function densityOfSteps(
  { scanned, mask, enumerated, isObserved, distribution }: SampleSite,
): Tensor | undefined {
  const density = scanned!.factor?.density;
  // Of data, the steps have seen the masks already; what is summed out has its prior.
  if (!density || mask === true || enumerated?.own || (isObserved && mask !== false)) return density;
  if (mask === false) return undefined;
  const rank = Math.max(density.rank - 1, distribution.batchShape.length - 1);
  const isStacked = mask.rank === distribution.batchShape.length;
  return maskOut(alignSteps(density, rank), isStacked ? alignSteps(mask, rank) : mask);
}

function refuseOutside(variable: string, name: string, plate: string): never {
  throw new Error(
    `Cannot sum out site "${variable}": site "${name}" depends on it outside of plate "${plate}", whose members each have ` +
      `a "${variable}" of their own; put "${name}" into the plate, or take "${variable}" out of it`,
  );
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
