import assert from "node:assert/strict";
import {
  Bernoulli,
  Binomial,
  Categorical,
  DiscreteUniform,
  Normal,
  Poisson,
} from "../../../lib/distributions/mod.ts";
import { computeMarginals, enumLogDensity, inferDiscrete, TraceEnumELBO } from "../../../lib/infer/mod.ts";
import {
  configEnumerate,
  enumerate,
  markov,
  plate,
  sample,
  scale,
  scan,
  trace,
} from "../../../lib/ppl/mod.ts";
import { key } from "../../../lib/tensor/random/mod.ts";
import { type Tensor, tf } from "../../../lib/tensor/mod.ts";

const parallel = { infer: { enumerate: "parallel" } } as const;
const density = (model: () => unknown) => enumLogDensity(configEnumerate(model), [], {});
const loss = (model: () => unknown, guide: () => unknown = () => {}) =>
  new TraceEnumELBO().loss(key(0), model, guide, []);
const coin = (name: string, probs: Tensor | number = 0.5) => sample(name, new Bernoulli(probs));
const zero = tf.scalar(0) as Tensor;

/** Mistakes, each with what is said of it. */
const mistakes: readonly (readonly [string, () => unknown, RegExp])[] = [
  [
    "a site without a finite support",
    () => density(() => void sample("n", new Poisson(3), parallel)),
    /^Cannot enumerate site "n": Poisson has no finite list of values; draw it from a guide, or observe it/,
  ],
  [
    "a continuous site",
    () => density(() => void sample("x", new Normal(0, 1), parallel)),
    /^Cannot enumerate site "x": Normal is not discrete; draw it from a guide, or observe it/,
  ],
  [
    "an event of several discrete numbers",
    () => density(() => void sample("b", new Bernoulli([0.5, 0.5]).toEvent(1), parallel)),
    /^Cannot enumerate site "b": Independent has no finite list of values/,
  ],
  [
    "supports that differ along the batch",
    () =>
      density(() => {
        using _p = plate("p", 2);
        sample("u", new DiscreteUniform([0, 1], [2, 3]));
      }),
    /^Cannot enumerate site "u": Cannot list the values of DiscreteUniform: its bounds differ along the batch/,
  ],
  [
    "counts that differ along the batch",
    () =>
      density(() => {
        using _p = plate("p", 2);
        sample("k", new Binomial([2, 3], 0.5));
      }),
    /^Cannot enumerate site "k": Cannot list the values of Binomial: its total counts differ along the batch/,
  ],
  [
    "an enumerated site outside of its plate",
    () =>
      density(() => {
        let z!: Tensor;
        {
          using _p = plate("members", 3);
          z = coin("z");
        }
        sample("x", new Normal(z, 1), { obs: 1 });
      }),
    /^Cannot sum out site "z": site "x" depends on it outside of plate "members", whose members each have a "z" of their own/,
  ],
  [
    "members drawn by chance below a sum",
    () =>
      loss(configEnumerate(() => {
        const z = coin("z");
        using _p = plate("members", 10, { subsampleSize: 2 });
        sample("x", new Normal(z, 1), { obs: [0, 1] });
      })),
    /^Cannot sum out site "z": plate "members" below it takes part of its members at a time, and the logarithm of a sum/,
  ],
  [
    "members of two plates",
    () =>
      density(() => {
        let a!: Tensor, b!: Tensor;
        {
          using _rows = plate("rows", 2, { dim: -2 });
          a = coin("a");
        }
        {
          using _columns = plate("columns", 3, { dim: -1 });
          b = coin("b");
        }
        using _rows = plate("rows", 2, { dim: -2 });
        using _columns = plate("columns", 3, { dim: -1 });
        sample("x", new Normal(a.add(b), 1), { obs: tf.zeros([2, 3]) });
      }),
    /^Cannot sum out sites "\w" and "\w": .*depends on members of both, so that the sum does not factorise/,
  ],
  [
    "sites of different weights",
    () =>
      density(() => {
        const a = scale(() => coin("a"), 2)();
        coin("b", a.mul(0.5));
      }),
    /^Cannot sum out sites "\w" and "\w" together: their log densities are scaled by different weights \(\d and \d\); scale both/,
  ],
  [
    "a chain without markov",
    () =>
      density(() => {
        let x = zero;
        for (let t = 0; t < 50; t++) x = coin(`x${t}`, x.mul(0.5).add(0.2));
      }),
    /^Cannot enumerate site "x40": 40 enumerated sites around it have an axis each already; put the steps of a chain in markov/,
  ],
  [
    "a step that depends on more than its history",
    () =>
      density(() => {
        const all: Tensor[] = [zero, zero];
        for (const t of markov([0, 1, 2])) all.push(coin(`x${t}`, all[t].add(all[t + 1]).mul(0.2).add(0.2)));
      }),
    /^Cannot enumerate site "x2": .* of a site that it cannot see: one of a step of markov before the history/,
  ],
  [
    "a table beyond the memory bound",
    () =>
      density(() => {
        const parts = Array.from({ length: 10 }, (_, i) =>
          sample(`z${i}`, new Categorical(tf.fill([20], 0.05))));
        // One table over all of them: no sum over one comes before the others.
        const total = parts.slice(0, 2).reduce((a, b) =>
          a.add(b)
        ).cast("float32");
        sample("x", new Normal(total, 1), { obs: 0 });
        for (let i = 1; i < 9; i++) {
          sample(`y${i}`, new Normal(parts[i].add(parts[i + 1]).cast("float32"), 1), { obs: 0 });
        }
        for (let i = 0; i < 10; i++) {
          for (let k = i + 2; k < 10; k++) {
            sample(`w${i}${k}`, new Normal(parts[i].mul(parts[k]).cast("float32"), 1), { obs: 0 });
          }
        }
      }),
    /^Cannot sum out site "z\d": the cheapest order found needs a table over "z\d" \(20\), .* GB, and the limit is 2 GB/,
  ],
  [
    "a carry that adds up",
    () =>
      density(() => {
        scan((sum: Tensor): [Tensor, null] => [sum.add(coin("z")), null], zero, null, { length: 9 });
      }),
    /^Cannot enumerate a scan whose carry depends on more than 6 steps/,
  ],
  [
    "a scan within a scan",
    () =>
      density(() => {
        const inner = (x: Tensor): [Tensor, null] => [coin("z", x.mul(0.5).add(0.2)), null];
        scan((x: Tensor): [Tensor, null] => [scan(inner, x, null, { length: 2 })[0], null], zero, null, {
          length: 2,
        });
      }),
    /^Cannot enumerate site "z": it stands in a scan within a scan; write the inner loop with markov/,
  ],
  [
    "a guide that enumerates what the model lacks",
    () => loss(() => void coin("a"), configEnumerate(() => [coin("a"), coin("b")])),
    /^Cannot use the guide: it has "b", which the model lacks/,
  ],
  [
    "a guide that enumerates below a sum of the model",
    () =>
      loss(
        configEnumerate(() => {
          const z = coin("z");
          using _p = plate("members", 3);
          sample("x", new Normal(coin("w", z.mul(0.5).add(0.2)), 1), { obs: 0 });
        }),
        configEnumerate(() => {
          using _p = plate("members", 3);
          coin("w");
        }),
      ),
    /^Cannot sum out site "z" of the model: in plate "members" below it the guide enumerates "w"/,
  ],
  [
    "a model that is not marked",
    () => loss(() => void coin("z")),
    /^Cannot use the guide: the model's latent "z" is not in it/,
  ],
  [
    "one run for each value in a plate",
    () =>
      loss(configEnumerate(() => {
        using _p = plate("members", 3);
        coin("z");
      }, { default: "sequential" })),
    /^Cannot enumerate site "z" sequentially: it stands in a plate or a batch/,
  ],
  [
    "another strategy",
    () => configEnumerate(() => {}, { default: "all" as never })(),
    /^Cannot configure enumeration: default is "all", expected "parallel" or "sequential"/,
  ],
  [
    "another temperature",
    () => inferDiscrete(() => {}, { temperature: 0.5 as never }),
    /^Cannot infer discrete sites: the temperature is 0.5, expected 0 .* or 1/,
  ],
  [
    "draws without a key",
    () => inferDiscrete(configEnumerate(() => coin("z")))(),
    /^Cannot draw discrete sites: no key was given/,
  ],
  [
    "an axis that plates need",
    () =>
      trace(enumerate(
        configEnumerate(() => {
          using _p = plate("members", 3);
          coin("z");
        }),
        { firstAvailableDim: -1 },
      )).get(),
    /^Cannot enumerate site "z": plate "members" has dim -1, where values of sites lie; pass a firstAvailableDim .* -2 or less/,
  ],
  [
    "no axis",
    () => enumerate(() => {}, { firstAvailableDim: 0 })(),
    /^Cannot enumerate: firstAvailableDim is 0, expected a negative integer/,
  ],
  [
    "an unknown option",
    () => computeMarginals(() => {}, [], {}, { firstDim: -1 } as never),
    /firstDim/,
  ],
  ["a history below 0", () => markov([1], { history: -1 }), /^Cannot make markov: its history is -1/],
];

for (const [what, run, expected] of mistakes) {
  Deno.test(`enumeration refuses ${what}`, () => {
    assert.throws(run, (error: Error) => {
      assert.match(error.message, expected);
      return true;
    });
  });
}

Deno.test("a site of one value, a site that nothing depends on, and a site that is masked are summed out", () => {
  const one = density(() => void sample("z", new Categorical([1]))).logDensity.dataSync()[0];
  const alone = density(() => void coin("z", 0.3)).logDensity.dataSync()[0];
  assert.ok(Math.abs(one) < 1e-6 && Math.abs(alone) < 1e-6);
});
