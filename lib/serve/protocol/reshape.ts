import type { ModelSpec, TensorSpec, WireTensor } from "./datatypes.ts";

/**
 * Returns a shape in the form of another: -1 there stands for the lengths that stand at -1 in the
 * form it has, in their order.
 */
function reshaped(shape: readonly number[], from: readonly number[], to: readonly number[]): number[] {
  const lengths = shape.filter((_, i) => from[i] === -1);
  let next = 0;
  return to.map((length) => length === -1 ? lengths[next++] : length);
}

const change = (
  tensors: readonly WireTensor[],
  specs: readonly TensorSpec[],
  forms: (spec: TensorSpec, inModel: readonly number[]) => [readonly number[], readonly number[]],
): readonly WireTensor[] =>
  tensors.map((tensor) => {
    const spec = specs.find(({ name }) => name === tensor.name);
    if (!spec?.inModel) return tensor;
    return { ...tensor, shape: reshaped(tensor.shape, ...forms(spec, spec.inModel)) };
  });

/** Returns inputs with the shapes that the model takes. */
export const toModel = (inputs: readonly WireTensor[], model: ModelSpec): readonly WireTensor[] =>
  model.inputs.some(({ inModel }) => inModel)
    ? change(inputs, model.inputs, ({ shape }, inModel) => [shape, inModel])
    : inputs;

/** Returns outputs with the shapes that answers have. */
export const fromModel = (outputs: readonly WireTensor[], model: ModelSpec): readonly WireTensor[] =>
  model.outputs.some(({ inModel }) => inModel)
    ? change(outputs, model.outputs, ({ shape }, inModel) => [inModel, shape])
    : outputs;
