import { compile, type Precision, valueAndGrad } from "../../lib/compile/mod.ts";
import { type LossFunction, TraceELBO, TraceMeanFieldELBO } from "../../lib/infer/mod.ts";
import { vae } from "../../lib/models/mod.ts";
import { parameterShapes } from "../../lib/nn/mod.ts";
import { substitute } from "../../lib/ppl/mod.ts";
import { flatten, type HostArray, isHostArray, type Key, random, type Tensor } from "../../lib/tensor/mod.ts";
import { type Arrays, filled, type GoldenFile, type Named, type Outcome, relativeError } from "./reader.ts";

/** Returns the loss and its gradient at parameters, images and noise by the rule of the file. */
async function lossOf(
  { loss }: { loss: LossFunction },
  names: readonly string[],
  { sizes: [inputDim, hiddenDim, zDim], batch, scale }: { sizes: number[]; batch: number; scale: number },
  dtype: Precision,
): Promise<{ value: HostArray; grad: Arrays }> {
  const { model, guide, encoder, decoder } = vae({ inputDim, hiddenDim, zDim });
  const shapes = { ...parameterShapes("encoder", encoder), ...parameterShapes("decoder", decoder) };
  const params = Object.fromEntries(
    names.map((name, c) => [name, filled(shapes[name], (i) => scale * Math.sin(i + 1 + c))]),
  );
  const grey = (i: number) => Math.min(1, Math.max(0, 0.5 + 0.7 * Math.sin(0.9 * (i + 1))));
  const images = filled([batch, inputDim], grey),
    noise = filled([batch, zDim], (i) => Math.sin(1.7 * (i + 1)));
  const at = (p: Named, x: Tensor, key: Key): Tensor =>
    loss(key, substitute(model, { data: p }), substitute(guide, { data: p }), [x]);
  const compiled = compile((p: Named, x: Tensor, key: Key) => valueAndGrad(at)(p, x, key), { dtype });
  const program = await compiled.program(params, images, random.key(0));
  const arrays = flatten([params, images], isHostArray).leaves as HostArray[];
  const result = program.rebuild(await program.run(arrays, [], { noise: [noise] }));
  await compiled.release();
  return result;
}

/**
 * `vae_loss.json`: the loss of a variational autoencoder with its gradient, the divergence by the
 * draw and in closed form.
 */
export default async function* vaeCases(file: GoldenFile): AsyncIterable<Outcome> {
  const losses = { trace: new TraceELBO(), mean_field: new TraceMeanFieldELBO() };
  for (const given of file.cases) {
    for (const [name, loss] of Object.entries(losses)) {
      const expected = given[name];
      const exact = await lossOf(loss, file.tensors, given, "float64");
      const rough = await lossOf(loss, file.tensors, given, "float32");
      let float64 = relativeError(exact.value.data, [expected.loss]);
      let float32 = relativeError(rough.value.data, exact.value.data);
      for (const [tensor, first] of Object.entries<number[]>(expected.grad)) {
        const { data } = exact.grad[tensor], size = norm(data);
        float64 = Math.max(
          float64,
          relativeError([size], [expected.grad_norm[tensor]]),
          Math.max(...first.map((g, i) => Math.abs(data[i] - g))) / size,
        );
        float32 = Math.max(float32, norm(data.map((g, i) => rough.grad[tensor].data[i] - g)) / size);
      }
      yield { case: `${name} ${given.sizes.join("-")} batch ${given.batch}`, float32, float64 };
    }
  }
}

const norm = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((sum, x) => sum + x * x, 0));
