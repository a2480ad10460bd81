import type { ModelSpec } from "./datatypes.ts";
import { findSpec } from "./find_spec.ts";
import type { RequestedOutput } from "./infer_request.ts";
import { entriesOf, flagOf, parametersOf } from "./read_values.ts";
import { refuse, shown } from "./serve_error.ts";

/**
 * Reads the outputs that a request wants; all where it names none.
 *
 * @param parameters those of the request, whose `binary_data_output` counts where an output says
 * nothing
 */
export function readOutputs(
  outputs: unknown,
  parameters: Readonly<Record<string, unknown>>,
  model: ModelSpec,
): RequestedOutput[] {
  const usual = flagOf(parameters, "binary_data_output") ?? false;
  if (outputs !== undefined && !Array.isArray(outputs)) {
    refuse(`"outputs" is ${shown(outputs)}, expected an array`);
  }
  if (!outputs?.length) return model.outputs.map(({ name }) => ({ name, binary: usual, classes: 0 }));
  const found = new Set<string>();
  return outputs.map((output) => {
    const entries = entriesOf(output, "an output"), { name } = findSpec("output", entries.name, model);
    if (found.size === found.add(name).size) refuse(`the output "${name}" is wanted twice`);
    const own = parametersOf(entries, `the output "${name}"`), { classification: classes = 0 } = own;
    if ("shared_memory_region" in own) refuse("shared memory is not supported: let the data be sent");
    if (!Number.isSafeInteger(classes) || (classes as number) < 0) {
      refuse(`"classification" is ${shown(classes)}, expected a number of classes`);
    }
    return { name, binary: flagOf(own, "binary_data") ?? usual, classes: classes as number };
  });
}
