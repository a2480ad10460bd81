import assert from "node:assert/strict";
import { decodeSafetensors, encodeSafetensors } from "../../lib/tensor/mod.ts";
import {
  decodeDmm,
  dmm,
  type DmmOptions,
  dmmParts,
  encodeDmm,
  fromDmmStateDict,
  loadDmm,
  saveDmm,
  toDmmStateDict,
} from "../../lib/models/mod.ts";
import { parameterShapes, toStateDict } from "../../lib/nn/mod.ts";
import { type HostArray, random, tf, toHostArray, toTensor } from "../../lib/tensor/mod.ts";
import { inTemporaryFolder } from "../temporary.ts";
import { run } from "../python.ts";

const SIZES = { inputDim: 6, zDim: 4, emissionDim: 5, transitionDim: 7, rnnDim: 8, iafDim: 9 };
const TWO: DmmOptions = { ...SIZES, numIafs: 2, permutations: [[2, 0, 3, 1], [1, 3, 0, 2]] };

/** Other numbers in each parameter. */
function paramsOf(options: DmmOptions): Record<string, HostArray> {
  const shapes = Object.entries(parameterShapes("dmm", dmm(options).net));
  return Object.fromEntries(
    shapes.map(([name, shape], i) => [
      name,
      toHostArray(tf.tidy(() => random.normal(random.key(i), shape).mul(0.5))),
    ]),
  );
}

Deno.test("toDmmStateDict() has the names and shapes of Pyro's example, buffers among them", () => {
  const dict = toDmmStateDict(paramsOf(TWO), TWO);
  const shapes = Object.fromEntries(Object.entries(dict).map(([name, { shape }]) => [name, shape.join("x")]));
  assert.deepEqual(shapes, {
    "combiner.lin_hidden_to_loc.bias": "4",
    "combiner.lin_hidden_to_loc.weight": "4x8",
    "combiner.lin_hidden_to_scale.bias": "4",
    "combiner.lin_hidden_to_scale.weight": "4x8",
    "combiner.lin_z_to_hidden.bias": "8",
    "combiner.lin_z_to_hidden.weight": "8x4",
    "emitter.lin_hidden_to_hidden.bias": "5",
    "emitter.lin_hidden_to_hidden.weight": "5x5",
    "emitter.lin_hidden_to_input.bias": "6",
    "emitter.lin_hidden_to_input.weight": "6x5",
    "emitter.lin_z_to_hidden.bias": "5",
    "emitter.lin_z_to_hidden.weight": "5x4",
    h_0: "1x1x8",
    ...Object.fromEntries([0, 1].flatMap((i) =>
      Object.entries({
        "layers.0.bias": "9",
        "layers.0.weight": "9x4",
        "layers.0.mask": "9x4",
        "layers.1.bias": "8",
        "layers.1.weight": "8x9",
        "layers.1.mask": "8x9",
        permutation: "4",
      }).map(([name, shape]) => [`iafs_modules.${i}.arn.${name}`, shape])
    )),
    "rnn.bias_hh_l0": "8",
    "rnn.bias_ih_l0": "8",
    "rnn.weight_hh_l0": "8x8",
    "rnn.weight_ih_l0": "8x6",
    "trans.lin_gate_hidden_to_z.bias": "4",
    "trans.lin_gate_hidden_to_z.weight": "4x7",
    "trans.lin_gate_z_to_hidden.bias": "7",
    "trans.lin_gate_z_to_hidden.weight": "7x4",
    "trans.lin_proposed_mean_hidden_to_z.bias": "4",
    "trans.lin_proposed_mean_hidden_to_z.weight": "4x7",
    "trans.lin_proposed_mean_z_to_hidden.bias": "7",
    "trans.lin_proposed_mean_z_to_hidden.weight": "7x4",
    "trans.lin_sig.bias": "4",
    "trans.lin_sig.weight": "4x4",
    "trans.lin_z_to_loc.bias": "4",
    "trans.lin_z_to_loc.weight": "4x4",
    z_0: "4",
    z_q_0: "4",
  });
});

