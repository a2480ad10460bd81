import { type DrawKind, Key, type Shape, type Tensor } from "../../tensor/mod.ts";
import { withGraph } from "../ir/graph.ts";
import type { ActiveTrace, KeyOrigin, KeyStep } from "./active.ts";
import { tensorOf } from "./tensors.ts";

let origins = 0;

/** A derivation of a key: equal steps from one lead to the same. */
export class Origin implements KeyOrigin {
  readonly id: number = origins++;
  readonly loops: readonly number[];
  readonly #next = new Map<string, Origin>();

  constructor(readonly key: number, readonly last?: { readonly from: Origin; readonly step: KeyStep }) {
    const { from, step } = last ?? {}, before = from?.loops ?? [];
    this.loops = step?.op === "loop" && !before.includes(step.loop) ? [...before, step.loop] : before;
  }

  /** Returns the derivation by one step more. */
  then(step: KeyStep): Origin {
    const name = Object.values(step).join();
    let next = this.#next.get(name);
    if (!next) this.#next.set(name, next = new Origin(this.key, { from: this, step }));
    return next;
  }
}

/** A key inside a trace. A draw is an input of the graph; inside a loop, a scanned one. */
export class TracedKey extends Key {
  constructor(private readonly trace: ActiveTrace, private readonly origin: Origin) {
    super();
  }

  #derive(step: KeyStep): TracedKey {
    return new TracedKey(this.trace, this.origin.then(step));
  }

  override split(count = 2): Key[] {
    return Array.from({ length: count }, (_, index) => this.#derive({ op: "split", count, index }));
  }

  override foldIn(data: number): Key {
    return this.#derive({ op: "foldIn", data });
  }

  /** This key folded with the index of a loop that is being traced. */
  foldInLoop(loop: number): TracedKey {
    return this.#derive({ op: "loop", loop });
  }

  override draw(kind: DrawKind, shape: Shape): Tensor {
    const { trace, origin } = this;
    const sizes = trace.sizes(shape);
    const loops = trace.loops.filter((l) => origin.loops.includes(l.id));
    if (loops.length < origin.loops.length) {
      throw new Error(
        "Cannot draw from a key outside the loop whose step it belongs to: it escaped from a scan",
      );
    }
    const signature = `${kind} ${origin.id} [${sizes}]`;
    const known = trace.draws.get(signature);
    if (known) return tensorOf(known);
    const full = [...loops.map((l) => l.length), ...sizes];
    const name = `noise${trace.noise.length}`;
    let value = withGraph(trace.root, () => trace.root.input(full, "float", name));
    trace.noise.push({
      value,
      kind,
      origin,
      loops: loops.map(({ id, length, isBatch }) => ({ id, length, isBatch })),
      shape: sizes,
    });
    // Each loop scans its slice of the input: the outermost takes the first axis, and so on
    // inwards.
    for (const loop of loops) value = loop.scanned(value);
    trace.draws.set(signature, value);
    return tensorOf(value);
  }
}
