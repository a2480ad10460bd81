import { broadcastShapes, sizeOf } from "../../../tensor/mod.ts";
import { MatMul } from "../../ops/matmul.ts";
import { list, type StablehloWriter, type Term, written } from "../writer.ts";

/** Returns a product summed over one axis of each, with common batch axes in front. */
function dot(
  w: StablehloWriter,
  a: Term,
  b: Term,
  batch: number,
  [overA, overB]: readonly [number, number],
): Term {
  const rest = ({ shape }: Term, over: number) => shape.filter((_, i) => i >= batch && i !== over);
  const shape = [...a.shape.slice(0, batch), ...rest(a, overA), ...rest(b, overB)];
  const places = list(a.shape.slice(0, batch).map((_, i) => i));
  const batching = batch > 0 ? `batching_dims = ${places} x ${places}, ` : "";
  const axes = `, ${batching}contracting_dims = [${overA}] x [${overB}]`;
  return w.apply("dot_general", [a, b], { shape, dtype: a.dtype }, axes);
}

written(MatMul, (node, w, [a, b]) => {
  const { transposeA, transposeB } = node.attrs, result = w.shape(node.outputs[0].shape);
  const single = ({ shape }: Term) => sizeOf(shape.slice(0, -2)) === 1;
  const matrix = (x: Term) => w.reshape(x, x.shape.slice(-2));
  const over = ({ shape }: Term, first: boolean) => shape.length - (first ? 2 : 1);
  if (single(b)) {
    const y = matrix(b);
    return w.reshape(dot(w, a, y, 0, [over(a, transposeA), over(y, !transposeB)]), result);
  }
  if (single(a)) {
    // The rows come first, then all of the batch: they belong in front of the columns.
    const x = matrix(a),
      all = dot(w, x, b, 0, [over(x, transposeA), over(b, !transposeB)]),
      n = all.shape.length;
    const axes = Array.from({ length: n - 2 }, (_, i) => i + 1);
    return w.reshape(w.transpose(all, [...axes, 0, n - 1]), result);
  }
  const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const x = w.broadcast(a, [...batch, ...a.shape.slice(-2)]),
    y = w.broadcast(b, [...batch, ...b.shape.slice(-2)]);
  return dot(w, x, y, batch.length, [over(x, transposeA), over(y, !transposeB)]);
});
