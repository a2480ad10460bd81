import { table } from "arquero";
import type { Context } from "@pyrosaur/pyrosaur/results";
import { mean } from "@pyrosaur/pyrosaur/statistics";
import { encodeSafetensors } from "@pyrosaur/pyrosaur/tensor";
import {
  densityFigure,
  flowersFigure,
  gradientFigure,
  heldOutFigure,
  lossFigure,
  membershipFigure,
  startsFigure,
} from "./figures.ts";
import { rowsOf } from "./flowers.ts";
import type { GmmConfig } from "./settings.ts";
import { agreement } from "./agreement.ts";
import type { FlowerResult, GmmResult } from "./task.ts";
import type { Tutorial } from "./tutorial.ts";

/** The components of the tutorial's points, in the tutorial's own output. */
const RIGHT = [0, 0, 1, 1, 1];

/** The largest distance of shares of draws from probabilities, in standard errors. */
function randomError({ drawn, probability }: Tutorial["near"], draws: number): number {
  // Where a draw in a hundred thousand differs, no normal distribution is near.
  const errors = probability.map((p, i) =>
    Math.abs(drawn[i] - p) / Math.sqrt(Math.max(p * (1 - p), 1 / draws) / draws)
  );
  return errors.reduce((a, b) => Math.max(a, b));
}

function reportTutorial(ctx: Context<GmmConfig>, result: Tutorial): void {
  const { start, fit, membership, near, firstLosses } = result, { weights, locs, scale } = fit.params;
  ctx.metric("start/loss", start.loss, { unit: "nats" });
  ctx.metric("start/seed", start.seed);
  ctx.metric("map/loss", fit.losses[fit.losses.length - 1], { unit: "nats" });
  weights.data.forEach((weight, i) => ctx.metric(`map/weights/${i}`, weight));
  locs.data.forEach((loc, i) => ctx.metric(`map/locs/${i}`, loc));
  ctx.metric("map/scale", scale.data[0]);
  ctx.metric("membership/right", membership.filter((c, i) => c === RIGHT[i]).length, { n: RIGHT.length });
  ctx.metric("membership/random_error", randomError(near, ctx.config.draws), { direction: "lower" });
  const misses = near.learned.map((p, i) => Math.abs(p - near.probability[i]));
  ctx.metric("membership/guide_error", misses.reduce((a, b) => Math.max(a, b)), { direction: "lower" });
  ctx.log(
    `seed ${start.seed}, initial loss ${start.loss.toFixed(4)}; the points belong to ${membership.join(" ")}`,
  );
  const rounded = (values: readonly number[]) => values.map((x) => Number(x.toPrecision(6)));
  const norms = Object.entries(fit.norms).map(([name, values]) => [`norm_${name}`, rounded(values)]);
  ctx.curve("map", {
    step: fit.losses.map((_, i) => i),
    loss: rounded(fit.losses),
    ...Object.fromEntries(norms),
  });
  ctx.curve("starts", { seed: firstLosses.map((_, i) => i), loss: rounded(firstLosses) });
  ctx.figure("starts", startsFigure(result));
  ctx.figure("loss", lossFigure(fit));
  ctx.figure("gradients", gradientFigure(fit));
  ctx.figure("density", densityFigure(fit));
  ctx.figure("membership", membershipFigure(result));
  const metadata = { experiment: "gmm", profile: ctx.profile, seed: String(start.seed) };
  ctx.file("parameters.safetensors", encodeSafetensors({ tensors: fit.params, metadata }));
}

function reportFlowers(ctx: Context<GmmConfig>, results: readonly FlowerResult[]): void {
  const { simulated } = ctx,
    { components } = ctx.config.flowers,
    nats = { unit: "nats", direction: "higher" } as const;
  const of = (count: number, part: "heldOut" | "fitted") =>
    results.filter((result) => result.components === count).map((result) => result[part]);
  const heldOut = components.map((count) => mean(of(count, "heldOut")));
  const fitted = components.map((count) => mean(of(count, "fitted")));
  components.forEach((count) => {
    ctx.metric(`flowers/held_out/components=${count}`, of(count, "heldOut"), nats);
    ctx.metric(`flowers/fitted/components=${count}`, of(count, "fitted"), nats);
  });
  const best = components[heldOut.indexOf(heldOut.reduce((a, b) => Math.max(a, b)))];
  ctx.metric("flowers/components", best);
  const flowers = ctx.dataset("iris").value,
    species = Array.from(flowers.array("species") as ArrayLike<string>);
  const { whole } = results.find((result) => result.components === best && result.whole)!;
  ctx.metric("flowers/agreement", agreement(whole!.assignments, species), { direction: "higher" });
  ctx.table(
    "flowers",
    table({
      components,
      "held out": heldOut.map((x) => x.toFixed(3)),
      fitted: fitted.map((x) => x.toFixed(3)),
    }),
  );
  ctx.figure("held_out", heldOutFigure(components, { heldOut, fitted }, { simulated }));
  ctx.figure("flowers", flowersFigure(rowsOf(flowers), species, whole!, { simulated }));
}

/** Reports the tutorial and the irises. */
export function report(ctx: Context<GmmConfig>, [first, ...rest]: readonly GmmResult[]): void {
  reportTutorial(ctx, first as Tutorial);
  reportFlowers(ctx, rest as FlowerResult[]);
}
