/** Programs that the fuzzer grows: their source text is all there is of them. @module */
import { compile, grad, jvp, scan, stopGradient, vjp, vmap } from "../../lib/compile/mod.ts";
import { type HostArray, linalg, random, special, type Tensor, tf, toTensor } from "../../lib/tensor/mod.ts";

/** One statement: an expression over values, and the names of what it gives. */
export interface Step {
  /** The values it gives: one, or the entries of a list. */
  readonly names: readonly string[];
  /** A TypeScript expression; `BODY` in it stands for the function of `body`. */
  readonly text: string;
  /** The operation it came from, for counts. */
  readonly operation: string;
  /** The function that the expression is given, as that of a loop. */
  readonly body?: Body;
}

/** A function within a program. It sees the values around it. */
export interface Body {
  /** The parameters as they are written between parentheses. */
  readonly parameters: string;
  readonly steps: readonly Step[];
  /** The expression it returns. */
  readonly result: string;
}

/** A function of arrays, with arguments. */
export interface Program {
  /** The arguments by name. */
  readonly inputs: ReadonlyMap<string, HostArray>;
  readonly steps: readonly Step[];
  /** The values that are returned. */
  readonly outputs: readonly string[];
}

/** The names that the text of a program may use. */
export const scope: Readonly<Record<string, unknown>> = {
  tf,
  special,
  linalg,
  random,
  scan,
  vmap,
  grad,
  jvp,
  vjp,
  stopGradient,
  compile,
};

/** The names of values in an expression. */
export const namesIn = (text: string): string[] => text.match(/\bv\d+\b/g) ?? [];

/** Every name that a step reads, those of its body included. */
export function uses({ text, body }: Step): string[] {
  return body ? [...namesIn(text), ...body.steps.flatMap(uses), ...namesIn(body.result)] : namesIn(text);
}

function statement({ names, text, body }: Step, indent: string): string {
  const left = names.length === 1 ? names[0] : `[${names.join(", ")}]`;
  const right = body ? text.replace("BODY", () => bodyText(body, indent)) : text;
  return `${indent}const ${left} = ${right};`;
}

function bodyText({ parameters, steps, result }: Body, indent: string): string {
  if (steps.length === 0) return `(${parameters}) => ${result}`;
  const lines = [...steps.map((step) => statement(step, indent + "  ")), `${indent}  return ${result};`];
  return `(${parameters}) => {\n${lines.join("\n")}\n${indent}}`;
}

/** Returns the source of a program's function, as JavaScript. */
export function textOf({ inputs, steps, outputs }: Program): string {
  return bodyText(
    { parameters: [...inputs.keys()].join(", "), steps, result: `[${outputs.join(", ")}]` },
    "",
  );
}

/** Evaluates source text in which `scope` and the given values have their names. */
export function evaluateText(text: string, values: Readonly<Record<string, unknown>> = {}): any {
  const all = { ...scope, ...values };
  return new Function(...Object.keys(all), `"use strict"; return (${text});`)(...Object.values(all));
}

/** Returns the function that a program is. */
export const functionOf = (program: Program): (...inputs: Tensor[]) => Tensor[] =>
  evaluateText(textOf(program));

/** Adds the values of a step to those it reads. */
export function evaluateStep(step: Step, values: Map<string, Tensor>): void {
  const text = step.body ? step.text.replace("BODY", () => bodyText(step.body!, "")) : step.text;
  const result = evaluateText(text, Object.fromEntries(values));
  const results: Tensor[] = step.names.length === 1 ? [result] : result;
  step.names.forEach((name, i) => values.set(name, results[i]));
}

/** Returns all values of a program by name, computed on tfjs. Throws where a step fails. */
export function evaluate(program: Program): Map<string, Tensor> {
  const values = new Map<string, Tensor>([...program.inputs].map(([name, x]) => [name, toTensor(x)]));
  program.steps.forEach((step) => evaluateStep(step, values));
  const missing = program.outputs.find((name) => !values.has(name));
  if (missing) throw new Error(`Cannot return ${missing}: no step gives it`);
  return values;
}
