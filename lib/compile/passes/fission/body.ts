import { forEachUse, type Graph, type Node, type Value } from "../../ir/graph.ts";
import { Add } from "../../ops/binary.ts";
import { fillOf } from "../../ops/constant.ts";
import type { ScanAttrs } from "../../ops/scan.ts";
import { sameShape, type Size } from "../../ir/size.ts";

/** Carries as bits: bit `k` is set for carry `k`. */
export type Mask = bigint;

/** Returns a mask of the given carries. */
export const maskOf = (carries: Iterable<number>): Mask =>
  [...carries].reduce((m, k) => m | 1n << BigInt(k), 0n);

/** Returns the carries of a mask. */
export function bitsOf(mask: Mask): number[] {
  const bits: number[] = [];
  for (let k = 0; mask; k++, mask >>= 1n) if (mask & 1n) bits.push(k);
  return bits;
}

/** An analysis of a loop's body before it is taken apart: liveness and dependences. */
export class LoopBody {
  readonly graph: Graph;
  readonly carries: number;
  readonly length: Size;
  readonly reverse: boolean;
  /** The nodes that wanted outputs need, in order. */
  readonly nodes: Node[];
  /** The carries whose value some wanted output needs. */
  readonly live: Set<number> = new Set();
  /** Number of live nodes and wanted outputs that use a value. */
  readonly uses: Map<Value, number> = new Map();
  #operands = new Map<Node, Value[]>();
  #reads = new Map<Value, Mask>();
  #varying = new Set<Value>();
  #needs: Mask[];

  /** @param wanted which outputs of the loop anyone uses */
  constructor(readonly scan: Node<ScanAttrs>, readonly wanted: readonly boolean[]) {
    this.graph = scan.body!;
    ({ carries: this.carries, length: this.length, reverse: this.reverse } = scan.attrs);
    this.nodes = this.#findLive();
    this.#findReads();
    this.#needs = this.#closure();
  }

  /** Returns the values of this body that a node uses, also deep inside its own body. */
  operands(node: Node): readonly Value[] {
    let list = this.#operands.get(node);
    if (!list) {
      const found = new Set(node.inputs.filter((v) => v.graph === this.graph));
      if (node.body) forEachUse(node.body, (v) => v.graph === this.graph && found.add(v));
      this.#operands.set(node, list = [...found].filter((v) => !v.constant));
    }
    return list;
  }

  /** Returns whether a value may differ from step to step. */
  varies(value: Value): boolean {
    return this.#varying.has(value);
  }

  /** Returns the carries a value is computed from within its step. */
  reads(value: Value): Mask {
    return this.#reads.get(value) ?? 0n;
  }

  /** Returns the carries a value is computed from, in this step and all before it. */
  needs(value: Value): Mask {
    return bitsOf(this.reads(value)).reduce((m, k) => m | this.#needs[k], this.reads(value));
  }

  /** Returns the carries that the next value of carry `k` needs, in this step and all before it. */
  needsOfCarry(k: number): Mask {
    return this.#needs[k];
  }

  /** Returns whether a carry never changes. */
  isFixed(k: number): boolean {
    return this.graph.outputs[k] === this.graph.inputs[k] || this.graph.outputs[k] === this.scan.inputs[k];
  }

  /** Returns the term that a carry adds to itself at each step, if that is all it does. */
  termOf(k: number): Value | undefined {
    const output = this.graph.outputs[k], input = this.graph.inputs[k];
    if (output.node?.op !== Add || output.graph !== this.graph) return undefined;
    const [a, b] = output.node.inputs;
    if (a === b || (a !== input && b !== input)) return undefined;
    const term = a === input ? b : a;
    if (!sameShape(term.shape, output.shape)) return undefined;
    return this.reads(term) & 1n << BigInt(k) ? undefined : term;
  }

  #use(value: Value, stack: Value[]): void {
    if (value.graph !== this.graph || value.constant) return;
    const count = this.uses.get(value) ?? 0;
    this.uses.set(value, count + 1);
    if (count === 0) stack.push(value);
  }

  #findLive(): Node[] {
    const alive = new Set<Node>(), stack: Value[] = [], { inputs, outputs } = this.graph;
    outputs.forEach((o, i) => this.wanted[i] && this.#use(o, stack));
    const places = new Map(inputs.slice(0, this.carries).map((v, k) => [v, k]));
    for (let value = stack.pop(); value; value = stack.pop()) {
      const k = places.get(value);
      if (k !== undefined) {
        this.live.add(k);
        if (!this.wanted[k]) this.#use(outputs[k], stack);
      } else if (value.node && !alive.has(value.node)) {
        alive.add(value.node);
        for (const v of this.operands(value.node)) this.#use(v, stack);
      }
    }
    for (let k = 0; k < this.carries; k++) if (this.wanted[k]) this.live.add(k);
    return this.graph.nodes.filter((n) => alive.has(n));
  }

  #findReads(): void {
    this.graph.inputs.forEach((input, j) => {
      if (j < this.carries) {
        if (this.isFixed(j)) return;
        this.#reads.set(input, 1n << BigInt(j));
        this.#varying.add(input);
      } else if (fillOf(this.scan.inputs[j]) === undefined) this.#varying.add(input);
    });
    for (const node of this.nodes) {
      const operands = this.operands(node);
      const mask = operands.reduce((m, v) => m | this.reads(v), 0n),
        varies = operands.some((v) => this.varies(v));
      for (const output of node.outputs) {
        this.#reads.set(output, mask);
        if (varies) this.#varying.add(output);
      }
    }
  }

  #closure(): Mask[] {
    const masks = Array.from(
      { length: this.carries },
      (_, k) => this.isFixed(k) ? 0n : this.reads(this.graph.outputs[k]),
    );
    for (let changed = true; changed;) {
      changed = false;
      for (let k = 0; k < this.carries; k++) {
        const wider = bitsOf(masks[k]).reduce((m, j) => m | masks[j], masks[k]);
        if (wider !== masks[k]) [masks[k], changed] = [wider, true];
      }
    }
    return masks;
  }
}
