import type { Fields } from "./pbtxt_fields.ts";

/** The versions of a model that are served: all, the newest ones, or those named. */
export type VersionPolicy = "all" | { readonly latest: number } | { readonly specific: readonly number[] };

/** Reads the versions that are served (default: all, where Triton serves the newest alone). */
export function versionPolicyOf(config: Fields): VersionPolicy {
  const policy = config.messages("version_policy").at(-1);
  if (!policy) return "all";
  const given = ["latest", "all", "specific"].filter((name) => policy.has(name));
  if (given.length !== 1) {
    config.fail("version_policy", given.join(" and ") || "empty", "one of latest, all and specific");
  }
  const [latest] = policy.messages("latest"), [specific] = policy.messages("specific");
  if (specific) return { specific: specific.integers("versions") };
  if (!latest) return "all";
  const count = latest.integers("num_versions").at(-1) ?? 1;
  return count > 0 ? { latest: count } : latest.fail("num_versions", String(count), "a positive integer");
}

/** Returns the versions of those there are that a policy serves. */
export function servedVersions(policy: VersionPolicy, versions: readonly number[]): number[] {
  if (policy === "all") return [...versions];
  if ("latest" in policy) return versions.slice(-policy.latest);
  return versions.filter((version) => policy.specific.includes(version));
}

/** The number of elements of a shape; -1 where a length may change. */
const sizeOf = (shape: readonly number[]): number =>
  shape.includes(-1) ? -1 : shape.reduce((product, length) => product * length, 1);

/** Throws Error for lengths that are none. */
export function checkLengths(fields: Fields, name: string, lengths: readonly number[]): void {
  const bad = lengths.find((length) => length < -1 || length === 0);
  if (bad !== undefined) fields.fail(name, String(bad), "positive lengths, or -1 for one that may change");
}

/** Reads the lengths that a tensor has in the model, where these are others than its dims. */
export function reshapeOf(tensor: Fields, dims: readonly number[], batches: boolean): number[] | undefined {
  const fields = tensor.messages("reshape").at(-1);
  if (!fields) return undefined;
  const shape = fields.integers("shape");
  checkLengths(fields, "shape", shape);
  if (shape.length === 0 && !batches) {
    fields.fail("shape", "empty", "lengths: only the rows of a batch may be single numbers");
  }
  const variable = (lengths: readonly number[]) => lengths.filter((length) => length === -1).length;
  if (sizeOf(shape) !== sizeOf(dims) || variable(shape) !== variable(dims)) {
    fields.fail("shape", `[${shape}]`, `as many elements as dims [${dims}]`);
  }
  return shape;
}

/** Parts of a configuration that change answers, and that there are not here. */
const LACKING = [
  "ensemble_scheduling",
  "sequence_batching",
  "batch_input",
  "batch_output",
  "model_operations",
];

/** Parts that are about the machine, or another server's own. */
const UNUSED = [
  "runtime",
  "optimization",
  "instance_group",
  "cc_model_filenames",
  "metric_tags",
  "model_warmup",
  "model_repository_agents",
  "response_cache",
  "model_metrics",
];

/** Returns the fields of a configuration that Triton takes and that are not used here. */
export function unusedFields(config: Fields): string[] {
  const batching = config.messages("dynamic_batching").at(-1);
  const used = ["preferred_batch_size", "max_queue_delay_microseconds"];
  const rest = batching?.names.filter((name) => !used.includes(name)) ?? [];
  return [...UNUSED.filter((name) => config.has(name)), ...rest.map((name) => `dynamic_batching.${name}`)];
}

/** Throws Error for what Triton refuses, or what cannot be served here. */
export function checkRules(config: Fields, maxBatchSize: number): void {
  const lacking = LACKING.find((name) => config.has(name));
  if (lacking) config.fail(lacking, "given", "none: it is not supported");
  if (config.messages("model_transaction_policy").at(-1)?.flag("decoupled")) {
    config.fail("model_transaction_policy.decoupled", "true", "false: an answer for each request");
  }
  const file = config.text("default_model_filename");
  if (file && file !== "model.onnx") config.fail("default_model_filename", `"${file}"`, '"model.onnx"');
  const backend = config.text("backend"), platform = config.text("platform");
  if (backend === "onnxruntime" && platform && platform !== "onnxruntime_onnx") {
    config.fail("platform", `"${platform}"`, '"onnxruntime_onnx" for the backend onnxruntime');
  }
  for (const group of config.messages("instance_group")) checkInstanceGroup(group);
  const batching = config.messages("dynamic_batching").at(-1);
  if (batching) checkDynamicBatching(batching, maxBatchSize);
}

function checkInstanceGroup(group: Fields): void {
  const kind = group.identifier("kind") ?? "KIND_AUTO", gpus = group.integers("gpus");
  if (gpus.length > 0 && (kind === "KIND_CPU" || kind === "KIND_MODEL")) {
    group.fail("gpus", `[${gpus}]`, `none for ${kind}`);
  }
  if (group.has("profile")) group.fail("profile", "given", "none: only TensorRT has profiles");
}

function checkDynamicBatching(batching: Fields, maxBatchSize: number): void {
  for (const size of batching.integers("preferred_batch_size")) {
    if (size >= 1 && size <= maxBatchSize) continue;
    const expected = `a number of rows from 1 to max_batch_size ${maxBatchSize}`;
    batching.fail("preferred_batch_size", String(size), expected);
  }
  const levels = batching.integers("priority_levels").at(-1) ?? 0;
  const usual = batching.integers("default_priority_level").at(-1) ?? 0;
  const entries = batching.messages("priority_queue_policy");
  const keys = entries.map((entry) => entry.integers("key").at(-1) ?? 0);
  if (levels > 0) {
    const range = `a level from 1 to priority_levels ${levels}`,
      bad = keys.find((key) => key < 1 || key > levels);
    if (usual < 1 || usual > levels) batching.fail("default_priority_level", String(usual), range);
    if (bad !== undefined) batching.fail("priority_queue_policy", `of level ${bad}`, range);
  }
  if (!batching.flag("preserve_ordering")) return;
  if (levels > 1) batching.fail("priority_levels", String(levels), "at most 1 with preserve_ordering");
  const policies = [
    ...batching.messages("default_queue_policy"),
    ...entries.flatMap((entry) => entry.messages("value")),
  ];
  for (const policy of policies) {
    const waits = (policy.integers("default_timeout_microseconds").at(-1) ?? 0) > 0;
    if (waits && policy.identifier("timeout_action") === "DELAY") {
      policy.fail("timeout_action", "DELAY", "REJECT with preserve_ordering");
    }
  }
}
