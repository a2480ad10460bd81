import {
  activePlates,
  type AnyFunction,
  enter,
  enumerate,
  type Handler,
  prngKey,
  replay,
  SampleSite,
  seed,
  Trace,
  trace,
} from "../../ppl/mod.ts";
import { checkOptions, type OptionNames, shown } from "../../system/mod.ts";
import type { Key } from "../../tensor/mod.ts";
import { chosenValues } from "./choose.ts";
import { enumerationOptionNames, type EnumerationOptions, firstDim } from "./log_density.ts";

/** Options of `inferDiscrete`. */
export interface InferDiscreteOptions extends EnumerationOptions {
  /** 0 for the most probable values together, 1 for a draw from their posterior (default 1). */
  temperature?: 0 | 1;
  /** The key to draw with (default: from `seed`). */
  key?: Key;
}

const optionNames: OptionNames<InferDiscreteOptions> = {
  ...enumerationOptionNames,
  temperature: true,
  key: true,
};

/**
 * Makes a model whose enumerated sites have values from their posterior, given the data and all
 * other latent sites and parameters, as Pyro's and NumPyro's `infer_discrete`: by max-product, or
 * by a draw backwards through the elimination. The model is run twice, the second time with these
 * values. What else is to be fixed (parameters, draws of a posterior) is given within:
 * `inferDiscrete(substitute(model, { data }))`.
 *
 * @returns a function like the model; traces of it hold the values
 * @throws Error (when made) for another temperature.
 *
 * @example The component each point belongs to
 * ```ts
 * import { Categorical, configEnumerate, inferDiscrete } from "@pyrosaur/pyrosaur";
 * import { Normal, plate, sample } from "@pyrosaur/pyrosaur";
 * import { type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * function model(data: Tensor) {
 *   const locs = tf.tensor([0, 10]);
 *   using _data = plate("data", data.size);
 *   const z = sample("z", new Categorical([0.5, 0.5]));
 *   sample("x", new Normal(tf.gather(locs, z.cast("int32")), 1), { obs: data });
 *   return z;
 * }
 * const classify = inferDiscrete(configEnumerate(model), { temperature: 0 });
 * assert.deepEqual(classify(tf.tensor([-1, 9, 12])).arraySync(), [0, 1, 1]);
 * ```
 */
export function inferDiscrete<F extends AnyFunction>(model: F, options?: InferDiscreteOptions): F {
  checkOptions("infer discrete sites", options, optionNames);
  const { temperature = 1, firstAvailableDim, key } = options ?? {};
  if (temperature !== 0 && temperature !== 1) {
    throw new Error(
      `Cannot infer discrete sites: the temperature is ${
        shown(temperature)
      }, expected 0 (the most probable values) or 1 (a draw)`,
    );
  }
  const inferred = (...args: Parameters<F>): unknown => {
    const own = key ?? prngKey("inferDiscrete"), keys = own?.split(2) ?? [];
    let count = 0;
    const nextKey = (): Key => {
      if (keys[1]) return keys[1].foldIn(count++);
      throw new Error(
        "Cannot draw discrete sites: no key was given; pass { key } to inferDiscrete, wrap it in seed, or ask for " +
          "temperature 0",
      );
    };
    const replayed = aside(() => {
      const dim = firstAvailableDim ?? firstDim([model], args);
      const all = enumerate(keys[0] ? seed(model, keys[0]) : model, { firstAvailableDim: dim });
      const run = trace(all).get(...args);
      return withValues(run, chosenValues(run, temperature, nextKey));
    });
    return replay(model, { trace: replayed, params: replayed.params() })(...args);
  };
  Object.defineProperty(inferred, "name", { value: model.name });
  return inferred as F;
}

/** Runs `body` hidden from the handlers around, but within their plates. */
function aside<T>(body: () => T): T {
  const plates = activePlates().reverse();
  const hide: Handler = {
    label: "inferDiscrete",
    process: {
      any(message) {
        message.stop = true;
      },
      sample: (message) => plates.forEach(({ process }) => process.sample!(message)),
      param: (message) => plates.forEach(({ process }) => process.param!(message)),
    },
    postprocess: {
      param: (message) => plates.toReversed().forEach(({ postprocess }) => postprocess.param!(message)),
    },
  };
  using _hide = enter(hide);
  return body();
}

/** Returns a trace with other values of some sites. */
function withValues(run: Trace, values: ReadonlyMap<string, SampleSite["value"]>): Trace {
  const changed = new Trace();
  for (const [name, site] of run.sites) {
    const value = values.get(name);
    changed.sites.set(name, site.type === "sample" && value ? new SampleSite({ ...site, value }) : site);
  }
  return changed;
}
