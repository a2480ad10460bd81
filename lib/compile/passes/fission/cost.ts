import type { Node, Value } from "../../ir/graph.ts";
import { evaluate, type Size, sizeOf } from "../../ir/size.ts";
import { MatMul } from "../../ops/matmul.ts";
import { Scan, type ScanAttrs } from "../../ops/scan.ts";

/**
 * An engine's costs of a loop's step, in nanoseconds. Arithmetic costs the same inside a
 * loop and outside, so only the rest counts.
 */
export interface LoopCosts {
  /** One node inside a loop: scheduling it at every step. */
  readonly dispatch: number;
  /** One loop more. */
  readonly loop: number;
  /** One more output that a loop stacks, and each element of it, copied out of the caches. */
  readonly stack: { readonly value: number; readonly element: number };
  /** One more input that a loop scans, and each element of it, read from outside the caches. */
  readonly enter: { readonly value: number; readonly element: number };
  /** One element of a result over all steps, which leaves the caches. */
  readonly memory: number;
  /** One element of the right-hand matrix of a product, which is packed at every product. */
  readonly pack: number;
  /** One element added to a running total at every step. */
  readonly accumulate: number;
}

/** ONNX Runtime's, measured on one core of a server with steps of 1 to 65,536 elements. */
export const onnxCosts: LoopCosts = {
  dispatch: 270,
  loop: 300,
  stack: { value: 100, element: 0.4 },
  enter: { value: 60, element: 0.2 },
  memory: 0.15,
  pack: 0.4,
  accumulate: 0.3,
};

/**
 * Those of generated JavaScript: nothing is scheduled, nothing is packed. Set by hand and tried on
 * a training loop of five parameters: 1.5 us a step with them, 2.2 us with ONNX Runtime's.
 */
export const jsCosts: LoopCosts = {
  ...onnxCosts,
  dispatch: 5,
  loop: 20,
  stack: { value: 5, element: 0.4 },
  enter: { value: 5, element: 0.2 },
  pack: 0,
};

/**
 * Those of eager operations: each is dispatched from JavaScript, and so is each value that a step
 * takes from a sequence or adds to one. Between that of tfjs's own backends (2 us) and TensorFlow's
 * (6 us).
 */
export const eagerCosts: LoopCosts = {
  ...onnxCosts,
  dispatch: 4000,
  loop: 8000,
  stack: { value: 4000, element: 0.4 },
  enter: { value: 4000, element: 0.2 },
  pack: 0,
};

/** The length that named axes are assumed to have. */
const TYPICAL = 32;

const number = (size: Size): number => evaluate(size, { get: () => TYPICAL });
const elements = (value: Value): number => number(sizeOf(value.shape));
const stepsOf = (node: Node): number => number((node as Node<ScanAttrs>).attrs.length);

/** The costs of nodes and values per step of a loop, inside it and outside. */
export class CostModel {
  constructor(private readonly costs: LoopCosts = onnxCosts) {}

  /** One loop more. */
  get loop(): number {
    return this.costs.loop;
  }

  /** That a loop stacks a value. */
  stack(value: Value): number {
    return this.costs.stack.value + this.costs.stack.element * elements(value);
  }

  /** That a loop scans a value. */
  enter(value: Value): number {
    return this.costs.enter.value + this.costs.enter.element * elements(value);
  }

  /** That a loop adds up a value over its steps. */
  sumInside(value: Value): number {
    return this.costs.dispatch + this.costs.accumulate * elements(value);
  }

  /** Adding up a value that is there over all steps. */
  sumOutside(value: Value): number {
    return this.costs.memory * elements(value);
  }

  /** Returns the cost of a node inside a loop. */
  inside(node: Node): number {
    const packs = node.op === MatMul ? this.costs.pack * elements(node.inputs[1]) : 0;
    const steps = node.body ? stepsOf(node) * node.body.nodes.reduce((sum, n) => sum + this.inside(n), 0) : 0;
    return this.costs.dispatch + packs + steps;
  }

  /** Returns the cost of a node over all steps at once: of a loop, where it cannot be lifted. */
  outside(node: Node, varies: (value: Value) => boolean): number {
    const written = this.costs.memory * node.outputs.reduce((n, o) => n + elements(o), 0);
    if (node.op === Scan) {
      return written + stepsOf(node) * node.body!.nodes.reduce((sum, n) => sum + this.outside(n, varies), 0);
    }
    if (!node.op.lift) return this.costs.loop + this.inside(node);
    return written +
      (node.op === MatMul && varies(node.inputs[1]) ? this.costs.pack * elements(node.inputs[1]) : 0);
  }
}
