/** Operations that move numbers about, add them up and multiply matrices. @module */
import type { Tensor } from "../../lib/tensor/mod.ts";
import type { Draft, Growth } from "./growth.ts";
import type { Operation } from "./operations.ts";

const isFloat = ({ dtype }: Tensor) => dtype === "float32", isInt = ({ dtype }: Tensor) => dtype === "int32";
const hasAxes = ({ rank }: Tensor) => rank > 0,
  isMatrix = ({ rank, dtype }: Tensor) => rank >= 2 && dtype === "float32";
const sameShape = (a: Tensor) => (b: Tensor) => a.dtype === b.dtype && a.shape.join() === b.shape.join();

/** An operation on one value that has a property. */
const on = (
  name: string,
  fits: (x: Tensor) => boolean,
  write: (x: string, tensor: Tensor, g: Growth) => string | Draft | undefined,
  weight = 1,
): Operation => ({
  name,
  weight,
  make: (g) => {
    const x = g.value(fits);
    const found = x && write(x.name, x.tensor, g);
    return typeof found === "string" ? { text: found } : found;
  },
});

/** Some axes, or all of them. */
function axes(x: Tensor, g: Growth): string {
  if (x.rank === 0 || g.chance(20)) return "undefined";
  if (g.chance(60)) return String(g.axis(x));
  const some = x.shape.map((_, i) => i).filter(() => g.chance(60));
  return some.length ? `[${some}]` : "undefined";
}
const reduction = (name: string, fits: (x: Tensor) => boolean, weight = 1): Operation =>
  on(`tf.${name}`, fits, (x, t, g) => `tf.${name}(${x}, ${axes(t, g)}, ${g.chance(30)})`, weight);
const isFilled = ({ size }: Tensor) => size > 0;

const factors = (n: number, g: Growth): number[] => {
  const shape: number[] = [];
  for (let left = n, rank = g.int(0, 3); rank >= 0; rank--) {
    const divisors = Array.from({ length: left }, (_, i) => i + 1).filter((d) => left % d === 0);
    const next = rank === 0 ? left : g.pick(divisors);
    shape.push(next);
    left /= next;
  }
  return shape;
};

