import { affine, identity, linear, type LinearParams, zeros } from "../../nn/mod.ts";
import type { Net } from "../../ppl/mod.ts";
import { type Key, type Tensor, tf } from "../../tensor/mod.ts";

/** Linear layers by name. */
export type DmmLayers<Names extends string> = Record<Names, LinearParams>;

/** Returns first parameters of named layers, each from a key of its own. */
function initLayers<Names extends string>(
  key: Key,
  layers: Record<Names, Net<LinearParams, [Tensor], Tensor>>,
): DmmLayers<Names> {
  const names = Object.keys(layers) as Names[], keys = key.split(names.length);
  return Object.fromEntries(names.map((name, i) => [name, layers[name].init(keys[i])])) as DmmLayers<Names>;
}

const layer = (x: Tensor, { weight, bias }: LinearParams): Tensor => affine(x, weight, bias);

/** The parameters of `emitter`. */
export type DmmEmitterParams = DmmLayers<"lin_z_to_hidden" | "lin_hidden_to_hidden" | "lin_hidden_to_input">;

/** Makes the network of p(x_t | z_t): from z_t to the log odds of the notes. */
export function emitter(
  inputDim: number,
  zDim: number,
  emissionDim: number,
): Net<DmmEmitterParams, [z: Tensor], Tensor> {
  return {
    init: (key) =>
      initLayers(key, {
        lin_z_to_hidden: linear(zDim, emissionDim),
        lin_hidden_to_hidden: linear(emissionDim, emissionDim),
        lin_hidden_to_input: linear(emissionDim, inputDim),
      }),
    apply(p, z) {
      const h1 = layer(z, p.lin_z_to_hidden).relu();
      const h2 = layer(h1, p.lin_hidden_to_hidden).relu();
      return layer(h2, p.lin_hidden_to_input);
    },
  };
}

/** A mean and a standard deviation. */
export interface LocScale {
  /** The mean. */
  readonly loc: Tensor;
  /** The standard deviation. */
  readonly scale: Tensor;
}

/** The parameters of `gatedTransition`. */
export type DmmTransitionParams = DmmLayers<
  | "lin_gate_z_to_hidden"
  | "lin_gate_hidden_to_z"
  | "lin_proposed_mean_z_to_hidden"
  | "lin_proposed_mean_hidden_to_z"
  | "lin_sig"
  | "lin_z_to_loc"
>;

/** Makes p(z_t | z_{t-1}): a gate between a linear map, at first the identity, and a proposal. */
export function gatedTransition(
  zDim: number,
  transitionDim: number,
): Net<DmmTransitionParams, [z: Tensor], LocScale> {
  return {
    init: (key) =>
      initLayers(key, {
        lin_gate_z_to_hidden: linear(zDim, transitionDim),
        lin_gate_hidden_to_z: linear(transitionDim, zDim),
        lin_proposed_mean_z_to_hidden: linear(zDim, transitionDim),
        lin_proposed_mean_hidden_to_z: linear(transitionDim, zDim),
        lin_sig: linear(zDim, zDim),
        lin_z_to_loc: linear(zDim, zDim, { weightInit: identity, biasInit: zeros }),
      }),
    apply(p, z) {
      const gate = layer(layer(z, p.lin_gate_z_to_hidden).relu(), p.lin_gate_hidden_to_z).sigmoid();
      const proposal = layer(
        layer(z, p.lin_proposed_mean_z_to_hidden).relu(),
        p.lin_proposed_mean_hidden_to_z,
      );
      const loc = tf.sub(1, gate).mul(layer(z, p.lin_z_to_loc)).add(gate.mul(proposal));
      const scale = layer(proposal.relu(), p.lin_sig).softplus();
      return { loc, scale };
    },
  };
}

/** The parameters of `combiner`. */
export type DmmCombinerParams = DmmLayers<"lin_z_to_hidden" | "lin_hidden_to_loc" | "lin_hidden_to_scale">;

/** Makes the network of q(z_t | z_{t-1}, x_{t:T}), from z_{t-1} and the hidden state for x. */
export function combiner(
  zDim: number,
  rnnDim: number,
): Net<DmmCombinerParams, [z: Tensor, h: Tensor], LocScale> {
  return {
    init: (key) =>
      initLayers(key, {
        lin_z_to_hidden: linear(zDim, rnnDim),
        lin_hidden_to_loc: linear(rnnDim, zDim),
        lin_hidden_to_scale: linear(rnnDim, zDim),
      }),
    apply(p, z, h) {
      const sum = layer(z, p.lin_z_to_hidden).tanh().add(h);
      // One product, which reads the wide layer once, as do the gradients of its weights; these
      // take the half of the mean (tanh + h) / 2 once, not at every step.
      const weight = tf.concat([p.lin_hidden_to_scale.weight, p.lin_hidden_to_loc.weight]).mul(0.5) as Tensor;
      const bias = tf.concat([p.lin_hidden_to_scale.bias!, p.lin_hidden_to_loc.bias!]) as Tensor;
      const [spread, loc] = tf.split(affine(sum, weight, bias), 2, -1) as Tensor[];
      return { loc, scale: spread.softplus() };
    },
  };
}
