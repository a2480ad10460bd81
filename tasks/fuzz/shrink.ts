/** Smaller programs that may still show what a larger one shows. @module */
import { type HostArray, sizeOf, type Tensor, tf, tidily, toHostArray } from "../../lib/tensor/mod.ts";
import { evaluate, namesIn, type Program, type Step, uses } from "./program.ts";

/** Drops steps and arguments that no output needs. */
function pruned({ inputs, steps, outputs }: Program): Program {
  const needed = new Set(outputs), kept: Step[] = [];
  for (const step of steps.toReversed()) {
    if (!step.names.some((name) => needed.has(name))) continue;
    kept.unshift(step);
    uses(step).forEach((name) => needed.add(name));
  }
  return { inputs: new Map([...inputs].filter(([name]) => needed.has(name))), steps: kept, outputs };
}

/** A program with one name in place of another, in steps after the first `from`. */
function renamed(steps: readonly Step[], name: string, by: string): Step[] {
  const swap = (text: string) => text.replace(/\bv\d+\b/g, (found) => found === name ? by : found);
  return steps.map((step) => ({
    ...step,
    text: swap(step.text),
    body: step.body && {
      ...step.body,
      steps: renamed(step.body.steps, name, by),
      result: swap(step.body.result),
    },
  }));
}

/**
 * Steps with one of them taken out, those of bodies too. An operand of the step takes the place of
 * what it gave.
 */
function* without(steps: readonly Step[], visible: readonly string[]): Generator<Step[]> {
  for (const [i, step] of steps.entries()) {
    const before = steps.slice(0, i), after = steps.slice(i + 1);
    for (const operand of new Set(namesIn(step.text).filter((name) => visible.includes(name)))) {
      yield [...before, ...step.names.reduce((rest, name) => renamed(rest, name, operand), after)];
    }
    if (step.body) {
      const own = namesIn(step.body.parameters);
      for (const inner of without(step.body.steps, [...visible, ...own])) {
        // A body's result may name what is gone.
        yield [...before, { ...step, body: { ...step.body, steps: inner } }, ...after];
      }
      for (const value of [...own, ...step.body.steps.flatMap(({ names }) => names)]) {
        for (const name of new Set(namesIn(step.body.result))) {
          if (name !== value) {
            yield [...before, {
              ...step,
              body: {
                ...step.body,
                result: step.body.result.replaceAll(new RegExp(`\\b${name}\\b`, "g"), value),
              },
            }, ...after];
          }
        }
      }
    }
    visible = [...visible, ...step.names];
  }
}

/** Arguments with one axis cut to its first half, or one of the numbers made simple. */
function* smallerInputs(inputs: ReadonlyMap<string, HostArray>): Generator<Map<string, HostArray>> {
  const lengths = new Set([...inputs.values()].flatMap(({ shape }) => shape));
  for (const length of lengths) {
    if (length < 2) continue;
    for (const to of new Set([1, length >> 1, length - 1])) {
      // Every axis of this length, and then each alone: shapes that fit each other still do.
      yield new Map(
        [...inputs].map(([name, x]) => [name, cut(x, x.shape.map((s) => s === length ? to : s))]),
      );
      for (const [name, x] of inputs) {
        for (const [axis, s] of x.shape.entries()) {
          if (s === length) yield new Map([...inputs, [name, cut(x, x.shape.with(axis, to))]]);
        }
      }
    }
  }
  for (const [name, { shape, data }] of inputs) {
    const total = [...data].reduce((sum, x) => sum + weightOf(x), 0);
    for (const simple of [0, 1]) {
      if (weightOf(simple) * data.length < total) {
        yield new Map([...inputs, [name, { shape, data: data.map(() => simple) }]]);
      }
    }
    for (let i = 0; i < data.length; i++) {
      for (const simple of [0, 1, Math.round(data[i])]) {
        if (weightOf(simple) >= weightOf(data[i])) continue;
        const changed = data.slice();
        changed[i] = simple;
        yield new Map([...inputs, [name, { shape, data: changed }]]);
      }
    }
  }
}

/** Tells simple numbers from others: the smaller, the simpler. */
const weightOf = (x: number): number =>
  Object.is(x, 0) ? 0 : x === 1 ? 1 : Number.isInteger(x) && Math.abs(x) < 100 ? 2 : 3;

function cut({ shape, data }: HostArray, to: number[]): HostArray {
  if (to.every((s, i) => s === shape[i])) return { shape, data };
  return tidily(() => {
    if (sizeOf(shape) === 0) return { shape: to, data: data.slice(0, 0) };
    const dtype = data instanceof Float32Array ? "float32" : data instanceof Int32Array ? "int32" : "bool";
    return toHostArray(tf.slice(tf.tensor(data, shape, dtype), shape.map(() => 0), to) as Tensor);
  });
}

function* candidates(program: Program, values: ReadonlyMap<string, HostArray>): Generator<Program> {
  const { inputs, steps, outputs } = program;
  if (outputs.length > 1) { for (const output of outputs) yield { ...program, outputs: [output] }; }
  // Ends earlier.
  for (const step of steps.slice(0, -1)) for (const name of step.names) yield { ...program, outputs: [name] };
  // A value becomes an argument: all that led to it goes.
  for (const step of steps.toReversed()) {
    const found = new Map(step.names.map((name) => [name, values.get(name)!]));
    yield { inputs: new Map([...inputs, ...found]), steps: steps.filter((s) => s !== step), outputs };
  }
  for (const fewer of without(steps, [...inputs.keys()])) yield { inputs, steps: fewer, outputs };
  for (const smaller of smallerInputs(inputs)) yield { inputs: smaller, steps, outputs };
}

/** Yields programs smaller than one, the smallest first, that run on tfjs. */
export function* shrink(program: Program): Generator<Program> {
  const values = valuesOf(program);
  if (!values) return;
  for (const candidate of candidates(program, values)) {
    const smaller = pruned(candidate);
    if (smaller.outputs.every((name) => !smaller.inputs.has(name)) && runs(smaller)) yield smaller;
  }
}

/** All values of a program in main memory; undefined where it does not run. */
function valuesOf(program: Program): Map<string, HostArray> | undefined {
  try {
    return tidily(() => new Map([...evaluate(program)].map(([name, tensor]) => [name, toHostArray(tensor)])));
  } catch {
    return undefined;
  }
}

function runs(program: Program): boolean {
  try {
    tidily(() => evaluate(program));
    return true;
  } catch {
    return false;
  }
}
