/** Counts of values up to bounds, as Prometheus has them. */
export class Histogram {
  readonly #counts: number[];
  /** The sum of all values. */
  sum = 0;
  /** The number of values. */
  count = 0;

  /** @param bounds the upper bounds, increasing; what is beyond the last counts for infinity */
  constructor(readonly bounds: readonly number[]) {
    this.#counts = bounds.map(() => 0);
  }

  /** Adds a value. */
  add(value: number): void {
    this.sum += value;
    this.count++;
    const at = this.bounds.findIndex((bound) => value <= bound);
    if (at >= 0) this.#counts[at]++;
  }

  /** Returns its lines in Prometheus' text format. */
  lines(name: string, labels: string): string[] {
    let total = 0;
    const buckets = this.bounds.map((bound, i) =>
      `${name}_bucket{${labels},le="${bound}"} ${total += this.#counts[i]}`
    );
    return [
      ...buckets,
      `${name}_bucket{${labels},le="+Inf"} ${this.count}`,
      `${name}_sum{${labels}} ${this.sum}`,
      `${name}_count{${labels}} ${this.count}`,
    ];
  }
}
