import { type Attributes, setAttribute } from "./attributes.ts";
import type { Context, Handle } from "./context.ts";
import { type Address, nameAt, offHeap } from "./memory.ts";
import { Status } from "./status.ts";

/** Where the addresses of an operation's outputs are written, and their number. */
class Outputs {
  readonly #handles: { readonly array: BigUint64Array<ArrayBuffer>; readonly address: Address };
  readonly #count: { readonly array: Int32Array<ArrayBuffer>; readonly address: Address };
  readonly #room: number;

  constructor(room: number) {
    this.#room = room;
    this.#handles = offHeap(BigUint64Array, 8 * Math.max(1, room));
    this.#count = offHeap(Int32Array, 4);
  }

  /** Makes ready for so many outputs; true where there is room. */
  prepare(outputs: number): boolean {
    this.#count.array[0] = outputs;
    return outputs <= this.#room;
  }

  get handles(): Address {
    return this.#handles.address;
  }

  get count(): Address {
    return this.#count.address;
  }

  /** The outputs, which now live in the context. */
  take(context: Context): Handle[] {
    const taken = new Array<Handle>(this.#count.array[0]);
    for (let i = 0; i < taken.length; i++) context.handles.add(taken[i] = this.#handles.array[i]);
    return taken;
  }
}

/** What serves the calls that wait, one after another: an operation of more outputs gets a place of its own. */
const common = new Outputs(256);

const outputsFor = (count: number): Outputs => {
  if (common.prepare(count)) return common;
  const own = new Outputs(count);
  own.prepare(count);
  return own;
};

/**
 * An operation that is set up once and run many times: its name, its attributes and its number of outputs stay, its inputs are
 * given anew at each run.
 */
export class Operation {
  /** TensorFlow's name of it, as `MatMul`. */
  readonly name: string;
  readonly #context: Context;
  readonly #attributes: Attributes;
  readonly #outputs: number;
  readonly #device: string | undefined;
  #address: Address;

  /**
   * An operation of a context with its attributes and the number of outputs it has. Runs on the context's device, or on the
   * one named, as far as it has a kernel there. Throws TensorFlowError where there is no such operation.
   */
  constructor(context: Context, name: string, attributes: Attributes, outputs: number, device?: string) {
    this.#context = context;
    this.name = name;
    this.#attributes = attributes;
    this.#outputs = outputs;
    this.#device = device;
    this.#address = this.#make();
  }

  #make(): Address {
    const { symbols, status, address } = this.#context, { name } = this, attributes = this.#attributes;
    const op = symbols.TFE_NewOp(address, nameAt(name), status.address);
    status.check();
    try {
      if (this.#device !== undefined) {
        symbols.TFE_OpSetDevice(op, nameAt(this.#device), status.address);
        status.check(`Cannot run ${name} on ${this.#device}`);
      }
      for (const key in attributes) setAttribute(symbols, op, key, attributes[key], status);
    } catch (error) {
      symbols.TFE_DeleteOp(op);
      throw error;
    }
    return op;
  }

  /** A run that failed may leave its inputs behind: the operation is made anew. */
  #renew(): void {
    this.delete();
    this.#address = this.#make();
  }

  #addInputs(inputs: readonly Handle[]): void {
    const { symbols, status } = this.#context;
    for (let i = 0; i < inputs.length; i++) {
      symbols.TFE_OpAddInput(this.#address, inputs[i], status.address);
      status.check(`Cannot give ${this.name} its input ${i}`);
    }
  }

  /** Runs it and waits. Returns its outputs, to be freed by the caller. Throws TensorFlowError. */
  run(inputs: readonly Handle[]): Handle[] {
    const { symbols, status } = this.#context, outputs = outputsFor(this.#outputs);
    try {
      this.#addInputs(inputs);
      symbols.TFE_Execute(this.#address, outputs.handles, outputs.count, status.address);
      status.check();
    } catch (error) {
      this.#renew();
      throw error;
    }
    return outputs.take(this.#context);
  }

  /**
   * Runs it on another thread, so that the event loop goes on. The operation may not be run again, and its inputs may not be
   * freed, before this has resolved. Rejects with TensorFlowError.
   */
  async runInBackground(inputs: readonly Handle[]): Promise<Handle[]> {
    const { symbols, handles } = this.#context,
      outputs = new Outputs(this.#outputs),
      status = new Status(symbols);
    outputs.prepare(this.#outputs);
    handles.background(1);
    try {
      this.#addInputs(inputs);
      await symbols.TFE_ExecuteInBackground(this.#address, outputs.handles, outputs.count, status.address);
      status.check();
    } catch (error) {
      this.#renew();
      throw error;
    } finally {
      handles.background(-1);
      status.delete();
    }
    return outputs.take(this.#context);
  }

  /** Frees it. */
  delete(): void {
    this.#context.symbols.TFE_DeleteOp(this.#address);
  }
}

/**
 * Runs an operation once by its name.
 *
 * Takes the inputs in the operation's order (a list of inputs one after another), the attributes that cannot be inferred from
 * them, and the number of outputs (default 1). Returns the outputs, to be freed by the caller. Throws TensorFlowError.
 */
export function execute(
  context: Context,
  name: string,
  inputs: readonly Handle[],
  attributes: Attributes = {},
  outputs: number = 1,
): Handle[] {
  const operation = new Operation(context, name, attributes, outputs);
  try {
    return operation.run(inputs);
  } finally {
    operation.delete();
  }
}
