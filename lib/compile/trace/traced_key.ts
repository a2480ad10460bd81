import { type DrawKind, Key, type Shape, type Tensor } from "../../tensor/mod.ts";
import { type Value, withGraph } from "../ir/graph.ts";
import type { Size } from "../ir/size.ts";
import type { TraceContext } from "./context.ts";
import { tensorOf } from "./tensors.ts";

/** One step of how a key was derived from the caller's. `loop`: folded with the index of that loop. */
export type KeyStep =
  | { readonly op: "foldIn"; readonly data: number }
  | { readonly op: "split"; readonly count: number; readonly index: number }
  | { readonly op: "loop"; readonly loop: number };

/** A draw that became an input of the graph, filled from the caller's key at each run. */
export interface NoiseInput {
  /** Its place in the graph. */
  readonly value: Value;
  /** What is drawn. */
  readonly kind: DrawKind;
  /** Which of the caller's keys. */
  readonly key: number;
  /** How the key of the draw comes from the caller's. */
  readonly path: readonly KeyStep[];
  /** The lengths of the loops whose indices the path folds in, outermost first: the leading axes of the input. */
  readonly loops: readonly { readonly id: number; readonly length: Size; readonly isBatch?: boolean }[];
  /** Elements of one draw. */
  readonly shape: readonly Size[];
}

/** A key inside a trace. What it draws is an input of the graph; inside a loop, an input scanned by the loop. */
export class TracedKey extends Key {
  constructor(
    private readonly trace: TraceContext,
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
