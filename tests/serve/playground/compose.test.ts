import assert from "node:assert/strict";
import fc from "fast-check";
import { exportOnnx } from "../../../lib/compile/mod.ts";
import { dmm, type DmmOptions, dmmParts } from "../../../lib/models/mod.ts";
import { parameterShapes } from "../../../lib/nn/mod.ts";
import { chorales } from "../../../lib/serve/playground/page/chorales.js";
import {
  HIGHEST,
  LOWEST,
  type Model,
  rowOf,
  type Settings,
} from "../../../lib/serve/playground/page/compose.js";
import { modelOf } from "../../../lib/serve/playground/page/dmm.js";
import { chordsOf, composed, openRun } from "./runs.ts";
import { random, type Tensor, tf, toHostArray } from "../../../lib/tensor/mod.ts";

const OPTIONS: DmmOptions = { zDim: 6, emissionDim: 8, transitionDim: 8, rnnDim: 7, numIafs: 1, iafDim: 9 };
const NOTES = HIGHEST - LOWEST + 1;

/** A model of random parameters. */
const network = dmm(OPTIONS);
const params = Object.fromEntries(
  Object.entries(parameterShapes("dmm", network.net)).map((
    [name, shape],
    i,
  ) => [name, toHostArray(random.normal(random.key(i), shape).mul(0.5))]),
);
const parts = dmmParts(network, params);

/** A model's part as the page runs it: exported, in ONNX Runtime. */
async function exported(
  part: (...inputs: Tensor[]) => object,
  examples: Tensor[],
  inputs: string[],
  axes: (string | null)[][],
) {
  const { bytes } = exportOnnx(part as (...inputs: Tensor[]) => Record<string, Tensor>, examples, {
    inputs,
    axes,
  });
  return await openRun(bytes);
}

/** Runs `body` with the page's model, from exported parts. */
async function withModel(body: (model: Model) => Promise<void>): Promise<void> {
  const transition = await exported(
    (z) => {
      const { loc, scale } = parts.transition(z);
      return { loc, scale };
    },
    [tf.zeros([1, 6])],
    ["z_prev"],
    [["batch", null]],
  );
  const emitter = await exported((z) => parts.emitter(z), [tf.zeros([1, 6])], ["z"], [["batch", null]]);
  const guide = await exported(
    (notes, lengths, noise) => ({ z: parts.guide(notes, lengths, noise).z }),
    [tf.zeros([3, 1, NOTES]), tf.tensor([3], [1], "int32"), tf.zeros([3, 1, 6])],
    ["notes", "lengths", "noise"],
    [["time", "batch", null], ["batch"], ["time", "batch", null]],
  );
  try {
    const start = Float32Array.from(parts.z0.dataSync());
    const runs = {
      transition: transition.run,
      emitter: emitter.run,
      guide: () => Promise.resolve(guide.run),
    };
    await body(modelOf(start, runs));
  } finally {
    await Promise.all([transition, emitter, guide].map((part) => part.release()));
  }
}

/** The same piece by the library: its keys, its draws, its networks, run eagerly. */
function byTheLibrary({ seed, temperature, steps, opening = [] }: Settings): number[][] {
  const key = random.key(seed), chords = opening.map((chord) => [...chord]);
  let z: Tensor = parts.z0.expandDims(0);
  if (opening.length > 0) {
    const below = key.foldIn(0xffffffff);
    const noise = tf.stack(opening.map((_, step) => random.normal(below.foldIn(step), [1, 6])));
    const notes = tf.stack(opening.map((chord) => tf.tensor(rowOf(chord)).expandDims(0)));
    const states = parts.guide(notes as Tensor, tf.tensor([opening.length], [1], "int32"), noise as Tensor).z;
    z = states.slice([opening.length - 1, 0, 0], [1, -1, -1]).squeeze([0]);
  }
  for (let step = opening.length; step < steps; step++) {
    const own = key.foldIn(step), { loc, scale } = parts.transition(z);
    z = loc.add(scale.mul(random.normal(own.foldIn(0), [1, 6])).mul(temperature)) as Tensor;
    const probabilities = parts.emitter(z).logits.div(temperature).sigmoid().dataSync();
    const draws = random.uniform(own.foldIn(1), [NOTES]).dataSync();
    chords.push(Array.from(draws.keys()).filter((i) => draws[i] < probabilities[i]).map((i) => LOWEST + i));
  }
  return chords;
}

