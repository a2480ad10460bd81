import assert from "node:assert/strict";
import {
  encodeModelConfig,
  type ModelConfig,
  openService,
  parseModelConfig,
  writeModels,
} from "../../lib/serve/mod.ts";
import { inTemporaryFolder } from "../temporary.ts";
import { rows, serving } from "./served.ts";

const base = 'name: "m" backend: "onnxruntime" max_batch_size: 8\n';
const tensor = (fields: string) => `input { name: "x" data_type: TYPE_FP32 ${fields} }`;

/** What Triton's readers and its checks of a configuration refuse, and what cannot be served here. */
const REFUSED: [string, RegExp][] = [
  [
    "instance_groups { count: 2 }",
    /line 2, column 1: found "instance_groups", expected a field of ModelConfig \(did you mean "instance_group"\?\)/,
  ],
  [
    tensor("dims: 3\n  shape: 3"),
    /line 3, column 3: found "shape", expected a field of ModelInput: name, data_type/,
  ],
  ['name: "n"', /line 2, column 1: found "name", expected no second "name"/],
  ['platform: ["a", "b"]', /line 2, column 11: found "\[", expected a single value/],
  ["runtime { }", /line 2, column 9: found "\{", expected text in quotes/],
  ["dynamic_batching { preserve_ordering: maybe }", /found "maybe", expected true or false/],
  [
    "dynamic_batching { max_queue_delay_microseconds: -1 }",
    /found "-1", expected an integer of 64 bits that is not negative/,
  ],
  ["dynamic_batching { preferred_batch_size: 4294967296 }", /expected an integer of 32 bits/],
  [
    "instance_group { kind: KIND_TPU }",
    /found "KIND_TPU", expected one of KIND_AUTO, KIND_GPU, KIND_CPU, KIND_MODEL/,
  ],
  [
    "version_policy { all {} latest { num_versions: 1 } }",
    /version_policy is latest and all, expected one of latest, all and specific/,
  ],
  ["version_policy {}", /version_policy is empty/],
  ["version_policy { latest { num_versions: 0 } }", /num_versions is 0, expected a positive integer/],
  [
    'platform: "pytorch_libtorch"',
    /platform is "pytorch_libtorch", expected "onnxruntime_onnx" for the backend onnxruntime/,
  ],
  [tensor("dims: 0"), /input\[0\]\.dims is 0, expected positive lengths/],
  [tensor("dims: -2"), /input\[0\]\.dims is -2/],
  [tensor(""), /input\[0\]\.dims is empty/],
  [tensor("dims: 4 reshape { shape: [ 2, 0 ] }"), /reshape\[0\]\.shape is 0, expected positive lengths/],
  [
    tensor("dims: 4 reshape { shape: [ 2, 3 ] }"),
    /shape is \[2,3\], expected as many elements as dims \[4\]/,
  ],
  [tensor("dims: -1 reshape { shape: [ 2, 2 ] }"), /expected as many elements as dims \[-1\]/],
  [tensor("dims: [ -1, -1 ] reshape { shape: -1 }"), /expected as many elements as dims/],
  [tensor("dims: 4 format: FORMAT_NHWC"), /dims is \[4\], expected 3 lengths for FORMAT_NHWC/],
  [tensor("dims: 4 is_shape_tensor: true"), /is_shape_tensor is true, expected false/],
  [tensor("dims: 4 optional: true"), /optional is true/],
  [
    'output { name: "y" data_type: TYPE_FP32 dims: 3 label_filename: "../labels" }',
    /label_filename is "\.\.\/labels", expected the name of a file/,
  ],
  ["instance_group { kind: KIND_CPU gpus: 0 }", /gpus is \[0\], expected none for KIND_CPU/],
  ['instance_group { profile: "1" }', /profile is given, expected none: only TensorRT has profiles/],
  [
    "dynamic_batching { preferred_batch_size: 9 }",
    /preferred_batch_size is 9, expected a number of rows from 1 to max_batch_size 8/,
  ],
  [
    "dynamic_batching { priority_levels: 2 }",
    /default_priority_level is 0, expected a level from 1 to priority_levels 2/,
  ],
  [
    "dynamic_batching { priority_levels: 2 default_priority_level: 1 priority_queue_policy { key: 3 value {} } }",
    /priority_queue_policy is of level 3/,
  ],
  [
    "dynamic_batching { priority_levels: 2 default_priority_level: 1 preserve_ordering: true }",
    /priority_levels is 2, expected at most 1 with preserve_ordering/,
  ],
  [
    "dynamic_batching { preserve_ordering: 1 default_queue_policy { timeout_action: DELAY default_timeout_microseconds: 5 } }",
    /timeout_action is DELAY, expected REJECT/,
  ],
  ["sequence_batching {}", /sequence_batching is given, expected none: it is not supported/],
  ['ensemble_scheduling { step { model_name: "a" } }', /ensemble_scheduling is given/],
  ["model_transaction_policy { decoupled: true }", /decoupled is true, expected false/],
  ['default_model_filename: "net.onnx"', /default_model_filename is "net\.onnx", expected "model\.onnx"/],
];

Deno.test("a configuration that Triton refuses, or that cannot be kept here, is refused with the place", () => {
  for (const [text, reason] of REFUSED) assert.throws(() => parseModelConfig(base + text, "m"), reason, text);
});

