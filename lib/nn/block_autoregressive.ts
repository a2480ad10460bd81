import { checkOptions, type OptionNames } from "../system/mod.ts";
import {
  EluTransform,
  type FlowActivation,
  LeakyReluTransform,
  SigmoidTransform,
  TanhTransform,
} from "../distributions/mod.ts";
import type { Net } from "../ppl/mod.ts";
import { constant, formatShape, type Key, random, special, type Tensor, tf } from "../tensor/mod.ts";
import { affine } from "./affine.ts";
import { checkSizes } from "./checks.ts";

/** One layer of a block autoregressive network. */
export type BlockLayerParams = {
  /**
   * The blocks before their diagonal ones are made positive, and rows are normalised: [out, in].
   */
  weight: Tensor;
  /** The logarithms of the rows' lengths: [out, 1]. */
  diag_weight: Tensor;
  /** The shift: [out]. */
  bias: Tensor;
};

/** The parameters of a block autoregressive network, named as in Pyro's `BlockAutoregressive`. */
export type BlockAutoregressiveParams = {
  /** The layers, the first one first. */
  layers: BlockLayerParams[];
  /** The logit of the input's part in a gated residual: [1]. */
  gate?: Tensor;
};

/** Options of `blockAutoregressive`. */
export interface BlockAutoregressiveOptions {
  /** The units that each hidden layer has for a variable (default [8, 8]). */
  hiddenFactors?: readonly number[];
  /** The function that is applied to each hidden layer (default "tanh"). */
  activation?: FlowActivation;
  /** Adds the input to the result, or mixes the two by a learned gate (default: neither). */
  residual?: "normal" | "gated";
}

const optionNames: OptionNames<BlockAutoregressiveOptions> = {
  hiddenFactors: true,
  activation: true,
  residual: true,
};

const transforms = {
  sigmoid: SigmoidTransform,
  tanh: TanhTransform,
  elu: EluTransform,
  leakyRelu: LeakyReluTransform,
};

/** The number of blocks, and the rows and columns of each. */
interface Blocks {
  readonly dim: number;
  readonly rows: number;
  readonly columns: number;
}

/** The blocks of a matrix where a test of their row and column holds, as ones and zeros. */
function mask({ dim, rows, columns }: Blocks, holds: (row: number, column: number) => boolean): Tensor {
  const blocks = Array.from({ length: dim * dim }, (_, i) => Number(holds(Math.floor(i / dim), i % dim)));
  return tf.tensor(blocks, [dim, 1, dim, 1]).mul(tf.ones([dim, rows, dim, columns]))
    .reshape([dim * rows, dim * columns]) as Tensor;
}

/** Returns a layer's weights, and the logarithms of those of its diagonal blocks [dim, out, in]. */
function weightsOf({ weight, diag_weight: scale }: BlockLayerParams, blocks: Blocks) {
  const { dim, rows, columns } = blocks, isOwn = mask(blocks, (row, column) => row === column);
  const isBefore = mask(blocks, (row, column) => column < row);
  const positive = tf.where(isOwn.greater(constant(0)), weight, tf.zerosLike(weight)).exp().mul(isOwn);
  const used = positive.add(weight.mul(isBefore)) as Tensor;
  const squared = used.square().sum(-1, true) as Tensor;
  const logs = scale.add(weight).sub(squared.log().mul(constant(0.5))).mul(isOwn);
  return {
    weights: used.mul(scale.exp()).div(squared.sqrt()) as Tensor,
    logDiagonal: logs.reshape([dim, rows, dim, columns]).sum(2) as Tensor,
  };
}

/** Draws the parameters of a layer as Pyro does: Xavier's uniform numbers in each row of blocks. */
function layerInit(key: Key, { dim, rows, columns }: Blocks): BlockLayerParams {
  const [first, second, third] = key.split(3), keys = first.split(dim), out = dim * rows;
  const parts = keys.map((own, i) => {
    const used = (i + 1) * columns, limit = Math.sqrt(6 / (rows + used));
    const drawn = random.uniform(own, [rows, used], { min: -limit, max: limit });
    return tf.concat([drawn, tf.zeros([rows, dim * columns - used])], 1) as Tensor;
  });
  const limit = 1 / Math.sqrt(out);
  return {
    weight: tf.concat(parts, 0),
    diag_weight: random.uniform(second, [out, 1], { min: 1e-7, max: 1 }).log(),
    bias: random.uniform(third, [out], { min: -limit, max: limit }),
  };
}

