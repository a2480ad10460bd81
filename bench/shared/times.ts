import { median } from "../../lib/statistics/mod.ts";
import type { Measurement } from "./measurement.ts";

/** Returns the seconds that a call takes. */
export async function seconds(body: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await body();
  return (performance.now() - start) / 1000;
}

/** Times by name, in the order of their first appearance. */
export class Times {
  readonly #values = new Map<string, number[]>();

  /** Adds a time; its unit is `ms` where the name says so, else `s`. */
  add(name: string, value: number): void {
    this.#values.set(name, [...this.#values.get(name) ?? [], value]);
  }

  /** The median of each name's times. */
  medians(): Measurement[] {
    return [...this.#values].map(([name, values]) => ({
      name,
      value: median(values),
      unit: name.includes("_ms") ? "ms" : "s",
      n: values.length,
    }));
  }
}
