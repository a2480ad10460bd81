import assert from "node:assert/strict";
import { compile } from "../../lib/compile/mod.ts";
import { bidirectional, gru, lstm, ragged, rnn } from "../../lib/nn/mod.ts";
import { type Key, random, type Tensor, tf, toTensor } from "../../lib/tensor/mod.ts";
import { agrees, filled, reference, tree } from "./reference.ts";

type Layer = {
  init(key: Key): any;
  apply(params: any, x: Tensor, direction?: any): Tensor | { hidden: Tensor; cell: Tensor };
};
const layers: Record<string, (input: number, hidden: number) => Layer> = { gru, lstm, rnn };

/** The states with those behind the ends of sequences set to 0, as the files have them. */
function run(
  masked: Tensor,
  result: Tensor | { hidden: Tensor; cell: Tensor },
): Record<string, Tensor> {
  return result instanceof tf.Tensor
    ? { states: result.mul(masked) }
    : { states: result.hidden.mul(masked), cells: result.cell.mul(masked) };
}

for (const c of reference.recurrent) {
  const towards = c.reverse ? "from right to left" : "from left to right";
  Deno.test(`${c.layer}() agrees with PyTorch over sequences of different lengths, ${towards}`, async () => {
    const steps = Math.max(...c.lengths), lanes = c.lengths.length, { input, hidden } = c;
    const { first, last, mask } = ragged(
      c.lengths.map((n: number) => Array.from({ length: n }, () => Array(input).fill(1))),
    );
    const layer = layers[c.layer](input, hidden), names = c.tensors.map(([name]: [string]) => name);
    await agrees(
      (
        x: Tensor,
        initial: Tensor,
        initialCell: Tensor,
        restart: Tensor,
        mask: Tensor,
        ...tensors: Tensor[]
      ) =>
        run(
          mask.cast("float32").expandDims(-1),
          layer.apply(tree(names, tensors), x, { reverse: c.reverse, restart, initial, initialCell }),
        ),
      [
        filled([steps, lanes, input], 10, 1),
        filled([hidden], 20, 0.5),
        filled([hidden], 21, 0.5),
        c.reverse ? last : first,
        mask,
        ...c.tensors.map(([, shape]: [string, number[]], k: number) => filled(shape, k, 0.9)),
      ],
      c.cells ? { states: c.states, cells: c.cells } : { states: c.states },
    );
  });
}

for (const [name, make] of Object.entries(layers)) {
  Deno.test(`${name}() gives sequences end to end in one lane what it gives them in lanes of their own`, () => {
    const sequences = [[[1], [-2], [0.5]], [[2], [1]], [[3]]];
    const layer = make(1, 2), params = layer.init(random.key(3));
    const states = (pack: boolean, reverse: boolean) => {
      const { values, first, last, places } = ragged(sequences, { pack });
      const result = layer.apply(params, toTensor(values), {
        reverse,
        restart: toTensor(reverse ? last : first),
        initial: tf.tensor1d([0.3, -0.1]),
      });
      const all = (result instanceof tf.Tensor ? result : result.hidden).arraySync() as number[][][];
      return places.map(({ lane, start, length }) =>
        all.slice(start, start + length).map((row) => row[lane])
      );
    };
    for (const reverse of [false, true]) {
      const own = states(false, reverse).flat(2), packed = states(true, reverse).flat(2);
      own.forEach((v, i) => assert.ok(Math.abs(v - packed[i]) < 1e-6, `state ${i}: ${packed[i]}, not ${v}`));
    }
  });

  Deno.test(`${name}() starts with PyTorch's names, shapes and bounds`, () => {
    const params = make(3, 16).init(random.key(1)), gates = { rnn: 1, gru: 3, lstm: 4 }[name]!;
    assert.deepEqual(Object.fromEntries(Object.entries(params).map(([k, v]) => [k, (v as Tensor).shape])), {
      weight_ih_l0: [gates * 16, 3],
      weight_hh_l0: [gates * 16, 16],
      bias_ih_l0: [gates * 16],
      bias_hh_l0: [gates * 16],
    });
    const all = Object.values(params).flatMap((v) => [...(v as Tensor).dataSync()]);
    assert.ok(all.every((v) => Math.abs(v) <= 0.25) && Math.max(...all) > 0.23 && Math.min(...all) < -0.23);
  });

  Deno.test(`${name}() throws on sizes and inputs that do not fit`, () => {
    assert.throws(() => make(0, 2), {
      message: `Cannot make ${name}: inputSize is 0, expected a positive integer`,
    });
    assert.throws(() => make(2, 1.5), {
      message: `Cannot make ${name}: hiddenSize is 1.5, expected a positive integer`,
    });
    const layer = make(2, 3), params = layer.init(random.key(0));
    assert.throws(() => layer.apply(params, tf.ones([4, 2])), {
      message: `Cannot run ${name}: the input has shape [4,2], expected [time, batch, 2]`,
    });
    assert.throws(() => layer.apply(params, tf.ones([4, 1, 3])), {
      message: `Cannot run ${name}: the input has shape [4,1,3], expected [time, batch, 2]`,
    });
  });

  Deno.test(`${name}() is one graph for every number of steps and sequences`, async () => {
    const layer = make(2, 3), params = layer.init(random.key(2));
    const last = (x: Tensor): Tensor => {
      const result = layer.apply(params, x, { reverse: true });
      return result instanceof tf.Tensor ? result as Tensor : result.hidden;
    };
    const compiled = compile(last, { axes: [["T", "B", null]] });
    for (const shape of [[1, 1, 2], [7, 3, 2], [30, 2, 2]]) {
      const x = random.normal(random.key(5), shape), expected = last(x).dataSync();
      const found = (await compiled(x)).dataSync();
      found.forEach((v, i) =>
        assert.ok(Math.abs(v - expected[i]) < 1e-5, `${shape}: ${v}, not ${expected[i]}`)
      );
    }
    await compiled.release();
  });
}

Deno.test("a NaN in one sequence stays there", () => {
  const layer = gru(1, 2), params = layer.init(random.key(0));
  const states = layer.apply(params, tf.tensor3d([[[NaN], [1]], [[1], [1]]])).arraySync() as number[][][];
  assert.ok(states.every((row) => row[0].every(Number.isNaN) && row[1].every(Number.isFinite)));
});

for (const c of reference.bidirectional) {
  Deno.test(`bidirectional(${c.layer}()) agrees with PyTorch on packed sequences`, async () => {
    const { first, last, mask } = ragged(
      c.lengths.map((n: number) => Array.from({ length: n }, () => Array(c.input).fill(1))),
    );
    const reader = bidirectional(layers[c.layer](c.input, c.hidden)),
      names = c.tensors.map(([n]: [string]) => n);
    assert.deepEqual(Object.keys(reader.init(random.key(0))), names);
    await agrees(
      (x: Tensor, first: Tensor, last: Tensor, mask: Tensor, ...tensors: Tensor[]) => ({
        states: reader.apply(tree(names, tensors), x, { first, last }).mul(
          mask.cast("float32").expandDims(-1),
        ),
      }),
      [
        filled([Math.max(...c.lengths), c.lengths.length, c.input], 10, 1),
        first,
        last,
        mask,
        ...c.tensors.map(([, shape]: [string, number[]], k: number) => filled(shape, k, 0.9)),
      ],
      { states: c.states },
    );
  });
}

Deno.test("bidirectional() starts both directions with values of their own", () => {
  const params = bidirectional(gru(2, 3)).init(random.key(0));
  assert.notDeepEqual([...params.weight_ih_l0.dataSync()], [...params.weight_ih_l0_reverse.dataSync()]);
});
