import { listNames, ownValue } from "../../system/mod.ts";
import { dependsOnDraws } from "../../compile/internals.ts";
import { broadcastTo } from "../../distributions/mod.ts";
import { formatShape, type Key, type Shape, sizeOf, type Tensor } from "../../tensor/mod.ts";
import { configEnumerate, dryRun, firstAvailableDim, plate, replay } from "../../ppl/mod.ts";
import { seed, substitute, trace } from "../../ppl/mod.ts";
import type { AnyFunction, SampleMessage, Trace } from "../../ppl/mod.ts";
import { checkDraw, checkDraws } from "../checks/draws.ts";
import { checkScansInPlates } from "../checks/scans.ts";
import { apartFrom } from "../checks/names.ts";
import { inferDiscrete } from "../enum/mod.ts";
import { select } from "./select.ts";

/** A model, the guide that its latent sites are drawn from, and the sites to return. */
export interface Source {
  readonly model: AnyFunction;
  readonly guide: AnyFunction | undefined;
  readonly returnSites: readonly string[] | undefined;
  /** The sites that posterior samples are of. */
  readonly sampled: readonly string[];
  /** True for a prior, whose parameters stand at their first values; else all must be given. */
  readonly isPrior: boolean;
  /** True for discrete sites from their posterior, given all the others. */
  readonly inferDiscrete: boolean;
}

/**
 * Runs guide and model once.
 *
 * @param given returns the value of a latent site, where it has one
 * @throws Error for parameters without a value: a draw from first values would look like one from
 * trained ones.
 */
export function runOnce(
  { model, guide, isPrior, sampled, inferDiscrete: isInferred }: Source,
  key: Key,
  params: Record<string, Tensor>,
  given: (message: SampleMessage) => Tensor | undefined,
  args: readonly unknown[],
): { model: Trace; guide?: Trace } {
  const [forGuide, forModel] = key.split(2);
  const data = { data: params };
  const drawn = guide && trace(seed(substitute(guide, data), forGuide)).get(...args);
  if (drawn) checkParams("guide", drawn, params, () => false);
  const at = substitute(substitute(drawn ? apartFrom(drawn, model) : model, data), {
    fn: (message) => message.type === "sample" ? given(message) ?? firstSteps(message, drawn) : undefined,
  });
  const whole = drawn ? replay(at, { trace: drawn }) : at;
  const run = trace(seed(isInferred ? inferDiscrete(configEnumerate(whole)) : whole, forModel)).get(...args);
  const isGiven = (name: string) => sampled.includes(name) || drawn?.sites.has(name) === true;
  if (!isPrior) checkParams("model", run, params, (name) => isShareOfNone(name, run, isGiven, sampled));
  return { model: run, guide: drawn };
}

/** Returns a guide's draw of fewer steps than a scan of the model has: the others are forecast. */
function firstSteps({ name, scanned }: SampleMessage, guide: Trace | undefined): Tensor | undefined {
  const site = scanned && guide?.sites.get(name);
  return site?.type === "sample" && site.value.shape[0] < scanned!.length ? site.value : undefined;
}

/**
 * Tells the shares of `locScaleReparam` whose value does not matter: those of a site that is drawn
 * here, which has the same distribution by all, and those of chains, which have no other than the
 * first value: they have draws of the computed site as well.
 */
function isShareOfNone(
  name: string,
  run: Trace,
  isGiven: (name: string) => boolean,
  sampled: readonly string[],
): boolean {
  const site = name.endsWith("_centered") ? name.slice(0, -"_centered".length) : "";
  if (!run.sites.has(`${site}_decentered`)) return false;
  return !isGiven(`${site}_decentered`) || sampled.includes(site);
}

/** Throws for parameters of a run that were not given, but for those that need no value. */
function checkParams(
  what: "guide" | "model",
  run: Trace,
  params: Record<string, Tensor>,
  isFree: (name: string) => boolean,
): void {
  const missing = run.paramSites.map(({ name }) => name).filter((name) =>
    !ownValue(params, name) && !isFree(name)
  );
  if (missing.length === 0) return;
  const remedy = what === "model"
    ? ""
    : ". An automatic guide made anew takes all that is not observed for " +
      "latent sites: call its setup with the arguments of training first";
  throw new Error(
    `Cannot predict: the ${what} has parameters that params lacks: ${
      listNames(missing)
    }; the params given are ${
      listNames(Object.keys(params))
    }; pass those that its training returned${remedy}`,
  );
}

