import assert from "node:assert/strict";
import fc from "fast-check";
import { grad } from "../../lib/compile/mod.ts";
import { conditionalMade, made, type MadeOptions } from "../../lib/nn/mod.ts";
import { module, seed, trace } from "../../lib/ppl/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { agrees, filled, reference, tree } from "./reference.ts";

const rows = ({ data, shape }: { data: ArrayLike<number>; shape: number[] }): number[][] =>
  Array.from({ length: shape[0] }, (_, r) => Array.from(data).slice(r * shape[1], (r + 1) * shape[1]));

for (const c of reference.made) {
  const { inputDim, contextDim, hiddenDims, permutation, paramDims, skip } = c;
  const options: MadeOptions = { permutation, paramDims, skipConnections: skip, nonlinearity: "tanh" };
  const label = `${contextDim ? "conditionalMade" : "made"}(${inputDim}, [${hiddenDims}])`;
  const net = contextDim
    ? conditionalMade(inputDim, contextDim, hiddenDims, options)
    : made(inputDim, hiddenDims, options);

  Deno.test(`${label} has the masks, names and shapes of Pyro's`, () => {
    assert.deepEqual(net.masks.layers.map(rows), c.masks);
    assert.deepEqual(rows(net.masks.skip), c.maskSkip);
    const model = seed(() => module("arn", net), random.key(0));
    const sites = trace(model).get().params();
    const names = Object.keys(sites).map((name) => name.replace(/^arn\./, "").replace(/\[(\d+)\]/g, ".$1"));
    assert.deepEqual(names.sort(), c.tensors.map(([name]: [string]) => name).sort());
    for (const [name, shape] of c.tensors as [string, number[]][]) {
      assert.deepEqual(sites[`arn.${name.replace(/\.(\d+)/, "[$1]")}`].shape, shape);
    }
  });

  Deno.test(`${label} agrees with Pyro's`, async () => {
    const names = c.tensors.map(([name]: [string]) => name), expected: Record<string, unknown> = {};
    c.results.forEach((result: unknown, i: number) => expected[`result ${i}`] = result);
    // Pyro gives a single result without the list around it, ours is always a list.
    await agrees(
      (x: Tensor, context: Tensor, ...tensors: Tensor[]) => {
        const apply = net.apply as (p: any, ...x: Tensor[]) => Tensor[];
        const results = apply(tree(names, tensors), x, ...contextDim ? [context] : []);
        return Object.fromEntries(results.map((result, i) => [`result ${i}`, result]));
      },
      [
        filled([2, inputDim], 10, 1),
        filled([contextDim || 1], 20, 1),
        ...c.tensors.map(([, shape]: [string, number[]], k: number) => filled(shape, k, 0.8)),
      ],
      expected,
    );
  });
}

Deno.test("made() rounds the degrees of hidden units as PyTorch does", () => {
  for (const { inputDim, hidden, degrees } of reference.degrees) {
    // A unit of degree d sees the first d variables.
    const found = rows(made(inputDim, [hidden]).masks.layers[0]).map((row) => row.reduce((a, b) => a + b, 0));
    assert.deepEqual(found, degrees, `${inputDim} variables, ${hidden} units`);
  }
});

Deno.test("made() takes degrees: a unit of degree d sees the first d variables, and only results of others see it", () => {
  const permutation = [2, 0, 1], degrees = [[2, 0, 3, 1]];
  const net = made(3, [4], { permutation, degrees, paramDims: [1] }),
    [first, last] = net.masks.layers.map(rows);
  assert.deepEqual(first, [[1, 0, 1], [0, 0, 0], [1, 1, 1], [0, 0, 1]]);
  assert.deepEqual(last, [[0, 1, 0, 1], [1, 1, 0, 1], [0, 1, 0, 0]]);
  assert.deepEqual(net.degrees, degrees);
  assert.deepEqual(made(3, [4]).degrees, [[1, 1, 2, 2]]);
  assert.deepEqual(made(3, [4], { degrees: [[1, 1, 2, 2]] }).masks, made(3, [4]).masks);
  assert.deepEqual(conditionalMade(3, 2, [4]).degrees, [[0, 1, 1, 2]]);
});

