import { type Metric, RECORD_SCHEMA, type RunRecord } from "../../lib/results/mod.ts";

/** A metric with what is given, and plain values for the rest. */
export const metric = (given: Partial<Metric>): Metric => ({
  name: "loss",
  value: 1,
  se: null,
  n: 1,
  values: null,
  unit: "",
  direction: "target",
  target: null,
  ...given,
});

/** A record with what is given, and plain values for the rest. */
export const record = (given: Partial<RunRecord> = {}): RunRecord => ({
  schema: RECORD_SCHEMA,
  experiment: "tiny",
  title: "A tiny experiment",
  profile: "quick",
  status: "ok",
  error: null,
  simulated: false,
  config: { steps: 10, layers: [{ size: 2 }] },
  set: {},
  seeds: [0, 1],
  data: [{ name: "numbers", sha256: "a".repeat(64), source: "made up", simulated: false }],
  code: { commit: "b".repeat(40), branch: "main", dirty: false, hash: "c".repeat(64) },
  environment: {
    deno: "2.9.6",
    v8: "14",
    os: "linux x86_64",
    cpu: "a processor",
    cores: 2,
    engine: "onnx",
    device: "cpu",
    dtype: "float32",
    packages: { arquero: "8.0.1" },
  },
  started: "2026-01-02T03:04:05.678Z",
  seconds: 1.5,
  metrics: [metric({})],
  artifacts: [],
  ...given,
});
