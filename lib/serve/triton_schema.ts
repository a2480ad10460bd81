/** The type of a field of a single value. */
export type PbScalar = "string" | "bool" | "int32" | "int64" | "uint32" | "uint64" | "number";

/**
 * The type of a field: of one value, the names of an enum, or a message; in an array where there
 * may be several.
 */
export type PbField = PbScalar | PbEnum | PbSchema | readonly [PbScalar | PbSchema];

/** The members of an enum. */
export interface PbEnum {
  /** Their names. */
  readonly members: readonly string[];
}

/** The fields of a message. */
export interface PbSchema {
  /** Its name. */
  readonly message: string;
  /** Its fields by their names. */
  readonly fields: Readonly<Record<string, PbField>>;
}

const message = (message: string, fields: Record<string, PbField>): PbSchema => ({ message, fields });

/** A map: in texts, entries with a key and a value each. */
const map = (value: PbScalar | PbSchema, key: PbScalar = "string"): readonly [PbSchema] => [
  message("a map's entry", { key, value }),
];

const member = (names: string): PbEnum => ({ members: names.split(" ") });

const dataType = member(
  "TYPE_INVALID TYPE_BOOL TYPE_UINT8 TYPE_UINT16 TYPE_UINT32 TYPE_UINT64 TYPE_INT8 TYPE_INT16 TYPE_INT32 TYPE_INT64 " +
    "TYPE_FP16 TYPE_FP32 TYPE_FP64 TYPE_STRING TYPE_BF16",
);

const tensor = { name: "string", data_type: dataType, dims: ["int64"] } as const;

const placed = {
  ...tensor,
  reshape: message("ModelTensorReshape", { shape: ["int64"] }),
  is_shape_tensor: "bool",
  is_non_linear_format_io: "bool",
} as const;

const queuePolicy = message("ModelQueuePolicy", {
  timeout_action: member("REJECT DELAY"),
  default_timeout_microseconds: "uint64",
  allow_timeout_override: "bool",
  max_queue_size: "uint32",
});

const graph = {
  batch_size: "int32",
  input: map(message("Shape", { dim: ["int64"] })),
} as const;

const memory = message("PinnedMemoryBuffer", { enable: "bool" });

const accelerator = message("Accelerator", { name: "string", parameters: map("string") });