/**
 * Runs guide and model `count` times at once, in a plate around them.
 *
 * @returns values `[count, ...]` by name
 */
export function runInPlate(
  source: Source,
  key: Key,
  count: number,
  params: Record<string, Tensor>,
  samples: Record<string, Tensor>,
  args: readonly unknown[],
): Record<string, Tensor> {
  const names = source.sampled;
  const once = dryRun((dry) =>
    runOnce(
      source,
      dry,
      params,
      checkedDraws(samples, first),
      args,
    )
  );
  checkDraws("predict", once.model, names);
  if (once.guide) checkScansInPlates("draw in parallel", "pass parallel: false", once.model, once.guide);
  const dim = firstAvailableDim(once.model, ...once.guide ? [once.guide] : []);
  const single = select(once.model, source.returnSites, names);
  using _samples = plate("_samples", count, { dim });
  const run = runOnce(source, key, params, ({ name, scanned, distribution: { batchShape, eventShape } }) => {
    const value = ownValue(samples, name);
    if (!value) return undefined;
    const [n, ...rest] = value.shape;
    if (!scanned) {
      return value.reshape([n, ...Array(Math.max(0, -dim - 1 - batchShape.length)).fill(1), ...rest]);
    }
    // The steps of a scan are left of its plates.
    const [steps, ...inner] = rest, ones = Array(-dim - 1 - (inner.length - eventShape.length)).fill(1);
    return value.transpose([1, 0, ...inner.keys()].map((axis, i) => i < 2 ? axis : axis + 2))
      .reshape([steps, n, ...ones, ...inner]);
  }, args).model;
  const values = Object.entries(select(run, source.returnSites, names));
  const hasScans = [...run.sites.values()].some((site) => "scanned" in site && site.scanned);
  return Object.fromEntries(
    values.map(([name, value]) => {
      const site = run.sites.get(name), { shape } = single[name];
      const isScanned = site !== undefined && "scanned" in site && site.scanned !== undefined;
      // What is made of a scan's results outside of it may have the steps leftmost, too.
      const isUnsure = hasScans && !isScanned && shape.length > 0 && value.shape[0] === shape[0];
      return [name, perDraw(name, value, count, shape, samples, isScanned, isUnsure)];
    }),
  );
}

/** Returns a function that gives latent sites their draws, each checked against its site. */
export function checkedDraws(
  samples: Readonly<Record<string, Tensor>>,
  one: (draws: Tensor) => Tensor = (draw) => draw,
): (message: SampleMessage) => Tensor | undefined {
  return (message) => {
    const draws = ownValue(samples, message.name);
    if (!draws) return undefined;
    const draw = one(draws);
    checkDraw("predict", message, draw);
    return draw;
  };
}

const first = (tensor: Tensor): Tensor => tensor.slice([0], [1]).squeeze([0]);

/** Returns the value of a site with the draws along its first axis. */
function perDraw(
  name: string,
  value: Tensor,
  count: number,
  shape: Shape,
  samples: Record<string, Tensor>,
  isScanned: boolean,
  isUnsure: boolean,
): Tensor {
  if (value.size === count * sizeOf(shape) && isScanned) {
    const [steps, ...inner] = shape, axes = [1, 0, ...inner.keys()].map((axis, i) => i < 2 ? axis : axis + 2);
    return value.reshape([steps, count, ...inner]).transpose(axes);
  }
  if (value.size === count * sizeOf(shape) && value.shape[0] === count && !isUnsure) {
    return value.reshape([count, ...shape]);
  }
  if (value.size === sizeOf(shape) && !dependsOnDraws(value, Object.values(samples))) {
    return broadcastTo(value.reshape(shape), [count, ...shape]);
  }
  throw new Error(
    `Cannot draw site "${name}" in parallel: in a plate of ${count} its value has shape ${
      formatShape(value.shape)
    }, one draw has ${
      formatShape(shape)
    }; operations of the model must broadcast over axes on the left, else pass parallel: false`,
  );
}
