import { checkOptions, type OptionNames } from "../system/mod.ts";
import type { Shape } from "../tensor/mod.ts";
import type { Trace } from "./trace.ts";

/** Options of `formatShapes`. */
export interface FormatShapesOptions {
  /** The first line (default "Trace Shapes:"). */
  title?: string;
  /** Computes log densities and shows their shapes (default true). */
  logProb?: boolean;
}

const optionNames: OptionNames<FormatShapesOptions> = { title: true, logProb: true };

/** A row: a label, then the cells left of the bar (flush right) and right of it (flush left). */
type Row = readonly [label: string, left: readonly string[], right: readonly string[]];

const strings = (shape: Shape): string[] => shape.map(String);

/**
 * Writes the shapes of a trace as a table, as Pyro's `format_shapes`: for each sample site those of
 * distribution, value and log density, batch axes left of the bar and event axes right of it.
 *
 * @example Batch and event axes
 * ```ts
 * import { Normal } from "@pyrosaur/pyrosaur/distributions";
 * import { formatShapes, sample, seed, trace } from "@pyrosaur/pyrosaur/ppl";
 * import { random, tf } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const model = () => sample("x", new Normal(tf.zeros([4, 2]), 1).toEvent(1));
 * const table = formatShapes(trace(seed(model, random.key(0))).get());
 * assert.match(table, /x dist\s+4 \| 2/);
 * ```
 */
export function formatShapes(trace: Trace, options?: FormatShapesOptions): string {
  checkOptions("format shapes", options, optionNames);
  const { title = "Trace Shapes:", logProb = true } = options ?? {};
  const rows: Row[] = [[title, [], []], ["Param Sites:", [], []]];
  for (const { name, value } of trace.paramSites) rows.push([name, strings(value.shape), []]);
  rows.push(["Sample Sites:", [], []]);
  for (const site of trace.sampleSites) {
    const { batchShape, eventShape } = site.distribution;
    const { shape } = site.value, split = shape.length - eventShape.length;
    rows.push([`${site.name} dist`, [...strings(batchShape), "|"], strings(eventShape)]);
    rows.push(["value", [...strings(shape.slice(0, split)), "|"], strings(shape.slice(split))]);
    if (logProb) rows.push(["logProb", [...strings(site.logProb.shape), "|"], []]);
  }
  const most = (at: 1 | 2) => Math.max(...rows.map((row) => row[at].length));
  const left = most(1), right = most(2);
  const cells = rows.map(([label, l, r]) => [
    label,
    ...Array(left - l.length).fill(""),
    ...l,
    ...r,
    ...Array(right - r.length).fill(""),
  ]);
  const widths = cells[0].map((_, i) => Math.max(...cells.map((row) => row[i].length)));
  return cells.map((row) => row.map((cell, i) => cell.padStart(widths[i])).join(" ").trimEnd()).join("\n");
}
