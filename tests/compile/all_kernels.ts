import { type Tensor, tf } from "../../lib/tensor/mod.ts";

/** Functions of one tensor, one at least for each kernel of one tensor that can be traced. */
export const unary: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  ...Object.fromEntries(
    ("neg exp log expm1 log1p sqrt abs sign reciprocal sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh " +
      "sigmoid softplus relu erf floor ceil round isNaN isInf isFinite logicalNot square rsqrt step relu6 elu selu " +
      "leakyRelu onesLike zerosLike cumsum sum mean max min prod all any argMax argMin softmax logSoftmax reverse clone " +
      "logSumExp transpose")
      .split(" ").map((name) => [name, tf[name as "neg"] as (x: Tensor) => Tensor]),
  ),
  "sum of rows": (x) => tf.sum(x, -1),
  "mean of rows": (x) => tf.mean(x, -1),
  "max of rows": (x) => tf.max(x, -1, true),
  "min of columns": (x) => tf.min(x, 0),
  "prod of rows": (x) => tf.prod(x, -1),
  "any of rows": (x) => tf.any(x, -1),
  "argMax of rows": (x) => tf.argMax(x, -1),
  "argMin of columns": (x) => tf.argMin(x, 0),
  "cumsum of rows": (x) => tf.cumsum(x, x.rank - 1, true, true),
  variance: (x) => tf.moments(x).variance,
  "step of 0.3": (x) => tf.step(x, 0.3),
  "clip to fractions": (x) => tf.clipByValue(x, -0.5, 1.5),
  "clip to whole numbers": (x) => tf.clipByValue(x, -1, 2),
  "pad with a fraction": (x) => tf.pad(x, x.shape.map(() => [1, 2] as [number, number]), 2.5),
  "pad with zeros": (x) => tf.pad(x, x.shape.map(() => [0, 1] as [number, number])),
  "two largest": (x) => tf.topk(x, 1).values,
  "places of the largest": (x) => tf.topk(x, 1).indices,
  flat: (x) => x.reshape([-1]),
  "a new axis": (x) => x.expandDims(-1),
  tile: (x) => tf.tile(x, x.shape.map(() => 2)),
  broadcast: (x) => tf.broadcastTo(x, [2, ...x.shape]),
  "slice of all but one": (x) => tf.slice(x, x.shape.map(() => 0), x.shape.map((n) => Math.max(0, n - 1))),
  "every other": (x) => tf.stridedSlice(x, x.shape.map(() => 0), x.shape, x.shape.map(() => 2)),
  "one hot": (x) => tf.oneHot(x as never, 3) as Tensor,
  "one hot of 2 and -1": (x) => tf.oneHot(x as never, 3, 2, -1, "int32") as Tensor,
  "to float32": (x) => x.cast("float32"),
  "to int32": (x) => x.cast("int32"),
  "to bool": (x) => x.cast("bool"),
  "einsum of one": (x) => tf.einsum(x.rank === 1 ? "i->" : "ij->i", x),
  sequences: (x) => tf.range(0, 3).add(tf.linspace(0, 1, 3)).add(tf.fill([3], x.rank)),
  parts: (x) => tf.stack(tf.unstack(x)),
  split: (x) => tf.concat(tf.split(x, [1, x.shape[0] - 1]).toReversed()),
};

/** Functions of two tensors of one shape. */
export const binary: Readonly<Record<string, (a: Tensor, b: Tensor) => Tensor>> = {
  ...Object.fromEntries(
    ("add sub mul div pow maximum minimum mod floorDiv atan2 squaredDifference divNoNan greater less greaterEqual " +
      "lessEqual equal notEqual logicalAnd logicalOr logicalXor prelu").split(" ").map((name) => [
        name,
        tf[name as "add"] as (a: Tensor, b: Tensor) => Tensor,
      ]),
  ),
  where: (a, b) => tf.where(a.cast("bool"), a, b),
  concat: (a, b) => tf.concat([a, b]),
  stack: (a, b) => tf.stack([a, b]),
  addN: (a, b) => tf.addN([a, b, a]),
  matMul: (a, b) => tf.matMul(a.reshape([1, -1]), b.reshape([-1, 1])),
  "matMul of a transposed": (a, b) => tf.matMul(a.reshape([-1, 1]), b.reshape([-1, 1]), true),
  outer: (a, b) => tf.einsum("i,j->ij", a.reshape([-1]), b.reshape([-1])),
  inner: (a, b) => tf.einsum("i,i->", a.reshape([-1]), b.reshape([-1])),
  "fused matMul": (a, b) =>
    tf.fused.matMul({
      a: a.reshape([1, -1]) as never,
      b: b.reshape([-1, 1]) as never,
      bias: tf.tensor1d([2]),
    }),
  "gather of sorted": (a, b) => tf.gather(a, tf.argMin(b, 0).expandDims(0) as never),
};