/** Operations of shape, reductions, indexing and products. */
export const shapes: readonly Operation[] = [
  reduction("sum", (x) => x.dtype !== "bool" || true, 3),
  reduction("mean", (x) => isFloat(x) && isFilled(x), 2),
  reduction("max", (x) => isFilled(x) && x.dtype !== "bool", 2),
  reduction("min", (x) => isFilled(x) && x.dtype !== "bool"),
  reduction("prod", isFloat),
  reduction("logSumExp", (x) => isFloat(x) && isFilled(x)),
  reduction("all", ({ dtype }) => dtype === "bool"),
  reduction("any", ({ dtype }) => dtype === "bool"),
  on("tf.softmax", (x) => isFloat(x) && hasAxes(x) && isFilled(x), (x) => `tf.softmax(${x})`),
  on("tf.logSoftmax", (x) => isFloat(x) && hasAxes(x) && isFilled(x), (x) => `tf.logSoftmax(${x})`),
  on(
    "tf.argMax",
    (x) => hasAxes(x) && isFilled(x) && x.dtype !== "bool",
    (x, t, g) => `tf.${g.pick(["argMax", "argMin"])}(${x}, ${g.axis(t)})`,
  ),
  on("tf.topk", (x) => hasAxes(x) && isFilled(x) && isFloat(x), (x, t, g) => {
    const k = g.int(1, t.shape.at(-1)!);
    return `tf.topk(${x}, ${k}).${g.pick(["values", "indices"])}`;
  }),
  on(
    "tf.cumsum",
    (x) => hasAxes(x) && x.dtype !== "bool",
    (x, t, g) => `tf.cumsum(${x}, ${g.int(0, t.rank - 1)}, ${g.chance(50)}, ${g.chance(50)})`,
  ),
  on("tf.reshape", isFilled, (x, t, g) => `tf.reshape(${x}, [${factors(t.size, g)}])`, 2),
  on("tf.transpose", (x) => x.rank > 1, (x, t, g) => {
    const perm = t.shape.map((_, i) => i);
    for (let i = perm.length - 1; i > 0; i--) {
      const k = g.int(0, i);
      [perm[i], perm[k]] = [perm[k], perm[i]];
    }
    return `tf.transpose(${x}, [${perm}])`;
  }, 2),
  on("tf.expandDims", ({ rank }) => rank < 4, (x, { rank }, g) => `tf.expandDims(${x}, ${g.int(0, rank)})`),
  on("tf.squeeze", ({ shape }) => shape.includes(1), (x) => `tf.squeeze(${x})`),
  on("tf.reverse", hasAxes, (x, t, g) => `tf.reverse(${x}, ${g.axis(t)})`),
  on("tf.slice", hasAxes, (x, { shape }, g) => {
    const begin = shape.map((s) => g.int(0, s)),
      size = shape.map((s, i) => g.chance(20) ? -1 : g.int(0, s - begin[i]));
    return `tf.slice(${x}, [${begin}], [${size}])`;
  }, 2),
  on("tf.stridedSlice", (x) => hasAxes(x) && isFilled(x), (x, { shape }, g) => {
    const steps = shape.map(() => g.pick([1, 1, 2, 3, -1, -2]));
    const begin = shape.map((s, i) => steps[i] > 0 ? g.int(0, s - 1) : s - 1),
      end = shape.map((s, i) => steps[i] > 0 ? s : -s - 1);
    return `tf.stridedSlice(${x}, [${begin}], [${end}], [${steps}])`;
  }),
  on("tf.pad", (x) => hasAxes(x) && x.dtype !== "bool", (x, { shape, dtype }, g) => {
    const paddings = shape.map(() => `[${g.int(0, 2)}, ${g.int(0, 1)}]`);
    return `tf.pad(${x}, [${paddings.join(", ")}], ${dtype === "int32" ? g.int(0, 2) : g.number()})`;
  }),
  on("tf.tile", hasAxes, (x, { shape }, g) => `tf.tile(${x}, [${shape.map(() => g.int(1, 2))}])`),
  on(
    "tf.broadcastTo",
    ({ shape }) => shape.length < 4 && (shape.length === 0 || shape.includes(1)),
    (x, { shape }, g) => {
      const wide = shape.map((s) => s === 1 ? g.pick([1, 2, 3, 0]) : s);
      return `tf.broadcastTo(${x}, [${g.chance(50) ? [g.int(1, 2), ...wide] : wide}])`;
    },
  ),
  on("tf.split", ({ shape }) => shape.some((s) => s > 1), (x, { shape }, g) => {
    const axis = shape.findIndex((s) => s > 1), first = g.int(1, shape[axis] - 1);
    return { text: `tf.split(${x}, [${first}, ${shape[axis] - first}], ${axis})`, count: 2 };
  }),
  on("tf.unstack", ({ shape }) => shape.some((s) => s === 2 || s === 3), (x, { shape }) => {
    const axis = shape.findIndex((s) => s === 2 || s === 3);
    return { text: `tf.unstack(${x}, ${axis})`, count: shape[axis] };
  }),
  {
    name: "tf.concat",
    weight: 2,
    make: (g) => {
      const a = g.value(hasAxes);
      if (!a) return undefined;
      const axis = g.int(0, a.tensor.rank - 1), rest = (x: Tensor) => x.shape.with(axis, 0).join();
      const b = g.value((x) =>
        x.rank === a.tensor.rank && x.dtype === a.tensor.dtype && rest(x) === rest(a.tensor)
      )!;
      return { text: `tf.concat([${g.chance(50) ? [a.name, b.name] : [b.name, a.name, b.name]}], ${axis})` };
    },
  },
  {
    name: "tf.stack",
    make: (g) => {
      const a = g.value(({ rank }) => rank < 4), b = a && g.value(sameShape(a.tensor));
      return b && { text: `tf.stack([${a!.name}, ${b.name}], ${g.int(0, a!.tensor.rank)})` };
    },
  },
  {
    name: "tf.gather",
    weight: 3,
    make: (g) => {
      const x = g.value((t) => hasAxes(t) && isFilled(t));
      if (!x) return undefined;
      const axis = g.int(0, x.tensor.rank - 1), last = x.tensor.shape[axis] - 1;
      const indices = g.chance(60)
        ? g.value((t) => isInt(t) && t.rank <= 2 && t.rank + x.tensor.rank <= 4)
        : undefined;
      const list = Array.from({ length: g.int(0, 4) }, () => g.int(0, last));
      const at = indices ? `tf.clipByValue(${indices.name}, 0, ${last})` : `tf.tensor1d([${list}], "int32")`;
      return { text: `tf.gather(${x.name}, ${at}, ${axis})` };
    },
  },
  on("tf.oneHot", (x) => isInt(x) && x.rank < 3, (x, _t, g) => `tf.oneHot(${x}, ${g.int(1, 4)})`),
  {
    name: "tf.matMul",
    weight: 4,
    make: (g) => {
      const a = g.value(isMatrix);
      if (!a) return undefined;
      const left = g.chance(30), right = g.chance(30), k = a.tensor.shape.at(left ? -2 : -1)!;
      const b = g.value((x) =>
        isMatrix(x) && x.shape.at(right ? -1 : -2) === k &&
        (x.rank === 2 || a.tensor.rank === 2 || x.rank === a.tensor.rank)
      );
      return b && { text: `tf.matMul(${a.name}, ${b.name}, ${left}, ${right})` };
    },
  },
  {
    name: "tf.dot",
    make: (g) => {
      const a = g.float(({ rank }) => rank === 1 || rank === 2);
      const b = a && g.float((x) => (x.rank === 1 || x.rank === 2) && x.shape[0] === a.tensor.shape.at(-1));
      return b && { text: `tf.dot(${a!.name}, ${b.name})` };
    },
  },
  {
    name: "tf.einsum",
    make: (g) => {
      const a = g.float(({ rank }) => rank === 2),
        b = a && g.float((x) => x.rank === 2 && x.shape[0] === a.tensor.shape[1]);
      return b &&
        { text: `tf.einsum("ij,jk->${g.pick(["ik", "ki", "ijk"])}", ${a!.name}, ${b.name})` };
    },
  },
  {
    name: "linalg",
    weight: 2,
    make: (g) => {
      const x = g.float(({ rank, shape }) =>
        rank >= 2 && rank <= 3 && shape.at(-1) === shape.at(-2) && shape.at(-1)! > 0
      );
      if (!x) return undefined;
      // A positive definite matrix of it, and a lower triangle whose diagonal is not zero.
      const definite = `tf.add(tf.matMul(${x.name}, ${x.name}, false, true), tf.eye(${
        x.tensor.shape.at(-1)
      }))`;
      const triangle = `linalg.cholesky(${definite})`;
      return {
        text: g.pick([
          `linalg.tril(${x.name}, ${g.int(-1, 1)})`,
          `linalg.triu(${x.name}, ${g.int(-1, 1)})`,
          `linalg.diagonal(${x.name})`,
          `linalg.transposeMatrix(${x.name})`,
          triangle,
          `linalg.logDet(${definite})`,
          `linalg.triangularSolve(${triangle}, ${x.name})`,
        ]),
      };
    },
  },
  {
    name: "linalg.matvec",
    make: (g) => {
      const m = g.float(({ rank }) => rank === 2),
        y = m && g.float((t) => t.rank === 1 && t.shape[0] === m.tensor.shape[1]);
      return y &&
        {
          text: g.chance(70) ? `linalg.matvec(${m!.name}, ${y.name})` : `linalg.outer(${y.name}, ${y.name})`,
        };
    },
  },
  on("linalg.diagEmbed", (x) => isFloat(x) && x.rank === 1 && isFilled(x), (x) => `linalg.diagEmbed(${x})`),
];
