import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import {
  adam,
  Checkpoints,
  clipByGlobalNorm,
  loadCheckpoint,
  perParameter,
  saveCheckpoint,
  sgd,
  SVI,
  TraceELBO,
} from "../../lib/infer/mod.ts";
import { decodeSafetensors, encodeSafetensors } from "../../lib/tensor/mod.ts";
import { type HostArray, random } from "../../lib/tensor/mod.ts";
import { conjugate, data, normalGuide } from "./models.ts";

const inFolder = (body: (folder: string) => Promise<void>) => async (): Promise<void> => {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
};

Deno.test("what encodeSafetensors() writes decodeSafetensors() reads", () => {
  const array = fc.array(fc.double(), { maxLength: 7 }).chain((values) =>
    fc.constantFrom<(v: number[]) => HostArray["data"]>(
      (v) => Float32Array.from(v),
      (v) => Float64Array.from(v),
      (v) => Int32Array.from(v),
      (v) => Uint8Array.from(v),
    ).map((make): HostArray => ({ data: make(values), shape: [values.length, 1] }))
  );
  const name = fc.string({ minLength: 1 }).filter((n) => n !== "__metadata__" && n !== "__proto__");
  fc.assert(
    fc.property(
      fc.dictionary(name, array, { noNullPrototype: true }),
      fc.dictionary(name, fc.string(), { noNullPrototype: true }),
      (tensors, metadata) => {
        const read = decodeSafetensors(encodeSafetensors({ tensors, metadata }));
        assert.deepEqual(read.metadata, metadata);
        assert.deepEqual(Object.keys(read.tensors).sort(), Object.keys(tensors).sort());
        for (const [n, t] of Object.entries(tensors)) assert.deepEqual(read.tensors[n], t);
      },
    ),
  );
});

Deno.test("the bytes are those of the format", () => {
  const bytes = encodeSafetensors({
    tensors: { a: { data: Float32Array.of(1, 2), shape: [2] } },
    metadata: { k: "v" },
  });
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  assert.equal(length % 8, 0);
  assert.deepEqual(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))), {
    __metadata__: { k: "v" },
    a: { dtype: "F32", shape: [2], data_offsets: [0, 8] },
  });
  assert.deepEqual([...bytes.subarray(8 + length)], [0, 0, 128, 63, 0, 0, 0, 64]);
});

for (
  const [name, optimiser] of Object.entries({
    adam: adam({ lr: 0.05 }),
    "perParameter and clipping": clipByGlobalNorm(
      5,
      perParameter({ loc: sgd({ lr: 0.01, momentum: 0.9 }), default: adam({ lr: 1e-3 }) }),
    ),
  })
) {
  for (const dtype of ["float32", "float64"] as const) {
    Deno.test(
      `resuming from a checkpoint equals never having stopped: ${name}, ${dtype}`,
      inFolder(async (folder) => {
        const make = () => new SVI(conjugate, normalGuide, optimiser, new TraceELBO(), { dtype });
        const whole = await make().run(random.key(1), 90, [data]);
        const first = await make().run(random.key(1), 41, [data]);
        const path = join(folder, "deep", "state.safetensors");
        await saveCheckpoint(path, first.state, {
          config: { lr: 0.05 },
          history: { losses: first.losses },
          metadata: { data: "abc" },
        });
        const read = await loadCheckpoint(path, { config: { lr: 0.05 } });
        assert.deepEqual(read.state, first.state);
        assert.deepEqual(read.history.losses.data, first.losses);
        assert.deepEqual([read.metadata, read.config], [{ data: "abc" }, { lr: 0.05 }]);
        const second = await make().run(random.key(2), 49, [data], { state: read.state });
        assert.deepEqual(second.state, whole.state);
        assert.deepEqual([...first.losses, ...second.losses], [...whole.losses]);
      }),
    );
  }
}

