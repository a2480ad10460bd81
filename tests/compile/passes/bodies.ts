import fc from "fast-check";
import { scan, trace } from "../../../lib/compile/mod.ts";
import type { Graph, Node } from "../../../lib/compile/ir/graph.ts";
import { optimise } from "../../../lib/compile/passes/mod.ts";
import { type HostArray, type Tensor, tf } from "../../../lib/tensor/mod.ts";
import { numbers } from "../differentiate.ts";

const H = 4, B = 3;
/** Parameters of the bodies below. */
export type Parameters = Record<string, Tensor>;
/** A loss of parameters and a sequence. */
export type Loss = (p: Parameters, x: Tensor) => Tensor;

/** Values of the parameters. */
export const parameters: Record<string, HostArray> = {
  W: numbers([H, H], -0.5, 0.5, 1),
  U: numbers([H, H], -0.5, 0.5, 2),
  V: numbers([H, H], -0.5, 0.5, 3),
  b: numbers([H], -0.5, 0.5, 4),
  h0: numbers([B, H], -0.5, 0.5, 5),
};

/** A sequence of the given length. */
export const sequence = (length: number): HostArray => numbers([length, B, H], -1, 1, length);

/** Axis names of (parameters, sequence). */
export const axes = [undefined, ["T", null, null]];

/** Bodies of every shape a loop can have. */
export const losses: Record<string, Loss> = {
  "a recurrent network": (p, x) => {
    const [h, ys] = scan(
      (h: Tensor, xt: Tensor) => {
        const next = tf.tanh(xt.matMul(p.U).add(h.matMul(p.W)).add(p.b));
        return [next, next.mul(next)];
      },
      p.h0,
      x,
    );
    return tf.sum(ys.mul(0.5)).add(tf.sum(h));
  },
  "a recurrent network from right to left": (p, x) => {
    const [, ys] = scan(
      (h: Tensor, xt: Tensor) => {
        const next = tf.softplus(xt.add(h).matMul(p.W).add(p.b));
        return [next, next];
      },
      p.h0,
      x,
      { reverse: true },
    );
    return tf.sum(ys.mul(ys));
  },
  "two cycles, a delay and an accumulator": (p, x) => {
    const init = { a: p.h0, b: p.h0.mul(0.5), z: p.h0, total: tf.scalar(0) as Tensor };
    const [last] = scan(
      ({ a, b, z, total }, xt: Tensor) => {
        const a2 = tf.tanh(a.matMul(p.W).add(xt)), b2 = tf.tanh(b.matMul(p.V).add(a2.mul(z)));
        return [
          { a: a2, b: b2, z: tf.sigmoid(xt) as Tensor, total: total.add(tf.sum(b2.mul(a))) as Tensor },
          null,
        ];
      },
      init,
      x,
    );
    return last.total;
  },
  "a chain whose states are scanned": (p, x) => {
    const [z, ys] = scan(
      (z: Tensor, xt: Tensor) => {
        const d = xt.sub(z.matMul(p.W).add(p.b));
        return [xt, tf.sum(d.mul(d), 1)];
      },
      p.h0,
      x,
    );
    return tf.sum(ys).add(tf.sum(z.mul(p.b)));
  },
  "a fixed carry, slices and a transposed product": (p, x) => {
    const [[, last], ys] = scan(
      ([k, h]: Tensor[], xt: Tensor) => {
        const q = tf.concat([tf.slice(h, [0, 0], [B, 2]), tf.slice(xt.mul(k), [0, 2], [B, 2])], 1);
        return [[k, tf.tanh(tf.matMul(q, p.W, false, true))], tf.sum(tf.exp(q.mul(0.1)))];
      },
      [tf.slice(p.U, [0, 0], [1, H]), p.h0],
      x,
    );
    return tf.sum(ys).add(tf.sum(last));
  },
  "a loop within a loop": (p, x) => {
    const [, ys] = scan(
      (h: Tensor, xt: Tensor) => {
        const [g] = scan(
          (q: Tensor, row: Tensor) => [tf.tanh(q.mul(row).add(p.b)), null],
          tf.sum(xt, 0),
          p.W,
        );
        const next = tf.tanh(h.matMul(p.V).add(g));
        return [next, tf.sum(next.mul(xt))];
      },
      p.h0,
      x,
    );
    return tf.sum(ys);
  },
  "an inner loop on the cycle": (p, x) => {
    const [h] = scan(
      (h: Tensor, xt: Tensor) => {
        const [g] = scan((q: Tensor, row: Tensor) => [tf.tanh(q.mul(row).add(xt)), null], h, p.W, {
          reverse: true,
        });
        return [g.mul(0.5), null];
      },
      p.h0,
      x,
    );
    return tf.sum(h);
  },
  "integers and booleans": (p, x) => {
    const init = { count: tf.scalar(0, "int32") as Tensor, was: tf.scalar(0).greater(1), z: p.h0 };
    const [last, ys] = scan(
      ({ count, was, z }: typeof init, xt: Tensor) => {
        const positive = tf.greater(tf.sum(xt), 0), row = p.U.gather(tf.mod(count, tf.scalar(H, "int32")));
        const next = tf.where(was, z.add(xt), z.mul(row)) as Tensor;
        return [
          { count: count.add(positive.cast("int32")), was: positive, z: next },
          next.mul(count.cast("float32")),
        ];
      },
      init,
      x,
    );
    return tf.sum(ys).add(tf.sum(last.z)).add(last.count.cast("float32"));
  },
  "running sums": (p, x) => {
    const init = { walk: p.h0, power: tf.scalar(1) as Tensor };
    const [last, ys] = scan(
      ({ walk, power }: typeof init, xt: Tensor) => {
        const next = walk.add(xt.matMul(p.W));
        return [
          { walk: next as Tensor, power: power.mul(0.9) as Tensor },
          tf.sin(walk).mul(power).add(tf.cos(next)),
        ];
      },
      init,
      x,
      { reverse: true },
    );
    return tf.sum(ys).add(tf.sum(last.walk)).add(last.power);
  },
};