/** The message of Triton's model configurations (`ModelConfig` of model_config.proto, 2.73). */
export const MODEL_CONFIG: PbSchema = message("ModelConfig", {
  name: "string",
  platform: "string",
  backend: "string",
  runtime: "string",
  version_policy: message("ModelVersionPolicy", {
    latest: message("Latest", { num_versions: "uint32" }),
    all: message("All", {}),
    specific: message("Specific", { versions: ["int64"] }),
  }),
  max_batch_size: "int32",
  input: [message("ModelInput", {
    ...placed,
    format: member("FORMAT_NONE FORMAT_NHWC FORMAT_NCHW"),
    allow_ragged_batch: "bool",
    optional: "bool",
  })],
  output: [message("ModelOutput", { ...placed, label_filename: "string" })],
  batch_input: [message("BatchInput", {
    kind: member(
      "BATCH_ELEMENT_COUNT BATCH_ACCUMULATED_ELEMENT_COUNT BATCH_ACCUMULATED_ELEMENT_COUNT_WITH_ZERO " +
        "BATCH_MAX_ELEMENT_COUNT_AS_SHAPE BATCH_ITEM_SHAPE BATCH_ITEM_SHAPE_FLATTEN",
    ),
    target_name: ["string"],
    data_type: dataType,
    source_input: ["string"],
  })],
  batch_output: [message("BatchOutput", {
    target_name: ["string"],
    kind: member("BATCH_SCATTER_WITH_INPUT_SHAPE"),
    source_input: ["string"],
  })],
  optimization: message("ModelOptimizationPolicy", {
    graph: message("Graph", { level: "int32" }),
    priority: member("PRIORITY_DEFAULT PRIORITY_MAX PRIORITY_MIN"),
    cuda: message("Cuda", {
      graphs: "bool",
      busy_wait_events: "bool",
      graph_spec: [message("GraphSpec", { ...graph, graph_lower_bound: message("LowerBound", graph) })],
      output_copy_stream: "bool",
    }),
    execution_accelerators: message("ExecutionAccelerators", {
      gpu_execution_accelerator: [accelerator],
      cpu_execution_accelerator: [accelerator],
    }),
    input_pinned_memory: memory,
    output_pinned_memory: memory,
    gather_kernel_buffer_threshold: "uint32",
    eager_batching: "bool",
  }),
  dynamic_batching: message("ModelDynamicBatching", {
    preferred_batch_size: ["int32"],
    max_queue_delay_microseconds: "uint64",
    preserve_ordering: "bool",
    priority_levels: "uint64",
    default_priority_level: "uint64",
    default_queue_policy: queuePolicy,
    priority_queue_policy: map(queuePolicy, "uint64"),
  }),
  sequence_batching: message("ModelSequenceBatching", {
    direct: message("StrategyDirect", {
      max_queue_delay_microseconds: "uint64",
      minimum_slot_utilization: "number",
    }),
    oldest: message("StrategyOldest", {
      max_candidate_sequences: "int32",
      preferred_batch_size: ["int32"],
      max_queue_delay_microseconds: "uint64",
      preserve_ordering: "bool",
    }),
    max_sequence_idle_microseconds: "uint64",
    control_input: [message("ControlInput", {
      name: "string",
      control: [message("Control", {
        kind: member(
          "CONTROL_SEQUENCE_START CONTROL_SEQUENCE_READY CONTROL_SEQUENCE_END CONTROL_SEQUENCE_CORRID",
        ),
        int32_false_true: ["int32"],
        fp32_false_true: ["number"],
        bool_false_true: ["bool"],
        data_type: dataType,
      })],
    })],
    state: [message("State", {
      input_name: "string",
      output_name: "string",
      data_type: dataType,
      dims: ["int64"],
      initial_state: [message("InitialState", { ...tensor, zero_data: "bool", data_file: "string" })],
      use_same_buffer_for_input_output: "bool",
      use_growable_memory: "bool",
    })],
    iterative_sequence: "bool",
  }),
  ensemble_scheduling: message("ModelEnsembling", {
    step: [message("Step", {
      model_name: "string",
      model_version: "int64",
      input_map: map("string"),
      output_map: map("string"),
      model_namespace: "string",
    })],
    max_inflight_requests: "uint32",
  }),
  instance_group: [message("ModelInstanceGroup", {
    name: "string",
    kind: member("KIND_AUTO KIND_GPU KIND_CPU KIND_MODEL"),
    count: "int32",
    rate_limiter: message("ModelRateLimiter", {
      resources: [message("Resource", { name: "string", global: "bool", count: "uint32" })],
      priority: "uint32",
    }),
    gpus: ["int32"],
    secondary_devices: [message("SecondaryDevice", { kind: member("KIND_NVDLA"), device_id: "int64" })],
    profile: ["string"],
    passive: "bool",
    host_policy: "string",
  })],
  default_model_filename: "string",
  cc_model_filenames: map("string"),
  metric_tags: map("string"),
  parameters: map(message("ModelParameter", { string_value: "string" })),
  model_warmup: [message("ModelWarmup", {
    name: "string",
    batch_size: "uint32",
    inputs: map(message("Input", {
      data_type: dataType,
      dims: ["int64"],
      zero_data: "bool",
      random_data: "bool",
      input_data_file: "string",
    })),
    count: "uint32",
  })],
  model_operations: message("ModelOperations", { op_library_filename: ["string"] }),
  model_transaction_policy: message("ModelTransactionPolicy", { decoupled: "bool" }),
  model_repository_agents: message("ModelRepositoryAgents", {
    agents: [message("Agent", { name: "string", parameters: map("string") })],
  }),
  response_cache: message("ModelResponseCache", { enable: "bool" }),
  model_metrics: message("ModelMetrics", {
    metric_control: [message("MetricControl", {
      metric_identifier: message("MetricIdentifier", { family: "string" }),
      histogram_options: message("HistogramOptions", { buckets: ["number"] }),
    })],
  }),
});
