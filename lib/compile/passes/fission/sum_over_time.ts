import type { Lifted, Node, Value } from "../../ir/graph.ts";
import { mulSizes, sameShape } from "../../ir/size.ts";
import { Add, add, Div, div, Mul, mul, Sub, sub } from "../../ops/binary.ts";
import { MatMul, matmul, type MatMulAttrs } from "../../ops/matmul.ts";
import { ReduceSum, sum } from "../../ops/reduce.ts";
import { Reshape, reshape, Transpose, transpose } from "../../ops/shape.ts";
import { Neg, neg } from "../../ops/unary.ts";
import type { LoopBody } from "./body.ts";
import { times } from "./shift.ts";

/** The body as a sum over time sees it: values that are there already, and operands. */
interface SumContext {
  readonly body: LoopBody;
  /** Returns the value over all steps. */
  lift(value: Value): Lifted;
  /** Returns whether the value over all steps is there already, or comes out of a loop. */
  isGiven(value: Value): boolean;
}

/**
 * The sum of a value over all steps. It passes through linear operations: the sum of the products
 * A't Bt, which is what the gradient of a weight is, becomes one product over the rows of all
 * steps.
 */
export function sumOverTime(context: SumContext, value: Value): Value {
  const { body } = context;
  if (!body.varies(value)) return times(context.lift(value).value, body.length);
  if (!context.isGiven(value) && value.node) {
    const result = throughNode(context, value.node);
    if (result) return result;
  }
  const { value: all, stacked } = context.lift(value);
  return stacked ? sum(all, [0]) : times(all, body.length);
}

function throughNode(context: SumContext, node: Node): Value | undefined {
  const { body } = context, [output] = node.outputs, [a, b] = node.inputs;
  const over = (v: Value) => sumOverTime(context, v);
  const whole = node.inputs.every((i) => sameShape(i.shape, output.shape));
  switch (node.op) {
    case MatMul:
      return product(context, node as Node<MatMulAttrs>);
    case ReduceSum:
      return body.uses.get(a) === 1 ? sum(over(a), node.attrs.axes) : undefined;
    case Reshape:
      return reshape(over(a), output.shape);
    case Transpose:
      return transpose(over(a), node.attrs.perm);
    case Neg:
      return neg(over(a));
    case Add:
      return whole ? add(over(a), over(b)) : undefined;
    case Sub:
      return whole ? sub(over(a), over(b)) : undefined;
    case Mul:
      if (!body.varies(b) && sameShape(a.shape, output.shape)) return mul(over(a), context.lift(b).value);
      if (!body.varies(a) && sameShape(b.shape, output.shape)) return mul(context.lift(a).value, over(b));
      return undefined;
    case Div:
      return !body.varies(b) && sameShape(a.shape, output.shape)
        ? div(over(a), context.lift(b).value)
        : undefined;
  }
}

function product(
  context: SumContext,
  { inputs: [a, b], outputs: [output], attrs }: Node<MatMulAttrs>,
): Value | undefined {
  const { body, body: { length } } = context, { transposeA, transposeB } = attrs;
  if (a.shape.length !== 2 || b.shape.length !== 2) return undefined;
  if (!body.varies(b)) return matmul(sumOverTime(context, a), context.lift(b).value, transposeA, transposeB);
  if (!body.varies(a)) return matmul(context.lift(a).value, sumOverTime(context, b), transposeA, transposeB);
  const x = context.lift(a), y = context.lift(b);
  if (!x.stacked || !y.stacked) return undefined;
  // Both with the inner axis in front: time and inner axis fold into the rows of one product.
  const rows = mulSizes(length, transposeA ? a.shape[0] : a.shape[1]);
  const fold = (v: Value, swap: boolean, columns: Value["shape"][number]) =>
    reshape(swap ? transpose(v, [0, 2, 1]) : v, [rows, columns]);
  return matmul(
    fold(x.value, !transposeA, output.shape[0]),
    fold(y.value, transposeB, output.shape[1]),
    true,
    false,
  );
}
