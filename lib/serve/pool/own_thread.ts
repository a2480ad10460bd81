import { modelSignature } from "../../compile/onnx/signature.ts";
import type { ToWorker } from "./messages.ts";
import { ModelRunner } from "./model_runner.ts";
import { shapesOf } from "./model_queue.ts";
import type { WireTensor } from "../protocol/datatypes.ts";

/** Milliseconds of a run that the server's own thread has time for. */
const QUICK = 0.25;

/** Bytes of a model beyond which it is not loaded once more. */
const LARGE = 2 ** 23;

/** Operators whose time does not follow from the shapes of inputs alone. */
const OPEN_ENDED = ["Loop", "Scan", "If", "SequenceMap"];

/** The most times that are remembered. */
const TIMES = 10_000;

/**
 * The server's own thread, where models run for which the way to a Worker and back would take
 * longer than they do: those that were quick with inputs of the same shapes, and whose time follows
 * from these.
 */
export class OwnThread {
  readonly #runner = new ModelRunner();
  readonly #models = new Set<string>();
  readonly #times = new Map<string, number>();
  #isBusy = false;

  /** True while a model runs. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Loads a model that may be quick. Rejects where ONNX Runtime does not take it. */
  async load(order: Extract<ToWorker, { load: string }>): Promise<void> {
    const signature = order.bytes.length > LARGE ? undefined : modelSignature(order.bytes);
    if (!signature || OPEN_ENDED.some((name) => signature.operators.has(name))) return;
    await this.#runner.answer(order);
    this.#models.add(order.load);
  }

  /** Frees a model. */
  unload(key: string): void {
    if (this.#models.delete(key)) void this.#runner.answer({ unload: key });
  }

  /** True where a model is quick on such inputs, as far as is known. */
  isQuick(key: string, inputs: readonly WireTensor[], rows: number): boolean {
    return this.#models.has(key) && this.#times.get(placeOf(key, inputs, rows))! <= QUICK;
  }

  /** Learns the time of a run, here or in a Worker. */
  learn(key: string, inputs: readonly WireTensor[], rows: number, milliseconds: number): void {
    if (!this.#models.has(key)) return;
    if (this.#times.size >= TIMES) this.#times.clear();
    const place = placeOf(key, inputs, rows), known = this.#times.get(place) ?? Infinity;
    // What delays a single run, as other programs do, is none of the model's time.
    this.#times.set(place, Math.min(milliseconds, 1.1 * known));
  }

  /** Runs a model on inputs. */
  async run(
    key: string,
    inputs: readonly WireTensor[],
  ): Promise<{ outputs: readonly WireTensor[]; milliseconds: number }> {
    this.#isBusy = true;
    try {
      return await this.#runner.answer({ run: key, inputs });
    } finally {
      this.#isBusy = false;
    }
  }
}

/** Numbers of rows up to the same power of two take about the same time. */
const placeOf = (key: string, inputs: readonly WireTensor[], rows: number): string =>
  `${key} ${shapesOf(inputs)} ${Math.ceil(Math.log2(rows))}`;
