/** The operations that programs are grown from. @module */
import { broadcastShapes, type Tensor } from "../../lib/tensor/mod.ts";
import type { Draft, Growth } from "./growth.ts";
import { loops } from "./operations_loops.ts";
import { shapes } from "./operations_shapes.ts";

/** An operation: makes an expression of values there are. Undefined where no value fits. */
export interface Operation {
  readonly name: string;
  /** Its share among all (default 1). */
  readonly weight?: number;
  make(g: Growth): Draft | undefined;
}

const fits = (a: Tensor) => (b: Tensor): boolean => {
  try {
    return broadcastShapes(a.shape, b.shape).length <= 4;
  } catch {
    return false;
  }
};

const unary = (
  name: string,
  test: (x: Tensor) => boolean = ({ dtype }) => dtype === "float32",
): Operation => ({
  name,
  make: (g) => {
    const x = g.value(test);
    return x && { text: `${name}(${x.name})` };
  },
});
const isNumber = ({ dtype }: Tensor) => dtype !== "bool", anything = () => true;

/** An operation of two values that broadcast, the second one now and then a number. */
const binary = (name: string, test: (x: Tensor) => boolean = isNumber, numbers = true): Operation => ({
  name,
  make: (g) => {
    const a = g.value(test);
    if (!a) return undefined;
    if (numbers && g.chance(25)) return { text: `${name}(${a.name}, ${g.number()})` };
    const b = g.value((x) => test(x) && (x.dtype === a.tensor.dtype || g.chance(5)) && fits(a.tensor)(x));
    return b && { text: `${name}(${a.name}, ${b.name})` };
  },
});
const isFloat = ({ dtype }: Tensor) => dtype === "float32", isInt = ({ dtype }: Tensor) => dtype === "int32";
const isBool = ({ dtype }: Tensor) => dtype === "bool";

const elementwise: Operation[] = [
  ...["abs", "neg", "square", "sign", "relu"].map((n) => unary(`tf.${n}`, isNumber)),
  ...["exp", "log", "expm1", "log1p", "sqrt", "rsqrt", "reciprocal", "floor", "ceil", "round"].map((n) =>
    unary(`tf.${n}`)
  ),
  ...["sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh"].map((
    n,
  ) => unary(`tf.${n}`)),
  ...["sigmoid", "softplus", "logSigmoid", "relu6", "elu", "selu", "erf", "step"].map((n) =>
    unary(`tf.${n}`)
  ),
  ...["isNaN", "isInf", "isFinite"].map((n) => unary(`tf.${n}`, anything)),
  ...["onesLike", "zerosLike"].map((n) => unary(`tf.${n}`, anything)),
  unary("tf.logicalNot", isBool),
  ...["add", "sub", "mul", "maximum", "minimum", "squaredDifference"].map((n): Operation => ({
    ...binary(`tf.${n}`),
    weight: 3,
  })),
  { ...binary("tf.div", isFloat), weight: 3 },
  ...["pow", "mod", "floorDiv", "divNoNan", "atan2"].map((n) => binary(`tf.${n}`, isFloat)),
  ...["equal", "notEqual", "less", "lessEqual", "greater", "greaterEqual"].map((n) => binary(`tf.${n}`)),
  ...["logicalAnd", "logicalOr", "logicalXor"].map((n) => binary(`tf.${n}`, isBool, false)),
  {
    name: "whole division",
    make: (g) => {
      const a = g.value(isInt), b = a && g.value((x) => isInt(x) && fits(a.tensor)(x));
      // Whole numbers are never divided by zero.
      return b &&
        { text: `tf.${g.pick(["floorDiv", "mod", "div"])}(${a!.name}, tf.maximum(tf.abs(${b.name}), 1))` };
    },
  },
  {
    name: "tf.where",
    weight: 4,
    make: (g) => {
      const a = g.value(), b = a && g.value((x) => x.dtype === a.tensor.dtype && fits(a.tensor)(x));
      const c = b && g.value((x) => isBool(x) && fits(a!.tensor)(x) && fits(b.tensor)(x));
      return c && { text: `tf.where(${c.name}, ${a!.name}, ${b!.name})` };
    },
  },
  {
    name: "tf.clipByValue",
    make: (g) => {
      const x = g.float();
      return x &&
        {
          text: `tf.clipByValue(${x.name}, ${g.pick(["-1", "0", "-Infinity"])}, ${
            g.pick(["0", "1.5", "Infinity"])
          })`,
        };
    },
  },
  {
    name: "tf.leakyRelu",
    make: (g) => {
      const x = g.float();
      return x && { text: `tf.leakyRelu(${x.name}, ${g.pick(["0.2", "0", "1.5"])})` };
    },
  },
  {
    name: "tf.prelu",
    make: (g) => {
      const x = g.float(), a = x && g.float((y) => y.rank <= x.tensor.rank && fits(x.tensor)(y));
      // tfjs has 0 where a slope that is not finite meets 0.
      return a && { text: `tf.prelu(${x!.name}, tf.where(tf.isFinite(${a.name}), ${a.name}, 0))` };
    },
  },
  {
    name: "tf.cast",
    weight: 2,
    make: (g) => {
      const x = g.value();
      return x && { text: `tf.cast(${x.name}, "${g.pick(["float32", "int32", "bool"])}")` };
    },
  },
  { ...unary("stopGradient"), weight: 0.5 },
  {
    name: "constant",
    make: (g) => {
      const x = g.float();
      if (!x) return undefined;
      return g.chance(50)
        ? { text: `tf.fill([${x.tensor.shape}], ${g.number()})` }
        : { text: `tf.scalar(${g.number()})` };
    },
  },
];