Deno.test("compose() draws what the library draws from the same keys, with an opening and without", () =>
  withModel(async (model) => {
    const settings: Settings[] = [
      { seed: 3, temperature: 1, steps: 24 },
      { seed: 4_000_000_000, temperature: 0.5, steps: 24 },
      { seed: 3, temperature: 1, steps: 24, opening: chorales[0].chords },
    ];
    for (const one of settings) {
      assert.deepEqual(chordsOf(await composed(model, one)), byTheLibrary(one));
    }
  }));

Deno.test("a seed gives the same piece again, another one another; a longer piece begins as a shorter one", () =>
  withModel(async (model) => {
    const settings = { seed: 1, temperature: 1, steps: 32 };
    const once = await composed(model, settings);
    assert.deepEqual(await composed(model, settings), once);
    assert.notDeepEqual(chordsOf(await composed(model, { ...settings, seed: 2 })), chordsOf(once));
    assert.deepEqual((await composed(model, { ...settings, steps: 64 })).slice(0, 32), once);
  }));

Deno.test("at temperature 0 the seed makes no difference: the likeliest notes sound", () =>
  withModel(async (model) => {
    const [a, b] = await Promise.all(
      [1, 2].map((seed) => composed(model, { seed, temperature: 0, steps: 8 })),
    );
    assert.deepEqual(a, b);
    for (const { chord, probabilities } of a) {
      assert.deepEqual(chord.map((pitch) => probabilities![pitch - LOWEST]), chord.map(() => 1));
      assert.equal(probabilities!.reduce((sum, p) => sum + p), chord.length);
    }
  }));

Deno.test("an opening stands at the beginning as it is, cut where the piece is shorter", () =>
  withModel(async (model) => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...chorales),
        fc.integer({ min: 1, max: 40 }),
        async ({ chords }, steps) => {
          const made = chordsOf(await composed(model, { seed: 1, temperature: 1, steps, opening: chords }));
          assert.equal(made.length, steps);
          assert.deepEqual(made.slice(0, chords.length), chords.slice(0, steps));
        },
      ),
      { numRuns: 10 },
    );
  }));

Deno.test("a model without a guide composes, and says that it cannot go on from an opening", async () => {
  const model: Model = {
    start: new Float32Array(2),
    transition: () => Promise.resolve({ loc: new Float32Array(2), scale: new Float32Array(2) }),
    emitter: () => Promise.resolve(new Float32Array(NOTES).fill(9)),
  };
  const [{ chord }] = await composed(model, { seed: 1, temperature: 0, steps: 1 });
  assert.deepEqual(chord, Array.from({ length: NOTES }, (_, i) => LOWEST + i));
  await assert.rejects(composed(model, { seed: 1, temperature: 1, steps: 4, opening: [[60]] }), /no guide/);
});

Deno.test("a model of another number of notes is refused", async () => {
  const model: Model = {
    start: new Float32Array(2),
    transition: () => Promise.resolve({ loc: new Float32Array(2), scale: new Float32Array(2) }),
    emitter: () => Promise.resolve(new Float32Array(6)),
  };
  await assert.rejects(composed(model, { seed: 1, temperature: 1, steps: 1 }), {
    message: "The model has 6 notes, expected 88",
  });
});

Deno.test("openings are of four voices in their ranges, which never move in parallel fifths or octaves", () => {
  // From bass to soprano.
  const ranges = [[36, 64], [48, 72], [55, 76], [60, 81]];
  for (const { title, chords } of chorales) {
    assert.equal(chords.length, 16, title);
    for (const [i, chord] of chords.entries()) {
      assert.equal(chord.length, 4);
      chord.forEach((pitch, voice) => {
        assert.ok(pitch >= ranges[voice][0] && pitch <= ranges[voice][1], `${title}, ${i}: ${pitch}`);
        assert.ok(voice === 0 || pitch >= chord[voice - 1], `${title}, ${i}: voices cross`);
      });
      const next = chords[i + 1] ?? chord;
      for (let low = 0; low < 4; low++) {
        for (let high = low + 1; high < 4; high++) {
          const interval = (chord[high] - chord[low]) % 12, moves = next[low] - chord[low];
          if (moves === 0 || next[high] - chord[high] !== moves) continue;
          assert.ok(![0, 7].includes(interval), `${title}, ${i}: voices ${low} and ${high} move in parallel`);
        }
      }
    }
  }
});
