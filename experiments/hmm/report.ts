import { table } from "arquero";
import type { Context } from "@pyrosaur/pyrosaur/results";
import { encodeSafetensors } from "@pyrosaur/pyrosaur/tensor";
import { emissionFigure, lossesFigure, statesFigure } from "./figures.ts";
import { nllOf } from "./fit.ts";
import { rowsOf } from "./notes.ts";
import type { HmmConfig } from "./settings.ts";
import { DMM_NLL } from "./targets.ts";
import type { HmmResult } from "./task.ts";

const nats = { unit: "nats", direction: "lower" } as const;
const label = (kind: string): string => kind.replace(" ", "_");
const rounded = (values: readonly number[]) => values.map((x) => Number(x.toPrecision(7)));

async function reportCounts(ctx: Context<HmmConfig>, result: HmmResult): Promise<void> {
  const { losses, tables, trainNll } = result, { pieces, hidden } = ctx.config;
  const falls = losses.slice(1).map((loss, i) => loss - losses[i]);
  ctx.metric("baum_welch/largest_fall", Math.max(0, ...falls), nats);
  const train = rowsOf(ctx.dataset("jsb").value.train.slice(0, pieces));
  const enumerated = await nllOf("plain", tables, train, hidden, ctx.compile);
  ctx.metric("baum_welch/enumeration_error", Math.abs(enumerated - trainNll), nats);
}

/** Reports all models. */
export async function report(ctx: Context<HmmConfig>, results: readonly HmmResult[]): Promise<void> {
  const { simulated } = ctx, { value, sha256 } = ctx.dataset("jsb");
  const [counts, ...forms] = results, plain = forms.find(({ kind }) => kind === "plain") ?? counts;
  for (const { kind, testNll, trainNll } of results) {
    ctx.metric(`${label(kind)}/test_nll`, testNll, nats);
    ctx.metric(`${label(kind)}/train_nll`, trainNll, nats);
  }
  await reportCounts(ctx, counts);
  for (const { kind, losses } of results) {
    ctx.curve(label(kind), { step: losses.map((_, i) => i), loss: rounded(losses) });
  }
  const fixed = (values: readonly number[]) => values.map((x) => x.toFixed(3));
  const isDmmHere = !simulated && ctx.profile === "full";
  ctx.table(
    "nll",
    table({
      model: [
        ...results.map(({ kind }) => kind.replace("baum_welch", "plain, by Baum-Welch")),
        ...isDmmHere ? ["Deep Markov Model"] : [],
      ],
      test: [...fixed(results.map(({ testNll }) => testNll)), ...isDmmHere ? [`≤ ${DMM_NLL}`] : []],
      training: [...fixed(results.map(({ trainNll }) => trainNll)), ...isDmmHere ? [""] : []],
    }),
  );
  const [piece] = rowsOf(value.test.slice(0, 1));
  ctx.figure(
    "losses",
    lossesFigure(Object.fromEntries(forms.map(({ kind, losses }) => [kind, losses])), { simulated }),
  );
  ctx.figure(
    "baum_welch",
    lossesFigure({ "Baum-Welch": counts.losses }, { title: "Negative log likelihood by round", simulated }),
  );
  ctx.figure("states", statesFigure(piece, plain.states!, { simulated }));
  ctx.figure("emissions", emissionFigure(plain.tables.probs_y, { simulated }));
  const metadata = {
    experiment: "hmm",
    profile: ctx.profile,
    test_nll: plain.testNll.toFixed(3),
    data_sha256: sha256 ?? "simulated",
  };
  ctx.file("parameters.safetensors", encodeSafetensors({ tensors: plain.tables, metadata }));
}
