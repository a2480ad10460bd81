/** A program that shows a difference, as a file that can be run. @module */
import { dtypeOf, type HostArray } from "../../lib/tensor/mod.ts";
import { type Program, scope, textOf } from "./program.ts";
import type { Fault } from "./check.ts";

const TYPES = {
  float32: "Float32Array",
  float64: "Float64Array",
  int32: "Int32Array",
  bool: "Uint8Array",
} as const;
const numberText = (x: number): string => Object.is(x, -0) ? "-0" : String(x);

function arrayText(array: HostArray): string {
  return `{ data: ${TYPES[dtypeOf(array)]}.of(${[...array.data].map(numberText).join(", ")}), shape: [${
    array.shape.join(", ")
  }] }`;
}

/** Returns TypeScript that shows a difference when it is run in this repository. */
export function caseOf(program: Program, { runner, variant, message }: Fault): string {
  const names = [...program.inputs.keys()], text = textOf(program);
  const from = (folder: string, candidates: readonly string[]) => {
    const used = candidates.filter((name) => new RegExp(`\\b${name}\\b`).test(text) || name === "compile");
    return used.length ? [`import { ${used.join(", ")} } from "@pyrosaur/pyrosaur/${folder}";`] : [];
  };
  const tensor = ["linalg", "random", "special", "tf"];
  return [
    `// ${runner}, ${variant}: ${message.split("\n").join("\n// ")}`,
    ...from("compile", Object.keys(scope).filter((name) => !tensor.includes(name))),
    ...from("tensor", tensor),
    "",
    ...[...program.inputs].map(([name, x]) => `const ${name} = ${arrayText(x)};`),
    `const f: any = ${text};`,
    `const floats = [${
      [...program.inputs].flatMap(([name, { data }]) => data instanceof Float32Array ? [name] : [])
    }];`,
    `for (const dtype of ["float32", "float64"] as const) {`,
    `  for (const engine of ["js", "onnx"] as const) {`,
    `    const results = await compile(f, { engine, dtype }).arrays(${names.join(", ")});`,
    `    console.log(engine, dtype, ...results.map((x: any) => x.data));`,
    `  }`,
    `}`,
  ].join("\n");
}