const DRAWN: DmmOptions = { ...TWO, maskDegrees: 3 };

for (
  const [options, what] of [[SIZES, "0 flows"], [TWO, "2 flows"], [
    DRAWN,
    "2 flows of drawn degrees",
  ]] as const
) {
  Deno.test(`fromDmmStateDict() undoes toDmmStateDict() and finds the options, with ${what}`, () => {
    const params = paramsOf(options), read = fromDmmStateDict(toDmmStateDict(params, options));
    assert.deepEqual(read.params, params);
    const { iafDim: _, ...found } = read.options, { iafDim: __, ...expected } = dmm(options).options;
    assert.deepEqual(found, expected);
  });
}

Deno.test("fromDmmStateDict() reads Pyro's parameter store, whose orders have to be given", () => {
  const params = paramsOf(TWO), plain = toStateDict(params, "dmm");
  const store = Object.fromEntries(Object.entries(plain).map(([name, array]) => [`dmm$$$${name}`, array]));
  assert.throws(() => fromDmmStateDict(store, { source: "store" }), {
    message:
      'Cannot load store: it lacks "iafs_modules.0.arn.permutation", so the order of the flow\'s variables is unknown; ' +
      "give options.permutations",
  });
  const { permutations } = TWO, read = fromDmmStateDict(store, { options: { permutations } });
  assert.deepEqual(read, { params, options: dmm(TWO).options });
});

Deno.test("fromDmmStateDict() rounds float64", () => {
  const params = paramsOf(SIZES), dict = toDmmStateDict(params, SIZES);
  const wide = { ...dict, z_0: { data: Float64Array.of(0.1, 1 / 3, 2, 3), shape: [4] } };
  assert.deepEqual(
    fromDmmStateDict(wide).params["dmm.z_0"].data,
    Float32Array.of(0.1, 1 / 3, 2, 3),
  );
});

const of = (data: HostArray["data"], ...shape: number[]): HostArray => ({ data, shape });

for (
  const [change, complaint] of [
    [{ z_0: undefined }, 'it lacks "z_0"'],
    [{ "emitter.extra": of(new Float32Array(1), 1) }, 'the module has no "emitter.extra"'],
    [
      { z_0: undefined, z_O: of(new Float32Array(4), 4) },
      'it lacks "z_0"; the module has no "z_O"',
    ],
    [{ z_0: of(new Float32Array(5), 5) }, '"z_0" has shape [5], expected [4]'],
    [
      { "rnn.weight_ih_l0": of(new Float32Array(40), 8, 5) },
      '"rnn.weight_ih_l0" has shape [8, 5], expected [8, 6]',
    ],
    [{ h_0: of(new Float32Array(8), 8) }, '"h_0" has shape [8], expected [1, 1, 8]'],
    [{ z_0: of(new Int32Array(4), 4) }, '"z_0" holds integers, expected floats'],
    [{ z_0: of(new Uint8Array(4), 4) }, '"z_0" holds bytes, expected floats'],
    [
      { z_0: of(Float32Array.of(1, NaN, 0, 0), 4) },
      '"z_0" has NaN at place 1, expected a finite number (of float32)',
    ],
    [
      { z_0: of(Float64Array.of(1, 0, 0, 1e300), 4) },
      '"z_0" has 1e+300 at place 3, expected a finite number (of float32)',
    ],
    [{ dmm$$$z_0: of(new Float32Array(4), 4) }, 'it has "z_0" twice, with and without "dmm$$$"'],
    [
      { "iafs_modules.1.arn.layers.0.mask": of(new Uint8Array(36), 9, 4) },
      '"iafs_modules.1.arn.layers.0.mask" is not that of a flow with this order of its variables',
    ],
    [
      { "iafs_modules.0.arn.layers.1.weight": undefined },
      'it lacks "iafs_modules.0.arn.layers.1.weight"',
    ],
  ] as [Record<string, HostArray | undefined>, string][]
) {
  Deno.test(`fromDmmStateDict() says: ${complaint}`, () => {
    const changed = { ...toDmmStateDict(paramsOf(TWO), TWO), ...change };
    const dict = Object.fromEntries(Object.entries(changed).filter(([, array]) => array !== undefined));
    assert.throws(() => fromDmmStateDict(dict as Record<string, HostArray>, { source: "it.safetensors" }), {
      message: `Cannot load it.safetensors: ${complaint}`,
    });
  });
}

