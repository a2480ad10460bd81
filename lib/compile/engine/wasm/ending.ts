import type { HostArray } from "../../../tensor/mod.ts";
import { forEachUse, Graph, type Node, type Value } from "../../ir/graph.ts";
import { type Dims, evaluate, sizeOf } from "../../ir/size.ts";
import { Mul } from "../../ops/binary.ts";
import { MatMul } from "../../ops/matmul.ts";
import { cloneNode } from "../../lift/mod.ts";
import { allocate, areFinite, type EngineCall, type Executable, type LoadOptions } from "../engine.ts";
import { residentOf } from "./executable.ts";
import { loadVectors } from "./load.ts";
import { isVectorOperation } from "./operations.ts";

/** Elements of a node from which it may be part of an ending, and of all nodes of one that pays. */
const LEAST = 1024, MUCH = 1_000_000;

/** Operations for each element that comes from what is before an ending, so that it pays. */
const SHARE = 8;

/** The element-wise end of a graph, as a graph of its own. */
export interface Ending {
  readonly graph: Graph;
  /** The values of the whole graph that it starts from: inputs, and results of what is before. */
  readonly given: readonly Value[];
  /** The outputs of the whole graph that it computes, by number. */
  readonly outputs: readonly number[];
}

const elements = (values: readonly Value[]): number =>
  values.reduce((sum, { shape }) => sum + (sizeOf(shape) as number), 0);

/** Returns whether a node is a column times a row, the product of each element with each. */
const isOuter = ({ op, inputs: [a], attrs }: Node): boolean =>
  op === MatMul && a.shape.length === 2 && a.shape[1] === 1 && !attrs.transposeA && !attrs.transposeB;

/** Returns the nodes of which a graph's outputs are made element by element, and nothing else. */
function endingNodes(graph: Graph): Node[] {
  const uses = new Map<Value, number>(), ending = new Map<Value, number>();
  forEachUse(graph, (value) => uses.set(value, (uses.get(value) ?? 0) + 1));
  const used = (value: Value) => ending.set(value, (ending.get(value) ?? 0) + 1);
  graph.outputs.forEach(used);
  return graph.nodes.toReversed().filter((node) => {
    const [output] = node.outputs, size = sizeOf(output.shape);
    const takes = typeof size === "number" && size >= LEAST && output.dtype === "float" &&
      (isVectorOperation(node) || isOuter(node)) && uses.get(output) === ending.get(output);
    if (takes) node.inputs.forEach(used);
    return takes;
  }).reverse();
}

/**
 * Takes the element-wise end off a graph, in place, where it is much work: the update of many
 * parameters. What it starts from takes the place of its outputs.
 */
export function takeEnding(graph: Graph): Ending | undefined {
  const nodes = endingNodes(graph), own = new Set(nodes.flatMap((node) => node.outputs));
  const outputs = graph.outputs.flatMap((output, i) => own.has(output) ? [i] : []);
  const given = [...new Set(nodes.flatMap((node) => node.inputs))].filter((v) => !v.constant && !own.has(v));
  const made = given.filter(({ node }) => node), work = elements(nodes.map((node) => node.outputs[0]));
  if (work < MUCH || work < SHARE * elements(made)) return undefined;
  const end = new Graph(), twins = new Map(given.map((v, i) => [v, end.input(v.shape, v.dtype, `x${i}`)]));
  const of = (value: Value): Value => twins.get(value) ?? value;
  for (const node of nodes) {
    const own = isOuter(node) ? { ...node, op: Mul, attrs: undefined } : node;
    twins.set(node.outputs[0], cloneNode(own, end, of).outputs[0]);
  }
  end.outputs = outputs.map((i) => of(graph.outputs[i]));
  const ending = new Set(nodes);
  graph.nodes = graph.nodes.filter((node) => !ending.has(node));
  graph.outputs = [...graph.outputs.filter((output) => !own.has(output)), ...made];
  return { graph: end, given, outputs };
}

/**
 * Makes a graph ready in two parts: all of it but an element-wise end by another engine, the end in
 * vectors, in one pass over all arrays, where ONNX Runtime takes one for each operation. Undefined
 * where no end is worth it.
 *
 * @param load makes the rest ready, for the inputs that it takes
 */
export async function loadInParts(
  graph: Graph,
  inputs: readonly Value[],
  options: LoadOptions,
  load: (inputs: readonly Value[]) => Promise<Executable>,
): Promise<Executable | undefined> {
  const { outputs } = graph, ending = takeEnding(graph);
  if (!ending) return undefined;
  const used = new Set<Value>();
  forEachUse(graph, (value) => used.add(value));
  const taken = inputs.flatMap((value, i) => used.has(value) || !ending.given.includes(value) ? [i] : []);
  const end = await loadVectors(ending.graph, ending.graph.inputs, options);
  const rest = await load(taken.map((i) => inputs[i]));
  // Whoever has the graph reads what it computes there.
  graph.outputs = outputs;
  return new InParts(rest, end, ending, inputs, taken, options);
}

/** A graph whose end is run by another engine than the rest. */
class InParts implements Executable {
  /**
   * Arrays for what goes from one part to the other; each call under way has its own, the first in
   * the memory that the end reads.
   */
  readonly #free: HostArray[][] = [];
  #hasRooms = false;
  readonly #made: readonly Value[];

  constructor(
    private readonly rest: Executable,
    private readonly end: Executable,
    private readonly ending: Ending,
    private readonly inputs: readonly Value[],
    /** The inputs that the rest takes, by number. */
    private readonly taken: readonly number[],
    private readonly options: LoadOptions,
  ) {
    this.#made = ending.given.filter((value) => !inputs.includes(value));
  }

  get provider(): string {
    return this.rest.provider;
  }

  async run(
    inputs: readonly HostArray[],
    outputs: readonly HostArray[],
    dims: Dims,
    call: EngineCall = {},
  ): Promise<void> {
    const { given, outputs: ended } = this.ending, between = this.#free.pop() ?? this.#between(dims);
    try {
      const others = outputs.filter((_, i) => !ended.includes(i));
      // Parameters may still lie where the end of the last run has left them.
      await this.rest.run(this.taken.map((i) => residentOf(inputs[i])), [...others, ...between], dims, call);
      const sources = given.map((value) =>
        inputs[this.inputs.indexOf(value)] ?? between[this.#made.indexOf(value)]
      );
      await this.end.run(sources, ended.map((i) => outputs[i]), dims, { stay: call.stay });
    } finally {
      this.#free.push(between);
    }
  }

  #between(dims: Dims): HostArray[] {
    const rooms = this.#hasRooms ? [] : this.end.rooms?.() ?? [];
    this.#hasRooms = true;
    return this.#made.map((value) => {
      const { shape, dtype } = value, room = rooms[this.ending.given.indexOf(value)];
      return room
        ? { data: room, shape: shape.map((size) => evaluate(size, dims)) }
        : allocate(shape, dtype, this.options.precision, dims);
    });
  }

  fetch(arrays: readonly HostArray[]): void {
    this.end.fetch?.(arrays);
  }

  areFinite(arrays: readonly HostArray[]): boolean {
    return areFinite(this.end, arrays);
  }

  forget(arrays: readonly HostArray[]): void {
    this.end.forget?.(arrays);
  }

  async release(): Promise<void> {
    await this.rest.release();
    await this.end.release();
  }
}
