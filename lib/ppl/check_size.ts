import { activeTrace } from "../compile/internals.ts";
import { isTracing } from "../compile/mod.ts";
import { tooLarge } from "../tensor/mod.ts";
import type { SampleMessage } from "./message.ts";

/**
 * Throws before a value of a site is made that no memory could hold, naming its plates. Lengths
 * that are known at run time only are looked at then.
 */
export function checkSize({ name, distribution, plates }: SampleMessage): void {
  const shape = distribution.shape();
  // Numbers stand for named axes in a trace.
  if (isTracing() && activeTrace().sizes(shape).some((size) => typeof size !== "number")) return;
  const reason = tooLarge(shape);
  if (reason === undefined) return;
  const around = plates.map((p) => `"${p.name}" of ${p.size}`).join(", ");
  throw new Error(
    `Cannot draw site "${name}"${
      around && ` in plate ${around}`
    }: ${reason}; take part of the members at a time ` +
      "(subsampleSize), or observe the site",
  );
}