Deno.test("saveDmm() and loadDmm() keep parameters, options and metadata", async () => {
  await inTemporaryFolder(async (folder) => {
    const path = `${folder}/sub/p.safetensors`, params = paramsOf(TWO);
    await saveDmm(path, params, TWO, { experiment: "dmm", data_sha256: "2db9" });
    assert.deepEqual(await loadDmm(path), {
      params,
      options: dmm(TWO).options,
      metadata: { experiment: "dmm", data_sha256: "2db9" },
    });
    await assert.rejects(saveDmm(path, { ...params, "dmm.more": params["dmm.z_0"] }, TWO), {
      message: 'Cannot load the parameters: the module has no "more"',
    });
    await assert.rejects(saveDmm(path, { "vae.z_0": params["dmm.z_0"] }, TWO), {
      message:
        'Cannot make a state_dict of the module "dmm": it has no parameter "vae.z_0" (names begin with "dmm.")',
    });
    await assert.rejects(loadDmm(`${folder}/none`), {
      message: `Cannot read the parameters ${folder}/none: there is no such file`,
    });
    await Deno.writeTextFile(path, "not so");
    await assert.rejects(loadDmm(path), {
      message: `Cannot read ${path} as safetensors: it has 6 bytes, too few for a header`,
    });
  });
});

Deno.test("saveDmm() and loadDmm() keep the form of flows and their degrees; Pyro's dict is told its form", async () => {
  const options = { ...DRAWN, stableFlows: true }, params = paramsOf(options);
  await inTemporaryFolder(async (folder) => {
    await saveDmm(`${folder}/p.safetensors`, params, options);
    const read = await loadDmm(`${folder}/p.safetensors`);
    assert.deepEqual([read.params, read.options], [params, dmm(options).options]);
  });
  const dict = toDmmStateDict(params, options);
  assert.deepEqual(fromDmmStateDict(dict).options, dmm(DRAWN).options);
  assert.deepEqual(fromDmmStateDict(dict, { options: { stableFlows: true } }).options, dmm(options).options);
  // The parameter store has no masks.
  const store = toStateDict(params, "dmm"), { permutations, maskDegrees } = DRAWN;
  const given = fromDmmStateDict(store, { options: { permutations, maskDegrees } });
  assert.deepEqual(given.options, dmm(DRAWN).options);
  assert.deepEqual(fromDmmStateDict(store, { options: { permutations } }).options, dmm(TWO).options);
});

Deno.test("decodeDmm() draws the orders that a file does not hold from the seed, and refuses other options", () => {
  const seeded = { ...SIZES, numIafs: 1 }, params = paramsOf(seeded), tensors = toStateDict(params, "dmm");
  const bytes = (options: string) => encodeSafetensors({ tensors, metadata: { options } });
  assert.deepEqual(decodeDmm(bytes(JSON.stringify(seeded))).options, dmm(seeded).options);
  for (
    const [options, complaint] of [
      ["{", "the options in its metadata are {, expected a JSON object"],
      ["3", "the options in its metadata are 3, expected a JSON object"],
      ['{"rnnDim":9}', '"combiner.lin_hidden_to_loc.weight" has shape [4, 8], expected [4, 9]'],
      [
        '{"numIafs":0}',
        'the module has no "iafs_modules.0.arn.layers.0.bias", "iafs_modules.0.arn.layers.0.weight", ' +
        '"iafs_modules.0.arn.layers.1.bias", "iafs_modules.0.arn.layers.1.weight"',
      ],
    ]
  ) assert.throws(() => decodeDmm(bytes(options), "p"), { message: `Cannot load p: ${complaint}` });
});

