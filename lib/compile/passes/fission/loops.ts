import type { Node, Value } from "../../ir/graph.ts";
import { bitsOf, type LoopBody, type Mask, maskOf } from "./body.ts";
import type { CostModel } from "./cost.ts";

/** A loop that stays: carries that depend on each other in a circle, and their steps. */
export interface SmallLoop {
  carries: number[];
  mask: Mask;
  /** The nodes from carry to carry, and those that are cheaper here than over all steps. */
  nodes: Set<Node>;
  /** Values it adds up over its steps. */
  sums: Set<Value>;
}

/**
 * The fate of a carry.
 * - fixed: it never changes, and is a captured value;
 * - total: it only adds up terms, and only its last value is used: a sum over time;
 * - running: it adds up terms that no loop is needed for: a cumulative sum;
 * - shifted: it is on no cycle: its values are those it is given, one step later;
 * - loop: it stays a carry of a loop.
 */
type CarryKind = "fixed" | "total" | "running" | "shifted" | "loop";

/** The loops that stay, upstream first, and what becomes of each carry. */
export interface LoopPlan {
  kinds: CarryKind[];
  loops: SmallLoop[];
}

/** Finds the loops that stay: one a cycle of carries, or one for several if that pays. */
export function findLoops(body: LoopBody, cost: CostModel): LoopPlan {
  const kinds = classify(body), loops: SmallLoop[] = [];
  for (const cycle of cyclesOf(body, kinds)) {
    const needs = body.needsOfCarry(cycle[0]);
    const upstream = loops.findLastIndex((l) => (l.mask & needs) !== 0n);
    // Without anything upstream, a loop of its own would only cost one loop more.
    const host = loops[Math.max(upstream, 0)];
    const way = upstream >= 0 ? between(body, cost, host, cycle, kinds) : { pays: false, carries: [] };
    if (!host || way.pays) {
      loops.push({ carries: cycle, mask: maskOf(cycle), nodes: new Set(), sums: new Set() });
    } else join(host, [...cycle, ...way.carries], kinds);
    const loop = host && !way.pays ? host : loops[loops.length - 1];
    loop.nodes = coreOf(body, loop.mask);
  }
  for (const loop of loops) joinCopies(body, loop, kinds);
  return { kinds, loops };
}

function join(loop: SmallLoop, carries: number[], kinds: CarryKind[]): void {
  for (const k of carries) kinds[k] = "loop";
  loop.carries = [...new Set([...loop.carries, ...carries])].sort((a, b) => a - b);
  loop.mask = maskOf(loop.carries);
}

function classify(body: LoopBody): CarryKind[] {
  const has = (mask: Mask, k: number) => (mask & 1n << BigInt(k)) !== 0n;
  const order = [...body.live].sort((a, b) =>
    bitsOf(body.needsOfCarry(a)).length - bitsOf(body.needsOfCarry(b)).length
  );
  const kinds: CarryKind[] = Array.from({ length: body.carries }, () => "fixed");
  let looping: Mask = 0n;
  for (const k of order) {
    const needs = body.needsOfCarry(k), { inputs, outputs } = body.graph;
    if (body.isFixed(k)) continue;
    if (!has(needs, k)) {
      kinds[k] = "shifted";
      continue;
    }
    const alone = body.termOf(k) !== undefined &&
      !bitsOf(needs).some((j) => j !== k && has(body.needsOfCarry(j), k));
    if (alone && body.uses.get(inputs[k]) === 1 && body.uses.get(outputs[k]) === 1) kinds[k] = "total";
    else if (alone && (needs & looping) === 0n) kinds[k] = "running";
    else {
      kinds[k] = "loop";
      looping |= 1n << BigInt(k);
    }
  }
  return kinds;
}

/** Returns the sets of carries on a cycle, upstream first. */
function cyclesOf(body: LoopBody, kinds: readonly CarryKind[]): number[][] {
  const looping = [...body.live].filter((k) => kinds[k] === "loop").sort((a, b) => a - b),
    cycles: number[][] = [];
  const reaches = (from: number, to: number) => (body.needsOfCarry(to) & 1n << BigInt(from)) !== 0n;
  const placed = new Set<number>();
  for (const k of looping) {
    if (placed.has(k)) continue;
    const cycle = bitsOf(body.needsOfCarry(k)).filter((j) => body.live.has(j) && reaches(k, j));
    cycle.forEach((j) => placed.add(j));
    cycles.push(cycle);
  }
  const depth = (cycle: number[]) => bitsOf(body.needsOfCarry(cycle[0])).length;
  return cycles.sort((a, b) => depth(a) - depth(b));
}

/** Returns the nodes of a step from these carries to their next values. */
function coreOf(body: LoopBody, mask: Mask): Set<Node> {
  const core = new Set<Node>();
  const stack = bitsOf(mask).map((k) => body.graph.outputs[k]);
  for (let value = stack.pop(); value; value = stack.pop()) {
    const { node } = value;
    if (!node || value.graph !== body.graph || core.has(node) || (body.reads(value) & mask) === 0n) continue;
    core.add(node);
    stack.push(...body.operands(node));
  }
  return core;
}

/**
 * Finds the carries between a loop and a cycle downstream of it, and whether
 * computing it over all steps at once pays for a second loop and for stacking what goes from one to
 * the other.
 */
function between(
  body: LoopBody,
  cost: CostModel,
  host: SmallLoop,
  cycle: number[],
  kinds: readonly CarryKind[],
): { pays: boolean; carries: number[] } {
  const mask = maskOf(cycle), carries: number[] = [], seen = new Set<Node>(), crossing = new Set<Value>();
  const places = new Map(body.graph.inputs.slice(0, body.carries).map((v, k) => [v, k]));
  const stack = cycle.map((k) => body.graph.outputs[k]), met = new Set<Value>();
  let gain = 0;
  for (let value = stack.pop(); value; value = stack.pop()) {
    if (met.has(value) || (body.needs(value) & host.mask) === 0n) continue;
    met.add(value);
    const k = places.get(value);
    if ((k !== undefined && host.carries.includes(k)) || (value.node && host.nodes.has(value.node))) {
      crossing.add(value);
      continue;
    }
    if (k !== undefined) {
      if (kinds[k] !== "shifted") continue;
      carries.push(k);
      stack.push(body.graph.outputs[k]);
      continue;
    }
    const node = value.node!;
    if (seen.has(node)) continue;
    seen.add(node);
    if ((body.reads(value) & mask) === 0n) {
      gain += cost.inside(node) - cost.outside(node, (v) => body.varies(v));
    }
    stack.push(...body.operands(node));
  }
  // What crosses is written by one loop and read by the other.
  const price = cost.loop + [...crossing].reduce((sum, v) => sum + cost.stack(v) + cost.enter(v), 0);
  return { pays: gain > price, carries };
}

/** Joins carries that take over a value of the loop: that costs less than to stack and shift. */
function joinCopies(body: LoopBody, loop: SmallLoop, kinds: CarryKind[]): void {
  for (let changed = true; changed;) {
    changed = false;
    for (const k of body.live) {
      const output = body.graph.outputs[k], from = body.graph.inputs.indexOf(output);
      if (
        kinds[k] !== "shifted" ||
        !(loop.carries.includes(from) || (output.node && loop.nodes.has(output.node)))
      ) continue;
      join(loop, [k], kinds);
      changed = true;
    }
  }
}
