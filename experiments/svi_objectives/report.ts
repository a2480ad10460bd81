import type { Context } from "@pyrosaur/pyrosaur/results";
import { countriesOf } from "../rugged/countries.ts";
import { examples } from "./examples/mod.ts";
import { lossesFigure, slopesFigure } from "./figures.ts";
import type { ObjectivesConfig } from "./settings.ts";
import { examplesTable } from "./table.ts";
import type { SeedResult } from "./task.ts";

/** Reports differences and fits of all seeds, and the losses of the first. */
export function report(ctx: Context<ObjectivesConfig>, results: readonly SeedResult[]): void {
  const { simulated } = ctx, n = results.length;
  for (const { name } of examples) {
    const outcomes = results.map((result) => result[name]);
    const most = (dtype: "float32" | "float64") =>
      Math.max(...outcomes.map(({ differences }) => differences[dtype]));
    ctx.metric(`${name}/max_difference`, most("float32"), { n, direction: "lower" });
    ctx.metric(`${name}/float64/max_difference`, most("float64"), { n, direction: "lower" });
    ctx.metric(`${name}/loss`, outcomes.map(({ fit }) => fit.loss), { unit: "nats" });
    for (const place of ["within", "outside"] as const) {
      for (const moment of ["mean", "sd"] as const) {
        ctx.metric(`${name}/slope/${place}/${moment}`, outcomes.map(({ fit }) => fit[place][moment]));
      }
    }
  }
  const wider = results.map(({ beta_vae, basic }) => beta_vae.fit.outside.sd / basic.fit.outside.sd);
  ctx.metric("beta_vae/sd_ratio", wider);
  const [first] = results, step = Float64Array.from(first.basic.losses, (_, i) => i);
  ctx.curve("losses", {
    step,
    ...Object.fromEntries(examples.map(({ name }) => [name, first[name].losses])),
  });
  ctx.table("examples", examplesTable(results));
  const { names } = countriesOf(ctx.dataset("rugged").value);
  ctx.figure("losses", lossesFigure(first, names.length, { simulated }));
  ctx.figure("slopes", slopesFigure(results, { simulated }));
}