const four = () => tf.tensor1d([1, 2, 2, 1]) as Tensor;
/** Functions of a tensor of shape [2, 3] whose shapes do not fit. */
export const refused: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  "stack of other shapes": (x) => tf.stack([x, four()]),
  "stack of other types": (x) => tf.stack([x, x.toInt()]),
  "concat of other lengths": (x) => tf.concat([x, tf.ones([2, 2])], 0),
  "concat of other ranks": (x) => tf.concat([x, four()] as never, 0),
  "concat along an axis there is not": (x) => tf.concat([x, x], 2),
  "pad of too few axes": (x) => x.pad([[1, 0]]),
  "slice beyond the end": (x) => x.slice([0, 0], [2, 4]),
  "slice from beyond": (x) => x.slice([1, 0], [2, 3]),
  "slice from before": (x) => x.slice([-1, 0], [1, 3]),
  "slice of too many axes": (x) => x.slice([0, 0, 0], [1, 1, 1]),
  "reshape to another size": (x) => x.reshape([4]),
  "reshape to a fraction": (x) => x.reshape([-1, 4]),
  "matMul of other lengths": (x) => tf.matMul(x as never, x as never),
  "matMul with a vector": (x) => tf.matMul(x as never, four() as never),
  "matMul of other batches": () => tf.matMul(tf.ones([2, 2, 3]), tf.ones([3, 3, 2])),
  "dot of other lengths": (x) => tf.dot(four(), x),
  ...Object.fromEntries(
    ("add mul div maximum pow mod greater equal atan2 squaredDifference prelu").split(" ").map((name) => [
      `${name} of shapes that do not broadcast`,
      (x: Tensor) => tf[name as "add"](x, four()) as Tensor,
    ]),
  ),
  "logicalAnd of floats": (x) => tf.logicalAnd(x, x),
  "where of shapes that do not broadcast": (x) => tf.where(x.greater(0), four(), x),
  "broadcast to another shape": (x) => tf.broadcastTo(x, [3, 3]),
  "tile of too few axes": (x) => tf.tile(x, [2]),
  "transpose of too few axes": (x) => tf.transpose(x, [1]),
  "gather beyond the end": (x) => tf.gather(x, tf.tensor1d([0, 2], "int32")),
  "gather from before": (x) => tf.gather(x, tf.tensor1d([-1], "int32")),
  "gather at floats": (x) => tf.gather(x, tf.tensor1d([1]) as never),
  "gather along an axis there is not": (x) => tf.gather(x, tf.tensor1d([0], "int32"), 2),
  ...Object.fromEntries(
    ("sum mean max min prod argMax cumsum reverse unstack").split(" ").filter((name) => name !== "cumsum")
      .map((name) => [
        `${name} along an axis there is not`,
        (x: Tensor) => [tf[name as "sum"](x, 2)].flat()[0] as Tensor,
      ]),
  ),
  "split into unequal parts": (x) => tf.split(x, 2, 1)[0],
  "split into other lengths": (x) => tf.split(x, [1, 1], 1)[0],
  "topk of more than there are": (x) => tf.topk(x, 4).values,
  "expandDims behind the end": (x) => tf.expandDims(x, 4),
  "squeeze of a long axis": (x) => tf.squeeze(x, [0]),
  "einsum of other lengths": (x) => tf.einsum("ij,jk->ik", x, x),
  "softmax of the first axis": (x) => tf.softmax(x, 0),
  "addN of other shapes": (x) => tf.addN([x, four()]),
  "log of whole numbers": (x) => tf.log(x.toInt()),
};