const there = await run("import torch, safetensors.torch, pyro");
const skipped = there.success ? "" : ` (skipped: ${there.text.split("\n").at(-1)})`;

/** The networks of such a model in PyTorch: loads one file, saves another, and says what each of the two gives. */
const script = `
import json, sys, torch, torch.nn as nn
from safetensors.torch import load_file, save_file
from pyro.distributions.transforms import affine_autoregressive
class Named(nn.Module):
    def __init__(self, **layers):
        super().__init__()
        for name, (i, o) in layers.items(): setattr(self, name, nn.Linear(i, o))
class Model(nn.Module):
    def __init__(self, x=6, z=4, e=5, t=7, h=8, iaf=9):
        super().__init__()
        self.emitter = Named(lin_z_to_hidden=(z, e), lin_hidden_to_hidden=(e, e), lin_hidden_to_input=(e, x))
        self.trans = Named(lin_gate_z_to_hidden=(z, t), lin_gate_hidden_to_z=(t, z), lin_proposed_mean_z_to_hidden=(z, t),
                           lin_proposed_mean_hidden_to_z=(t, z), lin_sig=(z, z), lin_z_to_loc=(z, z))
        self.combiner = Named(lin_z_to_hidden=(z, h), lin_hidden_to_loc=(h, z), lin_hidden_to_scale=(h, z))
        self.rnn = nn.RNN(x, h, nonlinearity="relu", batch_first=True)
        self.iafs_modules = nn.ModuleList([affine_autoregressive(z, hidden_dims=[iaf]) for _ in range(2)])
        self.z_0 = nn.Parameter(torch.randn(z)); self.z_q_0 = nn.Parameter(torch.randn(z))
        self.h_0 = nn.Parameter(torch.randn(1, 1, h))
    def step(self):
        e, c, z = self.emitter, self.combiner, torch.linspace(-1, 1, 4).reshape(1, 4)
        p = torch.sigmoid(e.lin_hidden_to_input(torch.relu(e.lin_hidden_to_hidden(torch.relu(e.lin_z_to_hidden(z))))))
        hidden = self.rnn(torch.ones(1, 1, 6), self.h_0)[0][0]
        h = 0.5 * (torch.tanh(c.lin_z_to_hidden(z)) + hidden)
        loc, scale = c.lin_hidden_to_loc(h), nn.functional.softplus(c.lin_hidden_to_scale(h))
        out = loc + scale * 0.7
        for flow in self.iafs_modules: out = flow(out)
        return {"probs": p.tolist()[0], "z": out.tolist()[0]}
torch.manual_seed(3)
theirs, loaded = Model(), Model()
save_file({k: v.clone() for k, v in theirs.state_dict().items()}, sys.argv[2])
missing, unexpected = loaded.load_state_dict(load_file(sys.argv[1]), strict=False)
with torch.no_grad():
    print(json.dumps({"missing": missing, "unexpected": unexpected, "ours": loaded.step(), "theirs": theirs.step(),
                      "permutation": theirs.iafs_modules[1].arn.permutation.tolist()}))
`;

/** As `step` of the script. */
function step(params: Record<string, HostArray>, options: DmmOptions): Record<string, HostArray> {
  const parts = dmmParts(dmm(options), params), z = tf.linspace(-1, 1, 4).reshape([1, 4]);
  // One step of the guide from a state of our choice; the network's own step is that of a sequence
  // of length 1.
  const named = (name: string) => toTensor(params[`dmm.rnn.${name}`]);
  const hidden = tf.relu(
    tf.matMul(tf.ones([1, 6]), named("weight_ih_l0"), false, true)
      .add(tf.matMul(toTensor(params["dmm.h_0"]).reshape([1, 8]), named("weight_hh_l0"), false, true))
      .add(named("bias_ih_l0")).add(named("bias_hh_l0")),
  );
  return {
    probs: toHostArray(parts.emitter(z).probs),
    z: toHostArray(parts.guideStep(z, hidden, tf.fill([1, 4], 0.7)).z),
  };
}