Deno.test(
  "Checkpoints keeps the newest, and a crash between writing and renaming loses nothing",
  inFolder(async (folder) => {
    const files = new Checkpoints(join(folder, "run"), 2),
      svi = new SVI(conjugate, normalGuide, adam({ lr: 1e-3 }));
    assert.equal(await files.latest(), undefined);
    let state = await svi.init(random.key(0), data);
    for (let i = 0; i < 4; i++) {
      ({ state } = await svi.run(random.key(0), 3, [data], { state }));
      await files.save(state);
    }
    assert.deepEqual((await files.list()).map((f) => f.split("/").at(-1)), [
      "step-9.safetensors",
      "step-12.safetensors",
    ]);
    // What a process killed before the rename leaves behind.
    const half = (await Deno.readFile(files.path(12))).subarray(0, 300);
    await Deno.writeFile(`${files.path(15)}.1234abcd.unfinished`, half);
    const read = await files.latest();
    assert.deepEqual(read?.state, state);
    await files.save({ ...state, step: 15 });
    const left = [];
    for await (const entry of Deno.readDir(files.folder)) left.push(entry.name);
    assert.deepEqual(left.sort(), ["step-12.safetensors", "step-15.safetensors"]);
    await svi.release();
  }),
);

Deno.test(
  "a process killed while it saves leaves a whole checkpoint behind",
  inFolder(async (folder) => {
    const module = new URL("../../lib/infer/checkpoint/mod.ts", import.meta.url).href;
    const script = join(folder, "save.ts");
    await Deno.writeTextFile(
      script,
      `
    import { Checkpoints } from "${module}";
    const files = new Checkpoints("${folder}/run", 2), data = new Float32Array(500_000).fill(1);
    for (let step = 1;; step++) {
      await files.save({ step, key: [1, 2], params: { w: { data, shape: [500_000] } }, optimiser: {} });
      if (step === 2) console.log("ready");
    }`,
    );
    const config = new URL("../../deno.json", import.meta.url).pathname;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", "--config", config, script],
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const reader = child.stdout.getReader();
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 60));
    child.kill("SIGKILL");
    await child.status;
    await reader.cancel();
    const found = await new Checkpoints(join(folder, "run")).latest();
    assert.ok(found && found.state.step >= 2);
    assert.equal(found.state.params.w.data.length, 500_000);
  }),
);

const damages: [string, (bytes: Uint8Array) => Uint8Array | undefined, RegExp][] = [
  ["missing", () => undefined, /^Error: Cannot read the checkpoint .*: there is no such file$/],
  ["empty", () => new Uint8Array(), /as safetensors: it has 0 bytes, too few for a header/],
  [
    "cut within the header",
    (b) => b.slice(0, 100),
    /its header should have \d+ bytes, the file has 100; it is truncated or no safetensors file/,
  ],
  [
    "cut within the numbers",
    (b) => b.slice(0, -3),
    /it is truncated: ".*" should end at byte \d+ of the numbers, there are \d+/,
  ],
  ["longer than it should be", (b) => Uint8Array.of(...b, 0), /it has 1 bytes more than its header says/],
  [
    "altered in the numbers",
    (b) => b.map((x, i) => i === b.length - 2 ? x ^ 1 : x),
    /it was altered or damaged: its contents have sha256 [0-9a-f]{64}, it says [0-9a-f]{64}; go on from an older one/,
  ],
  ["altered in the header", (b) => replaceText(b, '"step":"5"', '"step":"6"'), /it was altered or damaged/],
  [
    "of text",
    () => new TextEncoder().encode("this is no checkpoint at all"),
    /it is truncated or no safetensors file/,
  ],
  ["of a header that is not JSON", (b) => replaceText(b, "{", "["), /its header is not JSON/],
  [
    "of another format",
    () => encodeSafetensors({ tensors: {}, metadata: {} }),
    /its format is not named, expected "pyrosaur-svi-1"/,
  ],
];