Deno.test("what Triton takes and is not used here is taken, and named", () => {
  const { notUsed, dynamicBatching } = parseModelConfig(`${base}
    runtime: "" optimization { graph { level: 1 } cuda { graphs: true graph_spec { batch_size: 1 } } }
    instance_group [ { name: "a" count: 2 kind: KIND_CPU rate_limiter { resources [ { name: "R" count: 1 } ] } } ]
    dynamic_batching { preferred_batch_size: [ 4, 8 ] preserve_ordering: false priority_levels: 2 default_priority_level: 2 }
    cc_model_filenames { key: "7.5" value: "model.onnx" } metric_tags { key: "a" value: "b" }
    model_warmup { name: "w" batch_size: 1 inputs { key: "x" value { data_type: TYPE_FP32 dims: 3 zero_data: true } } }
    model_transaction_policy { decoupled: false } response_cache { enable: true } default_model_filename: "model.onnx"
    model_metrics { metric_control { histogram_options { buckets: [ 1, 2.5 ] } } }
    input { name: "x" data_type: TYPE_FP32 format: FORMAT_NCHW dims: [ 3, -1, 8 ] is_shape_tensor: f }`);
  assert.deepEqual(notUsed, [
    "runtime",
    "optimization",
    "instance_group",
    "cc_model_filenames",
    "metric_tags",
    "model_warmup",
    "response_cache",
    "model_metrics",
    "dynamic_batching.preserve_ordering",
    "dynamic_batching.priority_levels",
    "dynamic_batching.default_priority_level",
  ]);
  assert.deepEqual(dynamicBatching, { preferredBatchSize: [4, 8] });
});

Deno.test("reshape, labels and versions go through config.pbtxt", () => {
  const x = { name: "x", dataType: "FP32" as const, dims: [1], reshape: [] };
  const y = {
    name: "y",
    dataType: "FP32" as const,
    dims: [-1, 4],
    reshape: [2, -1, 2],
    labelFilename: "labels.txt",
  };
  const config: ModelConfig = { name: "m", maxBatchSize: 4, input: [x], output: [y] };
  for (const versionPolicy of ["all", { latest: 2 }, { specific: [1, 3] }] as const) {
    const read = parseModelConfig(encodeModelConfig({ ...config, versionPolicy }));
    assert.deepEqual([read.input, read.output, read.versionPolicy], [[x], [y], versionPolicy]);
  }
  assert.throws(
    () => encodeModelConfig({ ...config, maxBatchSize: 0 }),
    /input\[0\]\.reshape\[0\]\.shape is empty, expected lengths: only the rows of a batch may be single numbers/,
  );
});

Deno.test("a reshaped output has its dims in answers and in metadata, joined or not", () =>
  serving([rows()], async ({ ask }) => {
    const body = (count: number) => ({
      inputs: [{ name: "x", datatype: "FP32", shape: [count, 3], data: Array(3 * count).fill(count) }],
    });
    const answers = await Promise.all([1, 2, 3].map((count) => ask("v2/models/rows/infer", body(count))));
    answers.forEach(({ json: { outputs: [, s] } }, i) => {
      assert.deepEqual([s.name, s.shape, s.data], ["s", [i + 1, 1], Array(i + 1).fill(3 * (i + 1))]);
    });
    assert.deepEqual((await ask("v2/models/rows/config")).json.output[1], {
      name: "s",
      data_type: "TYPE_FP32",
      dims: [1],
      reshape: { shape: [] },
    });
  }));

Deno.test("classes have the labels of the file that the configuration names; without it the model is not ready", () =>
  inTemporaryFolder(async (folder) => {
    const model = rows(), [y, s] = model.config.output;
    const output = [{ ...y, labelFilename: "labels.txt" }, s];
    await writeModels(folder, [{ ...model, config: { ...model.config, output } }]);
    const without = await openService(folder, { workers: 1 });
    assert.match((await without.problems())[0], /the file labels\.txt of the labels of "y" is not there/);
    await without.close();
    await Deno.writeTextFile(`${folder}/rows/labels.txt`, "soprano\nalto\nbass\n");
    const service = await openService(folder, { workers: 1 });
    try {
      const response = await service.handle(
        new Request("http://h/v2/models/rows/infer", {
          method: "POST",
          body: JSON.stringify({
            inputs: [{ name: "x", datatype: "FP32", shape: [1, 3], data: [1, 3, 2] }],
            outputs: [{ name: "y", parameters: { classification: 2 } }],
          }),
        }),
      );
      assert.deepEqual((await response.json()).outputs[0].data, ["6.000000:1:alto", "4.000000:2:bass"]);
    } finally {
      await service.close();
    }
  }));

Deno.test("the versions that version_policy names are served, and fields that are not used are told", () =>
  inTemporaryFolder(async (folder) => {
    for (
      const [versionPolicy, versions] of [
        ["all", ["1", "2", "3"]],
        [{ latest: 2 }, ["2", "3"]],
        [{ specific: [1, 3, 9] }, ["1", "3"]],
      ] as const
    ) {
      const { config, bytes } = rows("rows", 2, { versionPolicy });
      await writeModels(folder, [{ config, bytes }]);
      for (const version of [2, 3]) {
        await Deno.mkdir(`${folder}/rows/${version}`);
        await Deno.writeFile(`${folder}/rows/${version}/model.onnx`, bytes);
      }
      await Deno.writeTextFile(`${folder}/rows/config.pbtxt`, "instance_group { count: 2 }\n", {
        append: true,
      });
      const service = await openService(folder, { workers: 1 });
      const metadata = await (await service.handle(new Request("http://h/v2/models/rows"))).json();
      assert.deepEqual(metadata.versions, versions);
      assert.deepEqual(service.notUsed(), ["rows: instance_group"]);
      await service.close();
    }
    const none = rows("rows", 2, { versionPolicy: { specific: [7] } });
    await writeModels(folder, [none]);
    const service = await openService(folder, { workers: 1 });
    assert.match((await service.problems())[0], /its version_policy names none of its versions, 1$/);
    await service.close();
  }));