Deno.test("made() lets a result depend on the variables before it alone, whatever their order", () => {
  const networks = fc.integer({ min: 2, max: 5 }).chain((size) =>
    fc.record({
      permutation: fc.shuffledSubarray([...Array(size).keys()], { minLength: size, maxLength: size }),
      degrees: fc.array(
        fc.array(fc.integer({ min: 0, max: size }), { minLength: size, maxLength: 3 * size }),
        { minLength: 1, maxLength: 3 },
      ),
      spaced: fc.boolean(),
      skipConnections: fc.boolean(),
      seed: fc.integer({ min: 0, max: 1000 }),
    })
  );
  fc.assert(
    fc.property(networks, ({ permutation, degrees, spaced, skipConnections, seed }) => {
      const size = permutation.length, x = random.normal(random.key(seed), [size]);
      const net = made(size, degrees.map((layer) => layer.length), {
        permutation,
        ...(!spaced && { degrees }),
        skipConnections,
        nonlinearity: "tanh",
        paramDims: [1],
      });
      const params = net.init(random.key(seed + 1));
      for (let i = 0; i < size; i++) {
        const gradient = grad((v: Tensor) => net.apply(params, v)[0].slice([i], [1]).sum())(x).dataSync();
        for (let j = 0; j < size; j++) {
          const before = permutation.indexOf(j) < permutation.indexOf(i);
          if (!before) assert.equal(gradient[j], 0, `result ${i} depends on variable ${j}`);
        }
      }
    }),
    { numRuns: 20 },
  );
});

Deno.test("made() and conditionalMade() throw on sizes, permutations and inputs that do not fit", () => {
  const table: [() => unknown, string][] = [
    [() => made(0, [4]), "Cannot make made: inputDim is 0, expected a positive integer"],
    [() => made(2, []), "Cannot make made: hiddenDims is [], expected a hidden layer"],
    [() => made(2, [4, -1]), "Cannot make made: hiddenDims[1] is -1, expected a positive integer"],
    [() => made(2, [4], { paramDims: [] }), "Cannot make made: paramDims is [], expected a result"],
    [
      () => made(2, [4], { paramDims: [1, 0] }),
      "Cannot make made: paramDims[1] is 0, expected a positive integer",
    ],
    [
      () => made(5, [8, 4]),
      "Cannot make made: a hidden layer of 4 units cannot connect 5 variables; give it 5 at least",
    ],
    [
      () => made(3, [4], { permutation: [0, 1, 1] }),
      "Cannot make made: permutation is [0, 1, 1], expected each of 0 to 2 once",
    ],
    [
      () => made(3, [4], { permutation: [1, 0] }),
      "Cannot make made: permutation is [1, 0], expected each of 0 to 2 once",
    ],
    [
      () => made(3, [4], { permutation: [3, 1, 2] }),
      "Cannot make made: permutation is [3, 1, 2], expected each of 0 to 2 once",
    ],
    [
      () => made(3, [4], { degrees: [[1, 1, 2]] }),
      "Cannot make made: degrees has lists of [3] units, expected [4], one for each hidden unit",
    ],
    [
      () => made(3, [4, 5], { degrees: [[1, 1, 2, 2]] }),
      "Cannot make made: degrees has lists of [4] units, expected [4, 5], one for each hidden unit",
    ],
    [
      () => made(3, [4], { degrees: [[1, 1, 4, 2]] }),
      "Cannot make made: degrees[0][2] is 4, expected an integer from 0 to 3",
    ],
    [
      () => made(3, [4], { degrees: [[1, 0.5, 2, 2]] }),
      "Cannot make made: degrees[0][1] is 0.5, expected an integer from 0 to 3",
    ],
    [
      () => made(3, [4], { nonlinearity: "relo" as "relu" }),
      'Unknown activation "relo": expected a function or one of relu, tanh, sigmoid, softplus, elu, gelu, silu, ' +
      "leakyRelu, identity",
    ],
    [
      () => conditionalMade(3, 0, [4]),
      "Cannot make conditionalMade: contextDim is 0, expected a positive integer",
    ],
    [
      () => made(3, [4]).apply(made(3, [4]).init(random.key(0)), tf.ones([2, 4])),
      "Cannot apply made: the input has shape [2, 4], expected 3 on its last axis",
    ],
    [
      () => {
        const net = conditionalMade(3, 2, [4]);
        net.apply(net.init(random.key(0)), tf.ones([5, 3]), tf.ones([5, 3]));
      },
      "Cannot apply conditionalMade: the context has shape [5, 3], expected 2 on its last axis",
    ],
  ];
  for (const [body, message] of table) assert.throws(body, { message });
});
