import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { grad } from "../../compile/mod.ts";
import { type Constraint, constraints, Normal } from "../../distributions/mod.ts";
import {
  activePlates,
  type AnyFunction,
  around,
  type Handler,
  isolated,
  type Plate,
  plate,
  Subsample,
} from "../../ppl/mod.ts";
import { sample, seed, substitute } from "../../ppl/mod.ts";
import { constant, random, type Shape, type Tensor, tf } from "../../tensor/mod.ts";
import { initToFeasible, joined, paramsOf, potential, prototypeOf, valueAndVolume } from "../latent/mod.ts";
import { anneal } from "./anneal.ts";
import { annealingOptionNames, type AnnealingOptions, checkAnnealing } from "./auto_dais.ts";
import { AutoGuide } from "./auto_guide.ts";
import { Computed } from "./computed.ts";
import { LocalSites, plateOf } from "./local_sites.ts";
import { inPlates, repeatTo } from "./plates.ts";

/** Options of `AutoSemiDAIS`. */
export interface AutoSemiDAISOptions extends AnnealingOptions {
  /** The plate of the local sites (default: the one that subsamples, or the only one). */
  plate?: string;
  /** True for settings of the steps that all members share (default false: each has its own). */
  sharedSettings?: boolean;
}

const optionNames: OptionNames<AutoSemiDAISOptions> = {
  ...annealingOptionNames,
  plate: true,
  sharedSettings: true,
};

/**
 * A guide for models of global and local sites, those of the members of a plate: a guide of one's
 * own for the global ones, and for each member an annealed path as of `AutoDAIS`, along the density
 * of its own local sites given the global ones, as NumPyro's AutoSemiDAIS (Jankowiak and Phan
 * 2022). The plate may subsample: a path is of its member alone. Parameters, one for each member
 * of the plate, are `auto_local_loc`, and so on `_scale`, `_step_size`, `_step_size_slope`,
 * `_damping`, `_beta_increments` and `_mass`. Particles of a loss are not vectorised.
 *
 * @example A mean, and a number for each of eight members
 * ```ts
 * import { adam, AutoNormal, AutoSemiDAIS, key, Normal, plate, sample } from "@pyrosaur/pyrosaur";
 * import { SVI, type Tensor } from "@pyrosaur/pyrosaur";
 * import assert from "node:assert/strict";
 *
 * const globalModel = () => sample("mean", new Normal(0, 1));
 * function localModel(mean: Tensor) {
 *   using _members = plate("members", 8, { subsampleSize: 4 });
 *   sample("x", new Normal(sample("own", new Normal(mean, 1)), 1), { obs: [1, 2, 3, 4] });
 * }
 * const model = () => localModel(globalModel());
 * const guide = new AutoSemiDAIS(model, localModel, new AutoNormal(globalModel));
 * const { params } = await new SVI(model, guide, adam({ lr: 0.01 })).run(key(0), 10, []);
 * assert.deepEqual(params.auto_local_loc.shape, [8, 1]);
 * ```
 */
export class AutoSemiDAIS extends AutoGuide {
  readonly #settings: ReturnType<typeof checkAnnealing>;
  readonly #plate: string | undefined;
  readonly #isShared: boolean;

  /**
   * Makes the guide of a model; `initStrategy` defaults to `initToFeasible()`, `prefix` to
   * "auto_local".
   *
   * @param localModel the part of the model with the local sites: a function of what the model of
   * the global guide returns; without one, of the arguments of the model
   * @param globalGuide a guide of a function that has the global sites, such as `AutoNormal`
   * @throws Error for settings out of range; when run, for local sites that are not all in one
   * plate.
   */
  constructor(
    model: AnyFunction,
    readonly localModel: AnyFunction,
    readonly globalGuide?: AutoGuide,
    options?: AutoSemiDAISOptions,
  ) {
    checkOptions("make AutoSemiDAIS", options, optionNames);
    const { numSteps, stepSize, maxStepSize, damping, plate, sharedSettings, ...others } = options ?? {};
    super(model, { prefix: "auto_local", ...others, initStrategy: others.initStrategy ?? initToFeasible() });
    if (typeof localModel !== "function") {
      throw new Error(
        `Cannot make AutoSemiDAIS: the local model is ${typeof localModel}, expected a function`,
      );
    }
    if (globalGuide !== undefined && !(globalGuide instanceof AutoGuide)) {
      throw new Error(
        "Cannot make AutoSemiDAIS: expected an automatic guide of the global sites, such as new AutoNormal(model)",
      );
    }
    this.#settings = checkAnnealing("AutoSemiDAIS", { numSteps, stepSize, maxStepSize, damping });
    this.#plate = plate;
    this.#isShared = sharedSettings ?? false;
  }

