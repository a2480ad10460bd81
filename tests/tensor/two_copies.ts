// A program that loads tfjs by itself, before or after the library, and uses both.
const [order] = Deno.args;
const load = {
  user: () => import("@tensorflow/tfjs"),
  library: () => import("../../lib/tensor/mod.ts"),
};
if (order === "user first") await load.user();
const { tf } = await load.library(), own = await load.user();
const scattered = (
  t: typeof own,
) => [
  ...t.tensorScatterUpdate(own.tensor1d([1, 2]), tf.tensor2d([[1]], [1, 1], "int32"), t.tensor1d([5]))
    .dataSync(),
];
console.log(JSON.stringify({
  isTensor: own.tensor(1) instanceof tf.Tensor,
  scattered: [scattered(own), scattered(tf)],
  gradient: [...own.grad((x) => tf.exp(x).mul(x).sum())(tf.tensor1d([0])).dataSync()],
}));
