import { checkOptions, type OptionNames } from "../../system/mod.ts";
import { fromStateDict, parameterShapes, plainNames, type StateDict, toStateDict } from "../../nn/mod.ts";
import type { HostArray } from "../../tensor/mod.ts";
import { type Dmm, dmm } from "./dmm.ts";
import type { DmmOptions } from "./options.ts";

/** The name under which the model registers its parameters. */
const MODULE = "dmm";

const BUFFER = /^iafs_modules\.\d+\.arn\.(permutation|mask_skip|layers\.\d+\.mask)$/;

/** Returns the buffers that the flows' networks have in PyTorch: orders and masks. */
function buffersOf({ options, networks }: Dmm): Record<string, HostArray> {
  const buffers: Record<string, HostArray> = {};
  options.permutations.forEach((permutation, i) => {
    const name = `iafs_modules.${i}.arn`;
    buffers[`${name}.permutation`] = { data: Int32Array.from(permutation), shape: [permutation.length] };
    networks.flows[i].masks.layers.forEach(({ data, shape }, layer) => {
      buffers[`${name}.layers.${layer}.mask`] = { data: Uint8Array.from(data), shape };
    });
  });
  return buffers;
}

/**
 * Returns the parameters of a Deep Markov Model as the state_dict of Pyro's example, with the
 * flows' orders and masks, for PyTorch's `load_state_dict`.
 *
 * @param params arrays by name, as `svi.run` gives them
 * @param options the model's
 * @throws Error where the parameters are not those of such a model.
 */
export function toDmmStateDict(params: StateDict, options: DmmOptions): Record<string, HostArray> {
  const model = dmm(options), given = toStateDict(params, MODULE);
  fromStateDict(given, parameterShapes(MODULE, model.net), MODULE, { source: "the parameters" });
  return { ...given, ...buffersOf(model) };
}

/** Returns the sizes that follow from the shapes of a state_dict. */
function sizesOf(tensors: StateDict): DmmOptions {
  const length = (name: string, axis: number): number | undefined => tensors[name]?.shape[axis];
  const flows = Object.keys(tensors).map((name) => Number(/^iafs_modules\.(\d+)\./.exec(name)?.[1] ?? -1));
  const sizes = {
    inputDim: length("emitter.lin_hidden_to_input.weight", 0),
    zDim: length("trans.lin_z_to_loc.weight", 0),
    emissionDim: length("emitter.lin_hidden_to_hidden.weight", 0),
    transitionDim: length("trans.lin_gate_z_to_hidden.weight", 0),
    rnnDim: length("rnn.weight_hh_l0", 1),
    numIafs: flows.reduce((most, i) => Math.max(most, i + 1), 0),
    iafDim: length("iafs_modules.0.arn.layers.0.weight", 0),
  };
  return Object.fromEntries(Object.entries(sizes).filter(([, size]) => size !== undefined));
}

/** The origin of a state_dict, and the known options of its model. */
export interface DmmStateDictOptions {
  /** The options of the model, where they are known; they must agree with the tensors. */
  options?: DmmOptions;
  /** Its name in messages (default "the state_dict"). */
  source?: string;
}

const optionNames: OptionNames<DmmStateDictOptions> = { options: true, source: true };

/**
 * Returns a Deep Markov Model's parameters, and the options to make the model with, from the
 * state_dict of Pyro's example or from Pyro's parameter store. The sizes follow from the tensors;
 * so do the orders of the flows' variables and the degrees of their hidden units from the buffers.
 * The parameter store has no buffers: there `options.permutations` gives the orders, and
 * `options.maskDegrees` the degrees, unless they are evenly spaced. The form of the flows follows
 * from `options.stableFlows` alone.
 *
 * @throws Error that names the tensors for missing and surplus ones, other shapes and types,
 * numbers that are not finite, and masks and orders that contradict each other or the options.
 */
export function fromDmmStateDict(
  tensors: StateDict,
  from?: DmmStateDictOptions,
): { params: Record<string, HostArray>; options: Dmm["options"] } {
  checkOptions("load a Deep Markov Model", from, optionNames);
  const { options: given, source = "the state_dict" } = from ?? {};
  const plain = plainNames(tensors, MODULE, source), sizes = { ...sizesOf(plain), ...given };
  const permutations = permutationsOf(plain, sizes, source), maskDegrees = degreesOf(plain, sizes);
  const model = dmm({ ...sizes, permutations, maskDegrees });
  const isBuffer = (name: string) => BUFFER.test(name);
  const params = fromStateDict(plain, parameterShapes(MODULE, model.net), MODULE, { source, isBuffer });
  for (const [name, { data, shape }] of Object.entries(buffersOf(model))) {
    const found = plain[name];
    if (found && (`${found.shape}` !== `${shape}` || data.some((x, i) => x !== found.data[i]))) {
      throw new Error(
        `Cannot load ${source}: "${name}" is not that of a flow with this order of its variables`,
      );
    }
  }
  return { params, options: model.options };
}

function permutationsOf(
  tensors: StateDict,
  { numIafs = 0, permutations }: DmmOptions,
  source: string,
): DmmOptions["permutations"] {
  const names = Array.from({ length: numIafs }, (_, i) => `iafs_modules.${i}.arn.permutation`);
  const missing = names.find((name) => !tensors[name]);
  if (missing === undefined) return names.map((name) => Array.from(tensors[name].data));
  if (permutations === undefined) {
    throw new Error(
      `Cannot load ${source}: it lacks "${missing}", so the order of the flow's variables is unknown; give ` +
        "options.permutations",
    );
  }
  return permutations;
}

/**
 * Returns the degrees that the masks of the flows' last layers show: a unit of degree d is not seen
 * by the means of the first d variables. Where a mask is missing or has another shape, those given.
 */
function degreesOf(
  tensors: StateDict,
  { numIafs = 0, iafDim, zDim = 0, maskDegrees }: DmmOptions,
): DmmOptions["maskDegrees"] {
  const masks = Array.from({ length: numIafs }, (_, i) => tensors[`iafs_modules.${i}.arn.layers.1.mask`]);
  if (masks.some((mask) => `${mask?.shape}` !== `${[2 * zDim, iafDim]}`)) return maskDegrees;
  return masks.map(({ data, shape: [, units] }) =>
    Array.from({ length: units }, (_, unit) => {
      const seen = Array.from({ length: zDim }, (_, row) => data[row * units + unit]);
      return seen.filter((x) => x === 0).length;
    })
  );
}
