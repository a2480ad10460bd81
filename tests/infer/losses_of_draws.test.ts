import assert from "node:assert/strict";
import {
  adam,
  AutoNormal,
  constraints,
  EnergyDistance,
  exponentialDecay,
  HalfNormal,
  key,
  mask,
} from "../../mod.ts";
import { Normal, param, plate, Poisson, sample, scale, Stable, SVI, tf, TraceMMD } from "../../mod.ts";
import { dryRun } from "../../lib/ppl/mod.ts";
import { moments } from "../../lib/statistics/mod.ts";
import { close, item } from "./models.ts";
import { random, type Tensor } from "./tensors.ts";

const quiet = { progress: false }, lr = exponentialDecay({ init: 0.05, rate: 0.1, every: 400 });

Deno.test("the energy distance is that of its definition, with weights, and without what is masked", () => {
  const at = tf.tensor([1, -1, 5]) as Tensor;
  const model = (weight: number) => {
    using _data = plate("data", 3);
    using _scale = scale(weight);
    using _mask = mask(tf.tensor([1, 1, 0], [3], "bool") as Tensor);
    sample("x", new Normal(0, 1), { obs: at });
  };
  // E |X - x| of two normals at the data, less E |X - X'| / 2: by many draws.
  const draws = Array.from({ length: 4 }, (_, i) => random.normal(random.key(i), [4000]).dataSync());
  const exact = moments(Array.from(draws[0], (a, i) => {
    const [b, c, d] = [draws[1][i], draws[2][i], draws[3][i]];
    return Math.hypot(a - 1, b + 1) - Math.hypot(a - c, b - d) / 2;
  })).mean;
  const loss = (weight: number) => {
    const { loss } = new EnergyDistance({ numParticles: 200 });
    return item(loss(random.key(9), model, () => {}, [weight]));
  };
  close(loss(1), exact, 0.15);
  close(loss(4) / loss(1), 2, 1e-4, "ratio");
});

Deno.test("location and scale of stable numbers are found without a density", async () => {
  const data = new Stable(1.7, 0, 0.5, 3).sample(random.key(1), [400]);
  const model = () => {
    const loc = sample("loc", new Normal(0, 5));
    const width = param("width", 1, { constraint: constraints.positive });
    using _data = plate("data", 400);
    sample("x", new Stable(1.7, 0, width, loc), { obs: data });
  };
  const guide = () => void sample("loc", new Normal(param("mean", 0), 0.01));
  const loss = new EnergyDistance({ numParticles: 4, priorScale: 1e-3 });
  const { params } = await new SVI(model, guide, adam({ lr }), loss).run(key(0), 400, [], quiet);
  close(item(params.mean), 3, 0.2);
  close(item(params.width), 0.5, 0.15);
});

Deno.test("a discrepancy from the prior keeps the guide's draws where the prior's are", async () => {
  const model = () => void sample("x", new Normal(sample("z", new HalfNormal(1)), 1), { obs: 1 });
  const guide = new AutoNormal(model);
  const scales = { z: 1000 };
  const loss = new TraceMMD({
    numParticles: 50,
    scale: scales,
    kernel: { z: (x, y) => x.sub(y.transpose()).square().neg().exp() },
  });
  const { params } = await new SVI(model, guide, adam({ lr }), loss).run(key(0), 400, [], quiet);
  // A lognormal guide as near to a half normal as it gets: medians are 0.67.
  close(item(guide.median(params).z), 0.67, 0.2);
});

Deno.test("mistakes are told", () => {
  const run = (loss: EnergyDistance | TraceMMD, model: () => void, guide: () => void = () => {}) =>
    dryRun((k) => loss.loss(k, model, guide, []));
  const energy = new EnergyDistance();
  assert.throws(
    () => run(energy, () => void sample("n", new Poisson(2), { obs: 3 })),
    /site "n" \(Poisson\) has no/,
  );
  assert.throws(() => run(energy, () => {}), /the model observes nothing/);
  const latent = () => void sample("x", new Normal(sample("z", new Normal(0, 1)), 1), { obs: 3 });
  assert.throws(() => run(energy, latent), /the guide has no site "z", which is latent in the model/);
  assert.throws(() => new EnergyDistance({ beta: 2 }), /beta is 2, expected a number above 0 and below 2/);
  assert.throws(
    () => new EnergyDistance({ numParticles: 1 }),
    /numParticles is 1, expected an integer of at least 2/,
  );
  assert.throws(() => new TraceMMD({ numParticles: 0 }), /numParticles is 0/);
});
