import type { BatchReport } from "../pool/model_queue.ts";
import { Histogram } from "./histogram.ts";

/** Bounds in seconds, from a tenth of a millisecond to 10 s. */
const SECONDS = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3, 10];

const ROWS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

/** A number of times, and their sum in milliseconds. */
class Duration {
  count = 0;
  milliseconds = 0;

  add(milliseconds: number): void {
    this.count++;
    this.milliseconds += milliseconds;
  }

  /** Its form in the protocol's statistics extension. */
  toJSON(): { count: number; ns: number } {
    return { count: this.count, ns: Math.round(this.milliseconds * 1e6) };
  }
}

/** The statistics of a version of a model since it was loaded. */
export class Statistics {
  /** Requests that were answered with results, and the time they took. */
  readonly success = new Duration();
  /** Requests that were not. */
  readonly fail = new Duration();
  /** Time in the queue, in seconds. */
  readonly queue = new Histogram(SECONDS);
  /** Time of runs, in seconds. */
  readonly compute = new Histogram(SECONDS);
  /** Rows of batches. */
  readonly batches = new Histogram(ROWS);
  readonly #sizes = new Map<number, Duration>();
  #last = 0;

  /** Counts a run. */
  add({ rows, waited, milliseconds }: BatchReport): void {
    for (const wait of waited) this.queue.add(wait / 1000);
    this.compute.add(milliseconds / 1000);
    this.batches.add(rows);
    const size = this.#sizes.get(rows) ?? new Duration();
    size.add(milliseconds);
    this.#sizes.set(rows, size);
    this.#last = Date.now();
  }

  /** Its form in the protocol's statistics extension. */
  toJSON(): Record<string, unknown> {
    const none = new Duration();
    const duration = ({ count, sum }: Histogram) => ({ count, ns: Math.round(sum * 1e9) });
    return {
      last_inference: this.#last,
      inference_count: this.batches.sum,
      execution_count: this.batches.count,
      inference_stats: {
        success: this.success,
        fail: this.fail,
        queue: duration(this.queue),
        compute_input: none,
        compute_infer: duration(this.compute),
        compute_output: none,
        cache_hit: none,
      },
      batch_stats: [...this.#sizes].sort(([a], [b]) => a - b).map(([rows, time]) => ({
        batch_size: rows,
        compute_input: none,
        compute_infer: time,
        compute_output: none,
      })),
    };
  }
}
