/**
 * Pyrosaur: deep probabilistic programming for Deno.
 *
 * A model is a function of tensors with `sample`, `param` and `plate` in it. It is traced once into
 * a graph; the same graph trains, is exported, and is served. The floors of the library can be
 * imported on their own (`@pyrosaur/pyrosaur/compile`, `.../distributions` ...); here is what a
 * model and its inference need.
 *
 * @module
 */
export {
  constant,
  decodeSafetensors,
  encodeSafetensors,
  type HostArray,
  Key,
  random,
  type Shape,
  special,
  type Tensor,
  type TensorLike,
  tf,
} from "./lib/tensor/mod.ts";
export { chooseBackend } from "./lib/backend/mod.ts";
export { foldIn, key, split, ThreefryKey } from "./lib/tensor/random/mod.ts";
export {
  compile,
  type Compiled,
  type CompileOptions,
  exportOnnx,
  grad,
  hessian,
  jvp,
  valueAndGrad,
  vjp,
  vmap,
} from "./lib/compile/mod.ts";
export * from "./lib/distributions/mod.ts";
export * from "./lib/ppl/mod.ts";
export * from "./lib/infer/mod.ts";
/** Neural networks: `nn.linear`, `nn.mlp`, `nn.rnn`, `nn.made` and others. */
export * as nn from "./lib/nn/mod.ts";