function replaceText(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const copy = bytes.slice(), f = new TextEncoder().encode(from), t = new TextEncoder().encode(to);
  for (let i = 8; i < copy.length; i++) {
    if (f.every((x, k) => copy[i + k] === x)) {
      copy.set(t, i);
      return copy;
    }
  }
  throw new Error(`no ${from} in the file`);
}

for (const [what, damage, message] of damages) {
  Deno.test(
    `loadCheckpoint() throws on a file ${what}`,
    inFolder(async (folder) => {
      const path = join(folder, "c.safetensors");
      const array = { data: Float32Array.of(1, 2, 3), shape: [3] };
      await saveCheckpoint(path, {
        step: 5,
        key: [1, 2],
        params: { w: array },
        optimiser: { m: { w: array } },
      });
      const damaged = damage(await Deno.readFile(path));
      if (damaged) await Deno.writeFile(path, damaged);
      else await Deno.remove(path);
      await assert.rejects(loadCheckpoint(path), (error: Error) => {
        assert.match(String(error), message);
        return true;
      });
    }),
  );
}

Deno.test(
  "loadCheckpoint() throws on another configuration",
  inFolder(async (folder) => {
    const path = join(folder, "c.safetensors");
    await saveCheckpoint(path, { step: 5, key: [1, 2], params: {}, optimiser: {} }, {
      config: { lr: 0.1, b: 1 },
    });
    assert.equal((await loadCheckpoint(path, { config: { b: 1, lr: 0.1 } })).state.step, 5);
    await assert.rejects(
      loadCheckpoint(path, { config: { lr: 0.2, b: 1 } }),
      new Error(
        `Cannot go on from the checkpoint ${path}: it was saved with the configuration {"b":1,"lr":0.1}, this training has ` +
          '{"b":1,"lr":0.2}; use another folder, or the same configuration',
      ),
    );
  }),
);

Deno.test(
  "a configuration is told from another by numbers that JSON lacks, and comes back with them",
  inFolder(async (folder) => {
    const path = join(folder, "c.safetensors"),
      state = { step: 5, key: [1, 2] as [number, number], params: {} };
    const clips = [Infinity, -Infinity, NaN, null, 0, "Infinity", Float32Array.of(1), Float32Array.of(2)];
    for (const [i, clip] of clips.entries()) {
      // So that an optimiser keeps what it has seen, such as the best loss so far.
      await saveCheckpoint(path, { ...state, optimiser: { best: clip } }, { config: { at: [{ clip }] } });
      for (const [j, other] of clips.entries()) {
        const read = loadCheckpoint(path, { config: { at: [{ clip: other }] } });
        if (i !== j) await assert.rejects(read, /it was saved with the configuration/);
        else assert.deepEqual((await read).config, { at: [{ clip }] });
      }
      assert.deepEqual((await loadCheckpoint(path)).config, { at: [{ clip }] });
      assert.deepEqual((await loadCheckpoint(path)).state.optimiser, { best: clip });
    }
    await assert.rejects(saveCheckpoint(path, { ...state, optimiser: {} }, { config: { at: new Map() } }), {
      message: "Cannot write at (Map): expected plain data",
    });
  }),
);

Deno.test(
  "an optimiser's names with slashes are kept apart, as are those of Object.prototype",
  inFolder(async (folder) => {
    const path = join(folder, "c.safetensors");
    const array = (value: number) => ({ data: Float32Array.of(value), shape: [1] });
    const optimiser = { "a/b": array(1), a: { b: array(2) }, "a/b'": array(3), constructor: array(4) };
    const params = Object.fromEntries(["__proto__", "toString", "a/b"].map((n, i) => [n, array(i)]));
    await saveCheckpoint(path, { step: 5, key: [1, 2], params, optimiser });
    const { state } = await loadCheckpoint(path);
    assert.deepEqual([state.optimiser, state.params], [optimiser, params]);
  }),
);

Deno.test("Checkpoints throws on keeping none", () => {
  assert.throws(
    () => new Checkpoints("x", 0),
    new Error("Cannot keep 0 checkpoints: expected a positive integer"),
  );
});
