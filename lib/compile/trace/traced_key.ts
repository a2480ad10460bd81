import { type DrawKind, Key, type Shape, type Tensor } from "../../tensor/mod.ts";
import { withGraph } from "../ir/graph.ts";
import type { ActiveTrace, KeyStep } from "./active.ts";
import { tensorOf } from "./tensors.ts";

/** A key inside a trace. A draw is an input of the graph; inside a loop, a scanned one. */
export class TracedKey extends Key {
  constructor(
    private readonly trace: ActiveTrace,
    private readonly argument: number,
    private readonly path: readonly KeyStep[],
  ) {
    super();
  }

  #derive(step: KeyStep): TracedKey {
    return new TracedKey(this.trace, this.argument, [...this.path, step]);
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
    const { trace } = this;
    const sizes = trace.sizes(shape);
    const used = new Set(this.path.flatMap((s) => s.op === "loop" ? [s.loop] : []));
    const loops = trace.loops.filter((l) => used.has(l.id));
    if (loops.length < used.size) {
      throw new Error(
        "Cannot draw from a key outside the loop whose step it belongs to: it escaped from a scan",
      );
    }
    const signature = JSON.stringify([kind, this.argument, this.path, sizes.map(String)]);
    const known = trace.draws.get(signature);
    if (known) return tensorOf(known);
    const full = [...loops.map((l) => l.length), ...sizes];
    const name = `noise${trace.noise.length}`;
    let value = withGraph(trace.root, () => trace.root.input(full, "float", name));
    trace.noise.push({
      value,
      kind,
      key: this.argument,
      path: this.path,
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
