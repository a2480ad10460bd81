import { table } from "arquero";
import { encodeVae, vae, vaeParts } from "@pyrosaur/pyrosaur/models";
import type { Context } from "@pyrosaur/pyrosaur/results";
import { mean } from "@pyrosaur/pyrosaur/statistics";
import { random } from "@pyrosaur/pyrosaur/tensor";
import { elboFigure, mapFigure, reconstructionFigure, samplesFigure, walkFigure } from "./figures.ts";
import { imagesOf, numbers } from "./images.ts";
import { latentMap } from "./latent_map.ts";
import { doubt, meansOf, picturesOf, reconstructions, samples, walk } from "./pictures.ts";
import type { VaeConfig } from "./settings.ts";
import { AIM, PYRO, pyroAt } from "./targets.ts";
import type { Fit } from "./task.ts";

const nats = { unit: "nats", direction: "higher" } as const;

/** The epochs whose test ELBO is a metric beside Pyro's. */
const COMPARED = [5, 20];

function reportNumbers(ctx: Context<VaeConfig>, { testElbo, trainElbo, bounds, curves, seconds }: Fit): void {
  const { config, simulated, profile } = ctx;
  const isTuned = profile === "tuned" && !simulated;
  ctx.metric("test_elbo", testElbo, { ...nats, ...(isTuned && { target: AIM }) });
  ctx.metric("train_elbo", trainElbo, nats);
  config.bounds.forEach((count, i) => {
    ctx.metric(`iw${count}`, bounds[i].mean, { ...nats, se: bounds[i].se, n: config.boundImages });
  });
  for (const epoch of COMPARED) {
    const at = curves.epochs.indexOf(epoch);
    // The tuned training is at another place after as many epochs.
    const target = simulated || profile === "tuned" ? undefined : pyroAt(epoch);
    if (at >= 0) {
      ctx.metric(`test_elbo/epoch=${epoch}`, curves.testElbo[at], { ...nats, ...(target && { target }) });
    }
  }
  ctx.metric("seconds", seconds, { unit: "s", direction: "lower" });
}

function reportCurves(ctx: Context<VaeConfig>, { curves }: Fit): void {
  const rounded = (values: readonly number[], digits: number) => values.map((v) => Number(v.toFixed(digits)));
  const { trainElbo, epochs, testElbo, seconds } = curves;
  ctx.curve("train", { epoch: trainElbo.map((_, i) => i + 1), train_elbo: rounded(trainElbo, 3) });
  ctx.curve("test", { epoch: epochs, seconds: rounded(seconds, 1), test_elbo: rounded(testElbo, 3) });
  const pyro = ctx.simulated ? [] : PYRO, shown = epochs.filter((epoch) => epoch <= 5 || epoch % 5 === 0);
  ctx.table(
    "elbo",
    table({
      epoch: shown,
      "training": shown.map((epoch) => trainElbo[epoch - 1].toFixed(2)),
      "test": shown.map((epoch) => testElbo[epochs.indexOf(epoch)].toFixed(2)),
      ...(pyro.length > 0 && { "test, Pyro": shown.map((epoch) => pyro[epoch - 1]?.toFixed(2) ?? null) }),
    }),
  );
  ctx.figure("elbo", elboFigure(curves, pyro, { simulated: ctx.simulated }));
}

/** The number of images in figures, and the ways from digit to digit. */
const SHOWN = 10, SAMPLED = 40, STEPS = 10, WAYS = [[0, 6], [3, 8], [4, 9], [1, 7]] as const;
/** Draws of figures: apart from those of training and measuring. */
const DRAW = 4;

function reportPictures(ctx: Context<VaeConfig>, { params }: Fit): void {
  const { simulated } = ctx,
    { train, test } = ctx.dataset("mnist").value,
    count = Math.min(ctx.config.mapped, test.count);
  const model = vae({ ...ctx.config.sizes, inputDim: imagesOf(train).pixels }),
    parts = vaeParts(model, params);
  const [a, b, c, d] = random.key(ctx.seeds[0]).foldIn(DRAW).split(4),
    first = numbers(0, Math.min(SHOWN, test.count));
  if (simulated) ctx.metric("flip", doubt(reconstructions(parts, test, numbers(0, count), d)));
  const options = { simulated };
  ctx.figure(
    "reconstructions",
    reconstructionFigure(picturesOf(test, first), reconstructions(parts, test, first, a), options),
  );
  ctx.figure("samples", samplesFigure(samples(parts, model.options.zDim, SAMPLED, b), options));
  const ways = WAYS.map((ends) => walk(parts, test, ends, STEPS)).filter(({ length }) => length > 0);
  if (ways.length > 0) ctx.figure("walk", walkFigure(ways, options));
  ctx.figure("map", mapFigure(latentMap(meansOf(parts, test, count), c), test.labels, options));
}

/** Reports the autoencoder. */
export function report(ctx: Context<VaeConfig>, [fit]: readonly Fit[]): void {
  const { name, value, sha256 } = ctx.dataset("mnist"), { epochs } = ctx.config.training;
  ctx.log(`test ELBO ${mean(fit.testElbo).toFixed(2)} after ${epochs} epochs, ${Math.round(fit.seconds)} s`);
  reportNumbers(ctx, fit);
  reportCurves(ctx, fit);
  reportPictures(ctx, fit);
  const model = vae({ ...ctx.config.sizes, inputDim: imagesOf(value.train).pixels });
  ctx.file(
    "parameters.safetensors",
    encodeVae(fit.params, model, {
      experiment: "vae",
      profile: ctx.profile,
      epochs: String(epochs),
      test_elbo: mean(fit.testElbo).toFixed(3),
      data: name,
      data_sha256: sha256 ?? "simulated",
    }),
  );
}