/** A special function of one value, which is put into the domain that is documented. */
const special = (name: string, domain: (x: string) => string = (x) => x): Operation => ({
  name: `special.${name}`,
  make: (g) => {
    const x = g.float();
    return x && { text: `special.${name}(${domain(x.name)})` };
  },
});
const positive = (x: string) => `tf.abs(${x})`, unit = (x: string) => `tf.sigmoid(${x})`;
const pair = (name: string, first = (x: string) => x, second = first): Operation => ({
  name: `special.${name}`,
  make: (g) => {
    const a = g.float(), b = a && g.float(fits(a.tensor));
    return b && { text: `special.${name}(${first(a!.name)}, ${second(b.name)})` };
  },
});
const specials: Operation[] = [
  ...["lgamma", "digamma", "erf", "erfc", "erfinv", "normalCdf", "logNormalCdf", "expm1", "log1p"].map((n) =>
    special(n)
  ),
  ...["logSigmoid", "softplus", "sinPi", "tanPi", "logsumexp"].map((n) => special(n)),
  ...["lgamma", "digamma", "lgammaCorrection", "digammaCorrection"].map((n) => special(n, positive)),
  special("erfcxAbove1", (x) => `tf.add(1, tf.abs(${x}))`),
  special("log1mexp", (x) => `tf.neg(tf.abs(${x}))`),
  special("normalIcdf", unit),
  special("logit", unit),
  special("multivariateBetaln", (x) => `tf.add(0.5, tf.abs(tf.reshape(${x}, [-1])))`),
  {
    name: "special.polygamma",
    make: (g) => {
      const x = g.float();
      return x && { text: `special.polygamma(${g.int(1, 3)}, ${positive(x.name)})` };
    },
  },
  pair("xlogy", undefined, positive),
  pair("xlog1py", undefined, positive),
  pair("betaln", positive),
  pair("digammaDifference", positive),
  pair("logRatio", positive),
  pair("itakuraSaito", positive),
  pair("sigmoidCrossEntropy", undefined, unit),
];

/** Every operation. */
export const operations: readonly Operation[] = [...elementwise, ...specials, ...shapes, ...loops];
