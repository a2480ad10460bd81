/**
 * The oracle: a graph run node by node in double precision, with the rounding errors of an engine
 * tried out.
 *
 * @module
 */
import type { Graph, Node, Value } from "../../lib/compile/mod.ts";
import type { HostArray } from "../../lib/tensor/mod.ts";
import { checkDefined, flushed, partial, rounded, type Rounding, shaken } from "./rounding.ts";
import { linalgRules } from "./oracle_linalg.ts";
import { type Numbers, numbers, rules as others } from "./oracle_rules.ts";

/** The rules of operations by name. */
export const rules: typeof others = { ...others, ...linalgRules };
/** Rules of operations by name. */
export type Rules = typeof rules;

/**
 * Runs a graph and returns its outputs. Throws for an operation without a rule.
 *
 * @param table the rules (default: the right ones)
 */
export function interpret(
  graph: Graph,
  inputs: readonly HostArray[],
  rounding: Rounding,
  table: Rules = rules,
): Numbers[] {
  const given = graph.inputs.map(({ dtype }, i): Numbers => {
    const given = { shape: inputs[i].shape, dtype, data: Float64Array.from(inputs[i].data) };
    return dtype === "float" ? flushed(given, rounding) : given;
  });
  checkDefined("an argument", [], given, rounding);
  const results = run(graph, new Map(graph.inputs.map((value, i) => [value, given[i]])), { rounding, table });
  checkDefined("a result", [], results, rounding);
  return results;
}

/** The settings of a run. */
interface Settings {
  readonly rounding: Rounding;
  readonly table: Rules;
}
type Get = (value: Value) => Numbers;

function constantOf({ shape, dtype, constant }: Value, rounding: Rounding): Numbers {
  const all = constant!;
  const found = numbers(shape as number[], dtype, (i) => "fill" in all ? all.fill : all.data[i]);
  return dtype === "float" ? rounded("Constant", found, rounding) : found;
}

function run(graph: Graph, known: Map<Value, Numbers>, settings: Settings, outer?: Get): Numbers[] {
  const get = (value: Value): Numbers => {
    let found = known.get(value);
    if (!found && value.constant) known.set(value, found = constantOf(value, settings.rounding));
    found ??= outer?.(value);
    if (!found) throw new Error(`Cannot interpret the graph: ${value} has no value`);
    return found;
  };
  for (const node of graph.nodes) {
    const results = apply(node, node.inputs.map(get), settings, get);
    node.outputs.forEach((output, i) => known.set(output, results[i]));
  }
  return graph.outputs.map(get);
}

function apply(node: Node, x: readonly Numbers[], settings: Settings, get: Get): Numbers[] {
  if (node.op.name === "Scan") return loop(node, x, settings, get);
  const { rounding, table } = settings, isCall = node.op.name === "Call";
  const name: string = isCall ? node.attrs.primitive.name : node.op.name;
  const operands = shaken(name, x, rounding, isCall);
  let results: Numbers | Numbers[];
  if (isCall) {
    // Within a primitive nothing is rounded: its error is that of its result.
    const free = operands.filter((_, i) => !node.inputs[i].constant);
    const known = new Map(node.body!.inputs.map((value, i) => [value, free[i]]));
    results = run(node.body!, known, {
      rounding: { precision: rounding.precision, engine: rounding.engine },
      table,
    }, get);
  } else {
    if (!table[name]) throw new Error(`Cannot interpret ${name}: the oracle has no rule for it`);
    results = table[name](operands, node, partial(node.outputs[0].dtype, rounding));
  }
  const all = [results].flat();
  checkDefined(name, x, all, rounding);
  return all.map((y) => y.dtype === "float" ? rounded(name, y, rounding, isCall) : y);
}

function loop(node: Node, x: readonly Numbers[], settings: Settings, outer: Get): Numbers[] {
  const { carries, reverse, length, collect } = node.attrs, body = node.body!;
  let state = x.slice(0, carries);
  const collected: Numbers[][] = (collect as string[]).map(() => []);
  for (let i = 0; i < length; i++) {
    const t = reverse ? length - 1 - i : i;
    const known = new Map(body.inputs.map((input, j) => [input, j < carries ? state[j] : sliceOf(x[j], t)]));
    const results = run(body, known, settings, outer);
    state = results.slice(0, carries);
    results.slice(carries).forEach((y, j) => collected[j][t] = y);
  }
  const stacks = node.outputs.slice(carries).map(({ shape, dtype }, j) => {
    const steps = collected[j], size = steps[0]?.data.length ?? 0;
    if (collect[j] === "stack") {
      return numbers(shape as number[], dtype, (i) => steps[Math.floor(i / size)].data[i % size]);
    }
    const sums = numbers(shape as number[], dtype, (i) => steps.reduce((sum, y) => sum + y.data[i], 0));
    return rounded("ReduceSum", sums, settings.rounding);
  });
  return [...state, ...stacks];
}

function sliceOf({ shape, dtype, data }: Numbers, t: number): Numbers {
  const [length, ...rest] = shape, size = data.length / length;
  return { shape: rest, dtype, data: data.subarray(t * size, (t + 1) * size) };
}
