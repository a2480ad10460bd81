import type { Lifted, Node, Value } from "../../ir/graph.ts";
import { fill, fillOf } from "../../ops/constant.ts";
import type { ScanAttrs } from "../../ops/scan.ts";
import { add } from "../../ops/binary.ts";
import { stacked } from "../../ops/shape.ts";
import { LoopBody } from "./body.ts";
import type { CostModel } from "./cost.ts";
import { EmittedLoop } from "./emit_loop.ts";
import { liftNode } from "../../lift/mod.ts";
import { findLoops, type LoopPlan, type SmallLoop } from "./loops.ts";
import { type Placement, placeNodes } from "./place.ts";
import { lastOf, running, shift } from "./shift.ts";
import { sumOverTime } from "./sum_over_time.ts";

/**
 * Takes a loop apart into what comes before, the small loops that stay, and what comes after,
 * recorded in the current graph.
 *
 * @param wanted which of its outputs anyone uses
 * @returns for each wanted output, what it has become
 */
export function splitLoop(
  scan: Node<ScanAttrs>,
  wanted: readonly boolean[],
  cost: CostModel,
): Map<Value, Value> {
  const split = new Split(new LoopBody(scan, wanted), cost);
  const result = new Map<Value, Value>();
  scan.outputs.forEach((output, i) => wanted[i] && result.set(output, split.output(i)));
  return result;
}

class Split {
  readonly #plan: LoopPlan;
  readonly #placement: Placement;
  readonly #lifted = new Map<Value, Lifted>();
  readonly #emitted = new Map<SmallLoop, EmittedLoop>();
  readonly #places: Map<Value, number>;

  constructor(private readonly body: LoopBody, cost: CostModel) {
    const { graph, scan, carries, wanted } = body, { collect } = scan.attrs;
    this.#plan = findLoops(body, cost);
    const { kinds } = this.#plan;
    const stackedValues = new Set<Value>(), summed = new Set<Value>();
    for (const k of body.live) {
      if (kinds[k] === "shifted") stackedValues.add(graph.outputs[k]);
      if (kinds[k] === "total") summed.add(body.termOf(k)!);
    }
    collect.forEach((c, i) =>
      wanted[carries + i] && (c === "sum" ? summed : stackedValues).add(graph.outputs[carries + i])
    );
    this.#placement = placeNodes(body, this.#plan, cost, stackedValues, summed);
    this.#places = new Map(graph.inputs.slice(0, carries).map((v, k) => [v, k]));
    graph.inputs.slice(carries).forEach((input, j) => {
      const source = scan.inputs[carries + j], number = fillOf(source);
      this.#lifted.set(
        input,
        number === undefined
          ? { value: source, stacked: true }
          : { value: fill(input.shape, number, input.dtype), stacked: false },
      );
    });
  }

  /** Returns the value that stands for output `i` of the loop. */
  output(i: number): Value {
    const { body } = this, value = body.graph.outputs[i];
    if (i < body.carries) return this.#last(i);
    return body.scan.attrs.collect[i - body.carries] === "sum"
      ? this.#sum(value)
      : stacked(this.lift(value), body.length);
  }

  #last(k: number): Value {
    const { graph, scan, length, reverse } = this.body, init = scan.inputs[k];
    switch (this.#plan.kinds[k]) {
      case "fixed":
        return init;
      case "shifted":
        return lastOf(this.lift(graph.outputs[k]), length, reverse);
      case "loop":
        return this.#emit(this.#plan.loops.find((l) => l.carries.includes(k))!).last(k);
      default:
        return add(init, this.#sum(this.body.termOf(k)!));
    }
  }

  #sum(value: Value): Value {
    const loop = this.#plan.loops.find((l) => l.sums.has(value));
    if (loop) return this.#emit(loop).sum(value);
    const isGiven = (v: Value) => this.#lifted.has(v) || this.#loopOf(v) !== undefined;
    return sumOverTime({ body: this.body, lift: (v) => this.lift(v), isGiven }, value);
  }

  /** Returns the loop in which a value of the body is computed, if it is computed in one. */
  #loopOf(value: Value): SmallLoop | undefined {
    if (value.node) return this.#placement.get(value.node);
    const k = this.#places.get(value);
    return k !== undefined && this.#plan.kinds[k] === "loop"
      ? this.#plan.loops.find((l) => l.carries.includes(k))
      : undefined;
  }

  #emit(loop: SmallLoop): EmittedLoop {
    let emitted = this.#emitted.get(loop);
    if (!emitted) this.#emitted.set(loop, emitted = new EmittedLoop(this.body, loop, (v) => this.lift(v)));
    return emitted;
  }

  /** Returns a value of the body over all steps. Deep graphs are walked without recursion. */
  lift(value: Value): Lifted {
    if (value.graph !== this.body.graph || value.constant) return { value, stacked: false };
    const pending = [value];
    for (let top = pending.at(-1); top; top = pending.at(-1)) {
      if (this.#lifted.has(top)) {
        pending.pop();
        continue;
      }
      const missing = this.#sources(top).filter((v) =>
        v.graph === this.body.graph && !v.constant && !this.#lifted.has(v)
      );
      if (missing.length > 0) pending.push(...missing);
      else this.#make(top);
    }
    return this.#lifted.get(value)!;
  }

  /** Returns the values that must be lifted before a value can be. */
  #sources(value: Value): readonly Value[] {
    if (this.#loopOf(value)) return [];
    if (value.node) return this.body.operands(value.node);
    const k = this.#places.get(value)!;
    if (this.#plan.kinds[k] === "shifted") return [this.body.graph.outputs[k]];
    return this.#plan.kinds[k] === "running" ? [this.body.termOf(k)!] : [];
  }

  #make(value: Value): void {
    const { graph, scan, length, reverse } = this.body, loop = this.#loopOf(value);
    const lifted = (v: Value): Lifted =>
      v.graph === graph && !v.constant ? this.#lifted.get(v)! : { value: v, stacked: false };
    if (loop) return void this.#lifted.set(value, this.#emit(loop).stacked(value));
    if (value.node) {
      const results = liftNode({ length, of: lifted }, value.node);
      return value.node.outputs.forEach((o, i) => this.#lifted.set(o, results[i]));
    }
    const k = this.#places.get(value)!, init = scan.inputs[k];
    switch (this.#plan.kinds[k]) {
      case "shifted":
        return void this.#lifted.set(value, shift(init, lifted(graph.outputs[k]), length, reverse));
      case "running":
        return void this.#lifted.set(
          value,
          running(init, lifted(this.body.termOf(k)!), length, reverse, true),
        );
      default:
        return void this.#lifted.set(value, { value: init, stacked: false });
    }
  }
}