/**
 * Makes a block neural autoregressive network (De Cao et al. 2019), the one of Pyro's
 * `BlockAutoregressive`: y[i] depends on the variables to the i-th alone, and increases in that
 * one. `apply(params, x)` gives `[y, logSlopes]`, each of the shape of x [..., D], as the transform
 * `BlockAutoregressive` takes them; D is `inputDim`.
 *
 * @throws Error for sizes that are no positive integers, and an unknown activation or residual.
 *
 * @example
 * ```ts
 * import { blockAutoregressive } from "@pyrosaur/pyrosaur/nn";
 * import { random, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const network = blockAutoregressive(3, { hiddenFactors: [4], residual: "gated" });
 * const [y, logSlopes] = network.apply(network.init(random.key(0)), tf.ones([5, 3]));
 * assert.deepEqual([y.shape, logSlopes.shape], [[5, 3], [5, 3]]);
 * ```
 */
export function blockAutoregressive(
  inputDim: number,
  options?: BlockAutoregressiveOptions,
): Net<BlockAutoregressiveParams, [x: Tensor], Tensor[]> {
  checkOptions("make blockAutoregressive", options, optionNames);
  const { hiddenFactors = [8, 8], activation = "tanh", residual } = options ?? {};
  checkSizes("blockAutoregressive", { inputDim, hiddenFactors });
  const refuse = (problem: string): never => {
    throw new Error(`Cannot make blockAutoregressive: ${problem}`);
  };
  if (hiddenFactors.length === 0) refuse("hiddenFactors is [], expected a hidden layer");
  if (!Object.hasOwn(transforms, activation)) {
    refuse(`activation is "${activation}", expected one of ${Object.keys(transforms).join(", ")}`);
  }
  if (residual !== undefined && residual !== "normal" && residual !== "gated") {
    refuse(`residual is "${residual}", expected "normal" or "gated"`);
  }
  const factors = [1, ...hiddenFactors, 1];
  const layers = factors.slice(1).map((rows, i): Blocks => ({ dim: inputDim, rows, columns: factors[i] }));

  return {
    init(key) {
      const keys = key.split(layers.length + 1);
      const params = { layers: layers.map((blocks, i) => layerInit(keys[i], blocks)) };
      return residual === "gated" ? { ...params, gate: random.normal(keys[layers.length], [1]) } : params;
    },
    apply(params, x) {
      if (x.shape.at(-1) !== inputDim) {
        throw new Error(
          `Cannot apply blockAutoregressive: the input has shape ${formatShape(x.shape)}, ` +
            `expected ${inputDim} on its last axis`,
        );
      }
      const f = new transforms[activation]();
      let y = x, logs: Tensor | undefined;
      layers.forEach((blocks, i) => {
        const { weights, logDiagonal } = weightsOf(params.layers[i], blocks);
        const inner = affine(y, weights, params.layers[i].bias);
        // From the logarithms of the slopes of one layer's units, [..., D, units], to the next
        // one's.
        logs = special.logsumexp(logs ? logDiagonal.add(logs.expandDims(-2)) : logDiagonal, -1);
        y = inner;
        if (i === layers.length - 1) return;
        y = f.forward(inner);
        const bent = f.logAbsDetJacobian(inner, y);
        logs = logs.add(bent.reshape([...x.shape.slice(0, -1), inputDim, blocks.rows]));
      });
      const logSlopes = logs!.squeeze([-1]) as Tensor;
      if (residual === "normal") return [y.add(x), special.softplus(logSlopes)];
      if (residual !== "gated") return [y, logSlopes];
      const gate = params.gate!, part = tf.sigmoid(gate);
      const logPart = special.logSigmoid(gate);
      return [
        x.mul(part).add(y.mul(tf.sigmoid(gate.neg()))),
        special.softplus(logSlopes.sub(gate)).add(logPart),
      ];
    },
  };
}
