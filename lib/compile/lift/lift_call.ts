import type { Primitive, Tensor } from "../../tensor/mod.ts";
import { currentGraph, Graph, type Lifted, type Node, type Value, withGraph } from "../ir/graph.ts";
import type { Size } from "../ir/size.ts";
import { Call } from "../ops/call.ts";
import { call } from "../trace/primitive_call.ts";
import { sum } from "../ops/reduce.ts";
import { tensorOf, valueOf } from "../trace/tensors.ts";
import { liftGraph, type Lifting, liftsBody } from "./lift_node.ts";

/** Lifts the call of a primitive: to a primitive again, which keeps the derivative rule. */
function liftCall({ length, of }: Lifting, { inputs, attrs }: Node<{ primitive: Primitive }>): Value[] {
  const lifted = inputs.map(of);
  const primitive = batched(attrs.primitive, lifted.map((l) => l.stacked), length);
  return [call(primitive, lifted.map((l) => l.value))];
}

const known = new WeakMap<Primitive, Map<string, Primitive>>();

/** Returns the primitive of batches for inputs with the leading axis; the same one each time. */
function batched(primitive: Primitive, stacked: readonly boolean[], length: Size): Primitive {
  let variants = known.get(primitive);
  if (!variants) known.set(primitive, variants = new Map());
  const key = `${stacked} ${length}`;
  let variant = variants.get(key);
  if (!variant) variants.set(key, variant = define(primitive, stacked, length));
  return variant;
}

function define(primitive: Primitive, stacked: readonly boolean[], length: Size): Primitive {
  return {
    name: primitive.name,
    forward: (...inputs) => overMembers((...of) => [primitive.forward(...of)], inputs, stacked, length)[0]!,
    vjp(cotangent, output, ...inputs) {
      const flags = [true, true, ...stacked];
      const rule = ([ct, out, ...of]: Tensor[]) => primitive.vjp(ct, out, ...of);
      const cotangents = overMembers((...of) => rule(of), [cotangent, output, ...inputs], flags, length);
      // What is the same for all members gets the sum of what flows back from each.
      return cotangents.map((ct, i) => ct && (stacked[i] ? ct : tensorOf(sum(valueOf(ct), [0]))));
    },
  };
}

/** Applies a function to each member of a batch, all at once. */
function overMembers(
  fn: (...tensors: Tensor[]) => (Tensor | undefined)[],
  tensors: readonly Tensor[],
  stacked: readonly boolean[],
  length: Size,
): (Tensor | undefined)[] {
  const body = new Graph(currentGraph()), inputs = new Map<Value, Lifted>();
  const results = withGraph(body, () =>
    fn(...tensors.map((tensor, i) => {
      const value = valueOf(tensor);
      if (!stacked[i]) return tensor;
      const member = body.input(value.shape.slice(1), value.dtype);
      inputs.set(member, { value, stacked: true });
      return tensorOf(member);
    })));
  const found = results.filter((result) => result !== undefined);
  body.outputs = withGraph(body, () => found.map(valueOf));
  const lifted = liftGraph(body, inputs, length);
  let next = 0;
  return results.map((result) => result && tensorOf(lifted[next++]));
}

liftsBody(Call, liftCall);
