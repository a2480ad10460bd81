/** A program that shows a difference, as a file that can be run. @module */
import { dtypeOf, type HostArray } from "../../lib/tensor/mod.ts";
import type { Fault } from "./check.ts";
import { type Program, scope, textOf } from "./program.ts";
import { variantsOf } from "./variants.ts";

const TYPES = {
  float32: "Float32Array",
  float64: "Float64Array",
  int32: "Int32Array",
  bool: "Uint8Array",
} as const;
const numberText = (x: number): string => Object.is(x, -0) ? "-0" : String(x);

function arrayText(array: HostArray): string {
  const numbers = [...array.data].map(numberText).join(", ");
  return `{ data: ${TYPES[dtypeOf(array)]}.of(${numbers}), shape: [${array.shape.join(", ")}] }`;
}

/** Derivatives of a program's function, which takes its floats and the rest apart. */
const SLOPE = `const total = (outputs: any[], by: any[]) =>
  outputs.filter(({ dtype }) => dtype === "float32")
    .map((y, i) => tf.sum(tf.mul(y, by[i]))).reduce((a, b) => tf.add(a, b));
const slope = (x: any, rest: any, by: any) => grad((y: any) => total(values(y, rest), by))(x);`;
const CURVE = `const curve = (x: any, rest: any, by: any, along: any) =>
  grad((y: any) => total(slope(y, rest, by), along))(x);`;
const FUNCTIONS = {
  values: { name: "values", text: [] },
  batch: { name: "vmap(values)", text: [] },
  gradient: { name: "slope", text: [SLOPE] },
  "second derivative": { name: "curve", text: [SLOPE, CURVE] },
};

/** Returns TypeScript that shows a difference when it is run in this repository. */
export function caseOf(program: Program, { runner, variant, message }: Fault): string {
  const entries = [...program.inputs],
    isFloat = ([, { data }]: [string, HostArray]) => data instanceof Float32Array;
  const floats = entries.filter(isFloat).map(([name]) => name);
  const others = entries.filter((entry) => !isFloat(entry)).map(([name]) => name);
  const { name, text } = FUNCTIONS[variant], own = textOf(program);
  const args = variantsOf(program).find((v) => v.name === variant)?.args ?? [];
  const body = [
    ...args.map((arg, i) => `const ${"xrwd"[i]} = [${arg.map(arrayText).join(", ")}];`),
    `const f: any = ${own};`,
    `const values = ([${floats.join(", ")}]: any, [${others.join(", ")}]: any) => f(${
      [...program.inputs.keys()].join(", ")
    });`,
    ...text,
    'for (const engine of ["js", "wasm", "onnx"] as const) for (const dtype of ["float32", "float64"] as const) {',
    `  const results: any = await compile(${name}, { engine, dtype }).arrays(${
      [..."xrwd"].slice(0, args.length).join(", ")
    });`,
    `  console.log(engine, dtype, ...results.map((y: any) => y.data));`,
    `}`,
  ].join("\n");
  const from = (folder: string, candidates: readonly string[]) => {
    const used = candidates.filter((name) => new RegExp(`\\b${name}\\b`).test(body));
    return used.length ? [`import { ${used.join(", ")} } from "@pyrosaur/pyrosaur/${folder}";`] : [];
  };
  const tensor = ["linalg", "random", "special", "tf"];
  return [
    `// ${runner}, ${variant}: ${message.split("\n").join("\n// ")}`,
    ...runner.startsWith("wasm") ? ["// (with all limits of lib/compile/engine/wasm/limits.ts at 0)"] : [],
    ...from("compile", Object.keys(scope).filter((name) => !tensor.includes(name))),
    ...from("tensor", tensor),
    "",
    body,
  ].join("\n");
}