/** The nodes of a function's graph after optimisation. */
export function optimised(
  fn: (...args: never[]) => unknown,
  args: unknown[],
  names?: unknown,
  fission = true,
): Graph {
  const { graph } = trace(fn, args, names);
  optimise(graph, { fission });
  return graph;
}

/** All nodes of a graph, inner ones included. */
export function allNodes(graph: Graph): Node[] {
  return graph.nodes.flatMap((n) => n.body ? [n, ...allNodes(n.body)] : [n]);
}

/** Names of a graph's operations in order, with bodies in brackets. */
export function outline(graph: Graph): string {
  return graph.nodes.map((n) => n.body ? `${n.op.name}(${outline(n.body)})` : n.op.name).join(" ");
}

/** Random bodies: each instruction makes a new value of values before it. */
export interface RandomBody {
  reverse: boolean;
  carries: number;
  instructions: { op: number; a: number; b: number }[];
  next: number[];
  collected: number[];
}

/** Arbitrary bodies with up to four carries. */
export const randomBody: fc.Arbitrary<RandomBody> = fc.integer({ min: 1, max: 4 }).chain((carries) =>
  fc.record({
    reverse: fc.boolean(),
    carries: fc.constant(carries),
    instructions: fc.array(fc.record({ op: fc.nat(17), a: fc.nat(99), b: fc.nat(99) }), {
      minLength: 1,
      maxLength: 14,
    }),
    next: fc.array(fc.nat(99), { minLength: carries, maxLength: carries }),
    collected: fc.array(fc.nat(99), { minLength: 0, maxLength: 3 }),
  })
);

/** The loss that a random body describes. */
export function lossOf({ reverse, carries, instructions, next, collected }: RandomBody): Loss {
  return (p, x) => {
    const init = Array.from(
      { length: carries },
      (_, k) => k === 2 ? tf.zeros([B, H]) : p.h0.mul(1 / (k + 1)),
    );
    const [last, ys] = scan(
      (state: Tensor[], xt: Tensor): [Tensor[], Tensor[]] => {
        const pool: Tensor[] = [...state, xt, p.h0];
        const pick = (i: number) => pool[i % pool.length];
        for (const { op, a, b } of instructions) pool.push(operations[op](pick(a), pick(b), p));
        return [next.map((i, k) => i % 5 === 0 ? state[k].add(pick(i)) : pick(i)), collected.map(pick)];
      },
      init,
      x,
      { reverse },
    );
    return [...last, ...ys].map((t, i) => tf.sum(tf.sin(t).mul(i + 1))).reduce((a, b) => a.add(b));
  };
}

const operations: ((a: Tensor, b: Tensor, p: Parameters) => Tensor)[] = [
  (a, b) => a.add(b),
  (a, b) => a.mul(b).mul(0.5),
  (a, b) => a.sub(b),
  (a) => tf.tanh(a),
  (a) => tf.sigmoid(a),
  (a, _b, p) => a.matMul(p.W),
  (a, _b, p) => tf.matMul(a, p.V, false, true),
  (a, b) => tf.matMul(tf.matMul(a, b, false, true), a).mul(0.1),
  (a, b) => tf.where(tf.greater(a, 0), a, b),
  (a, b) => tf.sum(a, 0).add(b),
  (a, b) => tf.max(a, 1, true).mul(b),
  (a, b) => tf.concat([tf.slice(a, [0, 0], [B, 1]), tf.slice(b, [0, 1], [B, H - 1])], 1),
  (a) => tf.cumsum(a, 1).mul(0.3),
  (a, b) => tf.gather(a, tf.argMax(b, 1).cast("int32"), 1).slice([0, 0], [B, B]).pad([[0, 0], [0, H - B]]),
  (_a, _b, p) => p.b.add(p.h0),
  (a) => tf.reverse(tf.reshape(tf.transpose(a), [B, H]), 1),
  (a, b) => tf.unstack(a, 1)[1].reshape([B, 1]).mul(b),
  (a, b, p) => scan((q: Tensor, row: Tensor) => [tf.tanh(q.mul(row).add(b)), null], a, p.U)[0],
];
