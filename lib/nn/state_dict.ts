import { checkOptions, emptyRecord, type OptionNames } from "../system/mod.ts";
import type { Net } from "../ppl/mod.ts";
import { flatten, formatShape, isTensor, random, sameShape, tidily } from "../tensor/mod.ts";
import type { HostArray, Shape } from "../tensor/mod.ts";

/** Arrays by name: PyTorch's state_dict. */
export type StateDict = Readonly<Record<string, HostArray>>;

/** `layers[0].weight` as PyTorch writes it. */
const withDots = (path: string): string => path.replace(/\[(\d+)\]/g, ".$1");

/**
 * Returns the shapes of a network's parameters, by the names that `module(name, net)` registers.
 *
 * @example
 * ```ts
 * import { linear, parameterShapes } from "@pyrosaur/pyrosaur/nn";
 * import assert from "node:assert/strict";
 *
 * const shapes = parameterShapes("layer", linear(3, 2));
 * assert.deepEqual(shapes, { "layer.bias": [2], "layer.weight": [2, 3] });
 * ```
 */
export function parameterShapes(name: string, net: Net<unknown, never[], unknown>): Record<string, Shape> {
  return tidily(() => {
    const { leaves, paths } = flatten(net.init(new random.ZeroKey()), isTensor);
    return Object.fromEntries(leaves.map((leaf, i) => [join(name, paths[i]), leaf.shape]));
  });
}

const join = (name: string, path: string): string =>
  path === "" || path.startsWith("[") ? name + path : `${name}.${path}`;

/**
 * Returns the parameters of a module by the names of its PyTorch state_dict: `dmm.layers[0].weight`
 * becomes `layers.0.weight`. The arrays are the same ones, not copies.
 *
 * @param params arrays by the names that `module(name, net)` gives
 * @param name the module's
 * @throws Error for a parameter that is not the module's.
 *
 * @example
 * ```ts
 * import { toStateDict } from "@pyrosaur/pyrosaur/nn";
 * import assert from "node:assert/strict";
 *
 * const params = { "vae.decoder.layers[0].bias": { data: Float32Array.of(1, 2), shape: [2] } };
 * assert.deepEqual(Object.keys(toStateDict(params, "vae")), ["decoder.layers.0.bias"]);
 * ```
 */
export function toStateDict(params: StateDict, name: string): Record<string, HostArray> {
  return Object.fromEntries(
    Object.entries(params).map(([full, array]) => {
      if (!full.startsWith(`${name}.`)) {
        throw new Error(
          `Cannot make a state_dict of the module "${name}": it has no parameter "${full}" (names begin with "${name}.")`,
        );
      }
      return [withDots(full.slice(name.length + 1)), array];
    }),
  );
}

/** Options of `fromStateDict`. */
export interface StateDictOptions {
  /** The origin of the tensors, for messages (default "the state_dict"). */
  source?: string;
  /** Names of a module's buffers, in PyTorch's form: they are left aside. */
  isBuffer?: (name: string) => boolean;
}

const optionNames: OptionNames<StateDictOptions> = { source: true, isBuffer: true };

/**
 * Returns a state_dict with names by PyTorch's convention, of one or of Pyro's parameter store,
 * which has `dmm$$$layers.0.weight`.
 *
 * @param source the origin of the tensors, for messages (default "the state_dict")
 */
export function plainNames(
  tensors: StateDict,
  name: string,
  source = "the state_dict",
): Record<string, HostArray> {
  const plain = emptyRecord<HostArray>();
  for (const [given, array] of Object.entries(tensors)) {
    const key = given.startsWith(`${name}$$$`) ? given.slice(name.length + 3) : given;
    if (Object.hasOwn(plain, key)) {
      throw new Error(`Cannot load ${source}: it has "${key}" twice, with and without "${name}$$$"`);
    }
    plain[key] = array;
  }
  return { ...plain };
}

/**
 * Returns the parameters of a module, with our names, from a PyTorch state_dict or from Pyro's
 * parameter store (names such as `dmm$$$layers.0.bias`). Float64 is rounded to float32.
 *
 * @param shapes the names and shapes that are expected, as `parameterShapes` gives them
 * @param name the module's
 * @throws Error that names the tensors for missing and surplus ones, another shape, numbers that
 * are no floats, and numbers that are not finite (in float32).
 *
 * @example A layer from PyTorch
 * ```ts
 * import { fromStateDict, linear, parameterShapes } from "@pyrosaur/pyrosaur/nn";
 * import assert from "node:assert/strict";
 *
 * const weight = { data: Float32Array.of(1, 2), shape: [1, 2] };
 * const shapes = parameterShapes("layer", linear(2, 1));
 * assert.throws(() => fromStateDict({ weight }, shapes, "layer"), {
 *   message: 'Cannot load the state_dict: it lacks "bias"',
 * });
 * ```
 */
export function fromStateDict(
  tensors: StateDict,
  shapes: Readonly<Record<string, Shape>>,
  name: string,
  options?: StateDictOptions,
): Record<string, HostArray> {
  checkOptions("load a state_dict", options, optionNames);
  const { source = "the state_dict", isBuffer = () => false } = options ?? {};
  const given = plainNames(tensors, name, source);
  const expected = Object.keys(shapes).map((full) => withDots(full.slice(name.length + 1)));
  const missing = expected.filter((plain) => !Object.hasOwn(given, plain));
  const surplus = Object.keys(given).filter((plain) => !expected.includes(plain) && !isBuffer(plain));
  const complaints = [
    ...(missing.length > 0 ? [`it lacks ${listed(missing)}`] : []),
    ...(surplus.length > 0 ? [`the module has no ${listed(surplus)}`] : []),
  ];
  if (complaints.length > 0) throw new Error(`Cannot load ${source}: ${complaints.join("; ")}`);
  const params = Object.entries(shapes).map(([full, shape], i) => {
    const plain = expected[i];
    return [full, checked(given[plain], shape, `"${plain}"`, source)] as const;
  });
  return Object.fromEntries(params);
}

/** Returns a few names, and the number of the others. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((n) => `"${n}"`).join(", ");
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

function checked({ data, shape }: HostArray, expected: Shape, name: string, source: string): HostArray {
  const fail = (reason: string): never => {
    throw new Error(`Cannot load ${source}: ${name} ${reason}`);
  };
  if (!sameShape(shape, expected)) {
    fail(`has shape ${formatShape(shape)}, expected ${formatShape(expected)}`);
  }
  if (!(data instanceof Float32Array || data instanceof Float64Array)) {
    fail(`holds ${data instanceof Int32Array ? "integers" : "bytes"}, expected floats`);
  }
  const rounded = data instanceof Float32Array ? data : Float32Array.from(data);
  const bad = rounded.findIndex((x) => !Number.isFinite(x));
  if (bad >= 0) fail(`has ${data[bad]} at place ${bad}, expected a finite number (of float32)`);
  return { data: rounded, shape };
}
