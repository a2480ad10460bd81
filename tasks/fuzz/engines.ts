/** The engines that are held against the oracle. @module */
import { vectorLimits } from "../../lib/compile/internals.ts";
import { compile, type EngineName, type Precision } from "../../lib/compile/mod.ts";
import {
  type HostArray,
  isHostArray,
  mapTree,
  type Tensor,
  tidily,
  toHostArray,
  toTensor,
} from "../../lib/tensor/mod.ts";
import { findEngine } from "../../lib/tensorflow/mod.ts";
import type { Rounding } from "./rounding.ts";
import type { Variant } from "./variants.ts";

/** One way to run a function. */
export interface Runner {
  readonly name: string;
  readonly precision: Precision;
  /** Of how many programs it runs one. */
  readonly every: number;
  /** The engine whose own errors it may make. */
  readonly engine?: Rounding["engine"];
  /** The variants it runs (default all). */
  readonly variants?: readonly Variant["name"][];
  /** Returns the results. Throws where the engine refuses. */
  run(variant: Variant): Promise<readonly HostArray[]>;
}

function compiled(engine: EngineName, precision: Precision, every = 1, fission = true): Runner {
  return {
    name: `${engine} ${precision}${fission ? "" : " without fission"}`,
    precision,
    engine: engine === "tfjs" || engine === "xla" ? engine : undefined,
    every,
    async run({ fn, args }) {
      const program = compile(fn, { engine, dtype: precision, threads: 1, fission });
      try {
        return await program.arrays(...args);
      } finally {
        await program.release();
      }
    },
  };
}

/** tfjs itself, without any trace. */
const eager: Runner = {
  name: "tfjs, not traced",
  precision: "float32",
  engine: "eager",
  every: 1,
  variants: ["values"],
  run: ({ fn, args }) => {
    const results = tidily(() => {
      const tensors = args.map((arg) => mapTree(arg, isHostArray, toTensor));
      return fn(...tensors).map((x: Tensor) => toHostArray(x));
    });
    return Promise.resolve(results);
  },
};

// Programs are small: what would stay JavaScript is to be vectors, too.
const withVectors = (precision: Precision): Runner => {
  const runner = compiled("wasm", precision);
  return {
    ...runner,
    async run(variant) {
      const { least, product } = vectorLimits;
      vectorLimits.least = vectorLimits.product = 0;
      try {
        return await runner.run(variant);
      } finally {
        Object.assign(vectorLimits, { least, product });
      }
    },
  };
};

/** Returns the engines there are; XLA, which compiles for seconds, runs few programs. */
export function runnersHere(): Runner[] {
  const runners = [
    eager,
    compiled("js", "float32"),
    withVectors("float32"),
    compiled("onnx", "float32"),
    compiled("js", "float64"),
    withVectors("float64"),
    compiled("onnx", "float64", 2),
    compiled("js", "float64", 3, false),
    compiled("tfjs", "float32", 3),
  ];
  if (findEngine()) runners.push(compiled("xla", "float32", 40), compiled("xla", "float64", 60));
  return runners;
}
