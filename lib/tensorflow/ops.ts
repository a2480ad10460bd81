import { type Attributes, setAttribute } from "./attributes.ts";
import { enter, leave } from "./background.ts";
import type { Context, Handle } from "./context.ts";
import { type Address, nameAt } from "./memory.ts";
import { wordsAt } from "./owner.ts";
import { Status } from "./status.ts";
import type { Symbols } from "./symbols.ts";

/** The memory for the handles of an operation's outputs, and for their number. */
class Outputs {
  /** Their address. */
  readonly handles: Address;
  /** The address of their number. */
  readonly count: Address;
  readonly #words: BigInt64Array<ArrayBuffer>;
  readonly #length: Int32Array<ArrayBuffer>;

  /** Allocates room, of C: an operation in the background may outlive its isolate. */
  constructor(private readonly symbols: Symbols, room: number) {
    this.count = symbols.calloc(BigInt(room + 1), 8n);
    this.handles = this.count + 8n;
    this.#words = wordsAt(this.count, room + 1);
    this.#length = new Int32Array(this.#words.buffer, 0, 1);
  }

  /** Makes ready for a number of outputs; false where there is no room. */
  prepare(outputs: number): boolean {
    this.#length[0] = outputs;
    return outputs < this.#words.length;
  }

  /** Returns the outputs, which now live in the context. */
  take(context: Context): Handle[] {
    const taken = new Array<Handle>(this.#length[0]);
    for (let i = 0; i < taken.length; i++) context.handles.add(taken[i] = this.#words[i + 1]);
    return taken;
  }

  /** Returns whether an operation has written its outputs; one that has none counts as ended. */
  areThere(): boolean {
    return this.#words.length === 1 || this.#words[this.#words.length - 1] !== 0n;
  }

  free(): void {
    this.symbols.free(this.count);
  }
}

/** The outputs of operations that are waited for have one room, as far as it suffices. */
const ROOM = 64;
const common = new WeakMap<Symbols, Outputs>();

/**
 * An operation that is set up once and run many times: its name, its attributes and its number of
 * outputs stay, its inputs are given anew at each run.
 */
export class Operation {
  /** TensorFlow's name of it, as `MatMul`. */
  readonly name: string;
  #address: Address;

  /**
   * An operation of a context with its attributes and the number of outputs it has. Runs on the
   * context's device, or on the one named, as far as it has a kernel there. Throws TensorFlowError
   * where there is no such operation.
   */
  constructor(
    private readonly context: Context,
    name: string,
    private readonly attributes: Attributes,
    private readonly outputs: number,
    private readonly device?: string,
  ) {
    this.name = name;
    this.#address = this.#make();
  }

  #make(): Address {
    const { name, attributes } = this, { symbols, status, address } = this.context;
    const op = symbols.TFE_NewOp(address, nameAt(name), status.address);
    status.check();
    try {
      if (this.device !== undefined) {
        symbols.TFE_OpSetDevice(op, nameAt(this.device), status.address);
        status.check(`Cannot run ${name} on ${this.device}`);
      }
      for (const key in attributes) setAttribute(symbols, op, key, attributes[key], status);
    } catch (error) {
      symbols.TFE_DeleteOp(op);
      throw error;
    }
    return op;
  }

  /**
   * Makes it anew where a run has left inputs behind: TensorFlow takes them off, but not where the
   * run failed, nor where it ran another operation in this one's place, as oneDNN's. More would be
   * added to them, and crash.
   */
  #clear(): void {
    const { symbols, status } = this.context;
    if (symbols.TFE_OpGetFlatInputCount(this.#address, status.address) === 0) return;
    this.delete();
    this.#address = this.#make();
  }

  #addInputs(inputs: readonly Handle[]): void {
    const { symbols, status } = this.context;
    for (let i = 0; i < inputs.length; i++) {
      symbols.TFE_OpAddInput(this.#address, inputs[i], status.address);
      status.check(`Cannot give ${this.name} its input ${i}`);
    }
  }

  #runNow(inputs: readonly Handle[]): Handle[] {
    const { symbols, status } = this.context;
    let shared = common.get(symbols);
    if (!shared) common.set(symbols, shared = new Outputs(symbols, ROOM));
    const outputs = shared.prepare(this.outputs) ? shared : new Outputs(symbols, this.outputs);
    try {
      outputs.prepare(this.outputs);
      this.#addInputs(inputs);
      symbols.TFE_Execute(this.#address, outputs.handles, outputs.count, status.address);
      status.check();
      return outputs.take(this.context);
    } finally {
      if (outputs !== shared) outputs.free();
    }
  }

  /**
   * Runs it and waits. Returns its outputs, to be freed by the caller. Throws TensorFlowError. More
   * inputs than the operation has must not be given: TensorFlow does not notice, and crashes.
   */
  run(inputs: readonly Handle[]): Handle[] {
    try {
      return this.#runNow(inputs);
    } finally {
      this.#clear();
    }
  }

  /** Runs it a single time and frees it. */
  runOnce(inputs: readonly Handle[]): Handle[] {
    try {
      return this.#runNow(inputs);
    } finally {
      this.delete();
    }
  }

  /**
   * Runs it on another thread, so that the event loop goes on. The operation may not be run again,
   * and its inputs may not be freed, before this has resolved. Rejects with TensorFlowError.
   */
  async runInBackground(inputs: readonly Handle[]): Promise<Handle[]> {
    const { symbols, handles } = this.context,
      outputs = new Outputs(symbols, this.outputs),
      status = new Status(symbols);
    const one = { hasEnded: () => outputs.areThere() || symbols.TF_GetCode(status.address) !== 0 };
    outputs.prepare(this.outputs);
    handles.background(1);
    enter(one);
    try {
      this.#addInputs(inputs);
      await symbols.TFE_ExecuteInBackground(this.#address, outputs.handles, outputs.count, status.address);
      status.check();
      return outputs.take(this.context);
    } finally {
      leave(one);
      handles.background(-1);
      status.delete();
      outputs.free();
      this.#clear();
    }
  }

  /** Frees it. */
  delete(): void {
    this.context.symbols.TFE_DeleteOp(this.#address);
  }
}

/**
 * Runs an operation once by its name.
 *
 * Takes the inputs in the operation's order (a list of inputs one after another), the attributes
 * that cannot be inferred from them, and the number of outputs (default 1). Returns the outputs, to
 * be freed by the caller. Throws TensorFlowError.
 */
export function execute(
  context: Context,
  name: string,
  inputs: readonly Handle[],
  attributes: Attributes = {},
  outputs: number = 1,
): Handle[] {
  return new Operation(context, name, attributes, outputs).runOnce(inputs);
}