  /** Runs the guide. */
  protected override run(args: readonly unknown[]): Record<string, Tensor> {
    if (activePlates().length > 0) {
      throw new Error(
        "Cannot use AutoSemiDAIS in a plate around the model: its paths are of one run; pass vectorizeParticles: false",
      );
    }
    this.discover(args);
    const { globalGuide } = this, globals = globalGuide?.(...args) ?? {};
    const given = globalGuide ? [this.#outcome(globalGuide.model, globals, args)] : args;
    const prototype = prototypeOf(this.localModel, given, "AutoSemiDAIS");
    const local = new LocalSites(prototype, plateOf(prototype, this.#plate));
    // Before the plate is entered, which the local model enters too.
    const at = substitute(this.localModel, { data: paramsOf(this.localModel, given) });
    const values = { ...globals }, ends = local.cut(this.#paths(local, at, given, args));
    prototype.sites.forEach((site, i) =>
      inPlates(site.plates, prototype, () => {
        const { value, logVolume } = valueAndVolume(ends[i], site), { name, support, eventDim } = site;
        values[name] = sample(name, new Computed(value, logVolume?.neg() ?? constant(0), support, eventDim));
      })
    );
    return values;
  }

  /** Returns what the global model returns at values of its sites. */
  #outcome(model: AnyFunction, globals: Record<string, Tensor>, args: readonly unknown[]): unknown {
    const data = { ...paramsOf(model, args), ...globals };
    return isolated(() => seed(substitute(model, { data }), new random.ZeroKey())(...args));
  }

  /** Draws the paths of all members that take part, and returns their ends. */
  #paths(local: LocalSites, at: AnyFunction, given: readonly unknown[], args: readonly unknown[]): Tensor {
    const { name, dim, size, fullSize } = local.frame, { prefix } = this, D = local.size;
    const { numSteps: K, stepSize, maxStepSize, damping } = this.#settings, infer = { isAuxiliary: true };
    using members = plate(name, fullSize, {
      dim,
      subsampleSize: size,
      subsample: local.prototype.subsamples.get(name),
    });
    const ones = Array<number>(-dim - 1).fill(1), batch = [size, ...ones], all = [fullSize, ...ones];
    const loc = this.param(`${prefix}_loc`, [...batch, D], (key) => {
      const first = this.first(key, args), { prototype: { sites }, fullShapes } = local;
      const own = sites.map(({ name, transform }, i) =>
        repeatTo(transform.inverse(first.get(name)!), fullShapes[i])
      );
      return local.join(own).reshape([...all, D]);
    }, { eventDim: 1 });
    const scale = this.param(`${prefix}_scale`, [...batch, D], () => tf.fill([...all, D], this.initScale), {
      constraint: constraints.softplusPositive,
      eventDim: 1,
    });
    const setting = (name: string, event: Shape, init: number, constraint: Constraint): Tensor => {
      const [lead, whole] = this.#isShared ? [[], []] : [batch, all];
      const options = { constraint, eventDim: this.#isShared ? undefined : event.length };
      return this.param(
        `${prefix}_${name}`,
        [...lead, ...event],
        () => tf.fill([...whole, ...event], init),
        options,
      );
    };
    const increments = setting("beta_increments", [K], 1, constraints.positive), last = increments.rank - 1;
    const betas = toFront(increments.cumsum(last).div(increments.sum(last, true)), 0);
    const sizes = setting("step_size", [], stepSize, constraints.interval(0, maxStepSize))
      .add(setting("step_size_slope", [], 0, constraints.real).mul(betas));
    const base = new Normal(loc, scale).toEvent(1);
    const start = sample(`_${prefix}_start`, base, { infer });
    const momenta = new Normal(0, 1).expand([...batch, K, D]).toEvent(2).mask(false);
    const noise = toFront(sample(`_${prefix}_momenta`, momenta, { infer }), 1);
    const slope = grad(densityOf(local, at, members, given));
    const wide = (each: Tensor) => this.#isShared ? each.reshape([K, ...batch.map(() => 1)]) : each;
    const { end, logFactor } = anneal({
      start,
      noise,
      base: (at) => base.logProb(at).sum(),
      slope,
      betas: wide(betas),
      steps: wide(sizes.clipByValue(0, maxStepSize) as Tensor),
      damping: setting("damping", [], damping, constraints.unitInterval),
      mass: setting("mass", [D], 1, constraints.positive),
    });
    return sample(`_${prefix}_latent`, new Computed(end, logFactor, constraints.realVector, 1), { infer });
  }

  /** Throws: local sites are those of the members that take part. */
  override median(): never {
    return this.#outside("take the median of");
  }

  /** Throws: local sites are those of the members that take part. */
  override sampleLatent(): never {
    return this.#outside("draw from");
  }

  #outside(act: string): never {
    throw new Error(
      `Cannot ${act} AutoSemiDAIS outside the model: its paths follow the data of the members that take part; draw by Predictive`,
    );
  }
}

/** Moves an axis to the front: the last one, but for `trailing` ones behind it. */
function toFront(x: Tensor, trailing: number): Tensor {
  const axis = x.rank - 1 - trailing, rest = Array.from({ length: x.rank }, (_, i) => i).toSpliced(axis, 1);
  return x.transpose([axis, ...rest]);
}

/** Returns the log density of the local model at numbers of the members that take part. */
function densityOf(
  local: LocalSites,
  model: AnyFunction,
  members: Plate,
  given: readonly unknown[],
): (rows: Tensor) => Tensor {
  const { prototype, frame: { name, size, fullSize } } = local;
  const same: Handler = {
    label: "AutoSemiDAIS",
    process: {
      plate(message) {
        if (message.name !== name || size === fullSize) return;
        message.subsample ??= new Subsample(name, fullSize, size, undefined, members.indices);
      },
    },
  };
  const run = around(model, () => same), share = constant(-size / fullSize);
  return (rows) => {
    const parts = local.cut(rows).map((part, i) => part.reshape([prototype.sites[i].size]));
    return potential(run, given, prototype, joined(parts, 0)).mul(share);
  };
}
