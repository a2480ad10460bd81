import { dependsOnDraws } from "../../compile/internals.ts";
import { broadcastTo } from "../../distributions/mod.ts";
import { formatShape, type Key, type Shape, sizeOf, type Tensor } from "../../tensor/mod.ts";
import {
  type AnyFunction,
  dryRun,
  firstAvailableDim,
  plate,
  replay,
  seed,
  substitute,
  type Trace,
  trace,
} from "../../ppl/mod.ts";

/** What is drawn from. */
export interface Source {
  readonly model: AnyFunction;
  readonly guide: AnyFunction | undefined;
  readonly returnSites: readonly string[] | undefined;
}

/** The name under which the model's return value is asked for. */
export const RETURN = "_RETURN";

/** One run of guide and model: values by name. `given`: values of latent sites. */
export function runOnce(
  { model, guide }: Source,
  key: Key,
  params: Record<string, Tensor>,
  given: (name: string, batchRank: number) => Tensor | undefined,
  args: readonly unknown[],
): { model: Trace; guide?: Trace } {
  const [forGuide, forModel] = key.split(2);
  const data = { data: params };
  const learnt = guide && trace(seed(substitute(guide, data), forGuide)).get(...args);
  const at = substitute(substitute(model, data), {
    fn: (message) =>
      message.type === "sample" ? given(message.name, message.distribution.batchShape.length) : undefined,
  });
  const run = trace(seed(learnt ? replay(at, { trace: learnt }) : at, forModel)).get(...args);
  return { model: run, guide: learnt };
}

/**
 * The values to return: those asked for, or all sites that are drawn or computed and not given.
 * @throws Error for a name that the model lacks.
 */
export function select(
  run: Trace,
  { returnSites }: Source,
  given: readonly string[],
): Record<string, Tensor> {
  if (!returnSites) {
    const names = [...run.stochasticSites, ...run.deterministicSites].map((site) => site.name).filter((
      name,
    ) => !given.includes(name));
    return Object.fromEntries(names.map((name) => [name, run.value(name)]));
  }
  return Object.fromEntries(returnSites.map((name) => {
    if (name === RETURN) return [name, run.returnValue];
    const site = run.sites.get(name);
    if (!site || site.type === "plate") {
      const names = [...run.sites.values()].filter((s) => s.type !== "plate").map((s) => `"${s.name}"`);
      throw new Error(
        `Cannot return site "${name}": the model has ${names.join(", ")}; "${RETURN}" is its return value`,
      );
    }
    return [name, site.value];
  }));
}

/** `count` runs at once, in a plate around guide and model: values `[count, ...]` by name. */
export function runInPlate(
  source: Source,
  key: Key,
  count: number,
  params: Record<string, Tensor>,
  samples: Record<string, Tensor>,
  args: readonly unknown[],
): Record<string, Tensor> {
  const names = Object.keys(samples);
  const once = dryRun((dry) =>
    runOnce(source, dry, params, (name) => samples[name] && first(samples[name]), args)
  );
  const dim = firstAvailableDim(once.model, ...once.guide ? [once.guide] : []);
  const single = select(once.model, source, names);
  using _samples = plate("_samples", count, { dim });
  const run = runOnce(source, key, params, (name, batchRank) => {
    const value = samples[name];
    if (!value) return undefined;
    const [n, ...rest] = value.shape;
    return value.reshape([n, ...Array(Math.max(0, -dim - 1 - batchRank)).fill(1), ...rest]);
  }, args).model;
  return Object.fromEntries(
    Object.entries(select(run, source, names)).map(([name, value]) => [
      name,
      perDraw(name, value, count, single[name].shape, samples),
    ]),
  );
}

const first = (tensor: Tensor): Tensor => tensor.slice([0], [1]).squeeze([0]);

function perDraw(
  name: string,
  value: Tensor,
  count: number,
  shape: Shape,
  samples: Record<string, Tensor>,
): Tensor {
  if (value.size === count * sizeOf(shape)) return value.reshape([count, ...shape]);
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
