import type { Context, Handle } from "./context.ts";
import { type Address, addressOf, nameAt } from "./memory.ts";

interface SavedModel {
  readonly session: Address;
  readonly graph: Address;
}

const encoder = new TextEncoder();

/** TensorFlow's SavedModels, loaded from folders: a graph and a session that runs it. */
export class SavedModels {
  readonly #models = new Map<number, SavedModel>();
  #next = 0;

  constructor(private readonly context: Context) {}

  get size(): number {
    return this.#models.size;
  }

  #model(id: number): SavedModel {
    const model = this.#models.get(id);
    if (!model) throw new Error(`Unknown SavedModel ${id}: it was freed, or never loaded`);
    return model;
  }

  /** Loads the graph that has all these tags (`serve` for most). Throws TensorFlowError. */
  load(folder: string, tags: readonly string[]): number {
    const { symbols, status } = this.context,
      graph = symbols.TF_NewGraph(),
      options = symbols.TF_NewSessionOptions();
    const places = BigUint64Array.from(tags, nameAt);
    const session = symbols.TF_LoadSessionFromSavedModel(
      options,
      0n,
      encoder.encode(folder + "\0"),
      places,
      tags.length,
      graph,
      0n,
      status.address,
    );
    symbols.TF_DeleteSessionOptions(options);
    try {
      status.check(`Cannot load the SavedModel ${folder}`);
    } catch (error) {
      symbols.TF_DeleteGraph(graph);
      throw error;
    }
    this.#models.set(this.#next, { session, graph });
    return this.#next++;
  }

  /** `TF_Output` values, an operation and the number of its output each, one after another. */
  #places({ graph }: SavedModel, names: readonly string[]): BigInt64Array<ArrayBuffer> {
    const places = new BigInt64Array(Math.max(2, 2 * names.length));
    names.forEach((name, i) => {
      const [operation, index = "0"] = name.split(":");
      places[2 * i] = this.context.symbols.TF_GraphOperationByName(graph, encoder.encode(operation + "\0"));
      if (places[2 * i] === 0n) {
        throw new Error(`Unknown operation "${operation}": the SavedModel's graph has none of that name`);
      }
      places[2 * i + 1] = BigInt(index || 0);
    });
    return places;
  }

  /** Runs a model from named inputs (`name:0`) to named outputs, which the caller frees. */
  run(
    id: number,
    inputNames: readonly string[],
    inputs: readonly Handle[],
    outputNames: readonly string[],
  ): Handle[] {
    const { symbols, status } = this.context, model = this.#model(id);
    if (inputNames.length !== inputs.length) {
      throw new Error(`Cannot run a SavedModel: ${inputs.length} inputs for ${inputNames.length} names`);
    }
    const from = this.#places(model, inputNames), to = this.#places(model, outputNames);
    const given = new BigUint64Array(Math.max(1, inputs.length)),
      made = new BigUint64Array(Math.max(1, outputNames.length));
    try {
      inputs.forEach((handle, i) => {
        given[i] = symbols.TFE_TensorHandleResolve(handle, status.address);
        status.check(`Cannot read the input ${inputNames[i]}`);
      });
      symbols.TF_SessionRun(
        model.session,
        0n,
        addressOf(from),
        addressOf(given),
        inputs.length,
        addressOf(to),
        addressOf(made),
        outputNames.length,
        0n,
        0,
        0n,
        status.address,
      );
      status.check("Cannot run a SavedModel");
    } finally {
      for (const tensor of given) if (tensor !== 0n) symbols.TF_DeleteTensor(tensor);
    }
    return outputNames.map((_, i) => this.context.adopt(made[i], "Cannot take an output of a SavedModel"));
  }

  /** Frees a model. Throws where there is none of this number. */
  delete(id: number): void {
    const { symbols, status } = this.context, { session, graph } = this.#model(id);
    this.#models.delete(id);
    symbols.TF_DeleteSession(session, status.address);
    symbols.TF_DeleteGraph(graph);
    status.check("Cannot free a SavedModel");
  }
}