Deno.test({
  name: `parameters of ours load in PyTorch, and PyTorch's in ours, and both compute the same${skipped}`,
  ignore: !there.success,
  async fn() {
    await inTemporaryFolder(async (folder) => {
      const ours = `${folder}/ours.safetensors`,
        theirs = `${folder}/theirs.safetensors`,
        params = paramsOf(TWO);
      await saveDmm(ours, params, TWO);
      const { success, text } = await run(script, ours, theirs);
      assert.ok(success, text);
      const said = JSON.parse(text.split("\n").at(-1)!);
      assert.deepEqual([said.missing, said.unexpected], [[], []]);
      const read = await loadDmm(theirs);
      assert.deepEqual(read.options.permutations[1], said.permutation);
      assert.deepEqual(Object.keys(read.params).sort(), Object.keys(params).sort());
      for (
        const [expected, found] of [
          [said.ours, step(params, TWO)],
          [said.theirs, step(read.params, read.options)],
        ]
      ) {
        for (const name of ["probs", "z"]) {
          found[name].data.forEach((x: number, i: number) =>
            assert.ok(
              Math.abs(x - expected[name][i]) < 1e-5,
              `${name}[${i}] is ${x}, PyTorch has ${expected[name][i]}`,
            )
          );
        }
      }
    });
  },
});

Deno.test("decodeSafetensors() reads the types that PyTorch has and we do not, and says what does not fit", () => {
  const file = (dtype: string, bytes: ArrayBuffer, shape: number[]) => {
    const header = new TextEncoder().encode(
      JSON.stringify({ x: { dtype, shape, data_offsets: [0, bytes.byteLength] } }),
    );
    const all = new Uint8Array(8 + header.length + bytes.byteLength);
    new DataView(all.buffer).setBigUint64(0, BigInt(header.length), true);
    all.set(header, 8);
    all.set(new Uint8Array(bytes), 8 + header.length);
    return all;
  };
  const read = (dtype: string, bytes: ArrayBuffer, shape: number[]) =>
    decodeSafetensors(file(dtype, bytes, shape), "f").tensors.x;
  assert.deepEqual(
    read("I64", BigInt64Array.of(-3n, 2n ** 31n - 1n).buffer, [2]),
    of(Int32Array.of(-3, 2 ** 31 - 1), 2),
  );
  assert.deepEqual(read("BOOL", Uint8Array.of(1, 0).buffer, [2, 1]), of(Uint8Array.of(1, 0), 2, 1));
  const halves = [1.5, -0.000060975551605224609375, 65504];
  assert.deepEqual(read("F16", new Float16Array(halves).buffer, [3]), of(Float32Array.from(halves), 3));
  assert.deepEqual(
    read("BF16", Uint16Array.of(0x3f80, 0xc040, 0x0001).buffer, [3]),
    of(Float32Array.of(1, -3, 2 ** -133), 3),
  );
  assert.throws(() => read("I64", BigInt64Array.of(2n ** 40n).buffer, [1]), {
    message: 'Cannot read f as safetensors: "x" holds 1099511627776, which does not fit into 32 bits',
  });
  assert.throws(() => read("C64", new ArrayBuffer(8), [1]), {
    message:
      'Cannot read f as safetensors: "x" has dtype C64 (complex numbers), expected F32, F64, I32, U8, BOOL, I8, ' +
      "I16, U16, U32, I64, U64, F16, BF16, F8_E5M2, F8_E4M3, F8_E5M2FNUZ, F8_E4M3FNUZ, F8_E8M0; " +
      "convert it before it is saved",
  });
});

Deno.test("encodeDmm() gives equal bytes for equal parameters", () => {
  assert.deepEqual(
    encodeDmm(paramsOf(TWO), TWO, { a: "b" }),
    encodeDmm(paramsOf(TWO), TWO, { a: "b" }),
  );
});
