import type { TensorMetadata, TFEOpAttr, TFJSBinding } from "@tensorflow/tfjs-node/dist/tfjs_binding.d.ts";
import type { Attribute } from "./attributes.ts";
import type { Context, Handle } from "./context.ts";
import { DTYPE_CODES } from "./dtype.ts";
import { execute } from "./ops.ts";
import { SavedModels } from "./saved_models.ts";
import { describeTensor, readTensor, tensorFrom } from "./tensors.ts";

/** Kinds of attributes, as tfjs-node numbers them: `TF_AttrType` of the C API. */
const KINDS = { STRING: 0, INT: 1, FLOAT: 2, BOOL: 3, TYPE: 4, SHAPE: 5 } as const;

/** The arrays that tfjs keeps elements in. */
const ARRAYS: Readonly<
  Record<number, typeof Float32Array | typeof Int32Array | typeof Uint8Array | undefined>
> = {
  [DTYPE_CODES.float32]: Float32Array,
  [DTYPE_CODES.complex64]: Float32Array,
  [DTYPE_CODES.int32]: Int32Array,
  // tfjs-node gives 64-bit integers as pairs of 32-bit halves.
  [DTYPE_CODES.int64]: Int32Array,
  [DTYPE_CODES.bool]: Uint8Array,
  [DTYPE_CODES.uint8]: Uint8Array,
};

// tfjs gives a random seed, which is no integer, for an attribute that is one.
const integer = (value: unknown): bigint => BigInt(Math.trunc(Number(value)) || 0);

function attributeOf({ name, type, value }: TFEOpAttr): Attribute {
  switch (type) {
    case KINDS.TYPE:
      return { type: value as number };
    case KINDS.BOOL:
      return Array.isArray(value) ? { bools: value as unknown as boolean[] } : { bool: value as boolean };
    case KINDS.INT:
      return Array.isArray(value) ? { ints: value.map(integer) } : { int: integer(value) };
    case KINDS.FLOAT:
      return Array.isArray(value) ? { floats: value } : { float: value as number };
    case KINDS.STRING:
      return { string: value as string };
    case KINDS.SHAPE:
      return { shape: value as number[] };
    default:
      throw new Error(`Unknown kind ${type} of the attribute ${name}`);
  }
}

/**
 * The part of tfjs-node's native addon that its kernels call, over TensorFlow's C API. Tensors
 * have numbers that are never used twice.
 */
export class Binding implements Omit<TFJSBinding, "TensorMetadata" | "TFEOpAttr"> {
  readonly TF_FLOAT: number = DTYPE_CODES.float32;
  readonly TF_INT32: number = DTYPE_CODES.int32;
  readonly TF_INT64: number = DTYPE_CODES.int64;
  readonly TF_BOOL: number = DTYPE_CODES.bool;
  readonly TF_COMPLEX64: number = DTYPE_CODES.complex64;
  readonly TF_STRING: number = DTYPE_CODES.string;
  readonly TF_RESOURCE: number = DTYPE_CODES.resource;
  readonly TF_UINT8: number = DTYPE_CODES.uint8;
  readonly TF_ATTR_STRING: number = KINDS.STRING;
  readonly TF_ATTR_INT: number = KINDS.INT;
  readonly TF_ATTR_FLOAT: number = KINDS.FLOAT;
  readonly TF_ATTR_BOOL: number = KINDS.BOOL;
  readonly TF_ATTR_TYPE: number = KINDS.TYPE;
  readonly TF_ATTR_SHAPE: number = KINDS.SHAPE;
  // The addon never set it either; the kernels do not use it.
  readonly TF_ATTR_RESOURCE: number = -1;
  readonly TF_Version: string;
  readonly #handles = new Map<number, Handle>();
  readonly #models: SavedModels;
  #next = 0;

  constructor(private readonly context: Context) {
    this.#models = new SavedModels(context);
    this.TF_Version = context.library.version;
  }

  #handle(id: number): Handle {
    const handle = this.#handles.get(id);
    if (handle === undefined) {
      throw new Error(`Unknown tensor ${id} of TensorFlow: it was freed, or never made`);
    }
    return handle;
  }

  #metadata(handle: Handle): TensorMetadata {
    const { dtype, shape } = describeTensor(this.context, handle), id = this.#next++;
    this.#handles.set(id, handle);
    return { id, shape, dtype: DTYPE_CODES[dtype] };
  }

  isUsingGpuDevice(): boolean {
    return this.context.isGpu;
  }

  getNumOfTensors(): number {
    return this.#handles.size;
  }

  /** Returns whether a tensor has not been freed. */
  has(id: number): boolean {
    return this.#handles.has(id);
  }

  createTensor(shape: number[], dtype: number, values: unknown): number {
    const Elements = ARRAYS[dtype];
    const data = !Elements || values instanceof Elements
      ? values
      : Elements.from(values as ArrayLike<number>);
    const handle = tensorFrom(this.context, dtype, shape, data as Uint8Array<ArrayBuffer>),
      id = this.#next++;
    this.#handles.set(id, handle);
    return id;
  }

  deleteTensor(id: number): void {
    this.context.free(this.#handle(id));
    this.#handles.delete(id);
  }

  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array {
    return readTensor(this.context, this.#handle(id)).data as Float32Array;
  }

  executeOp(
    name: string,
    given: readonly TFEOpAttr[],
    ids: readonly number[],
    outputs: number,
  ): TensorMetadata[] {
    const attributes: Record<string, Attribute> = {}, inputs = new Array<Handle>(ids.length);
    for (let i = 0; i < given.length; i++) attributes[given[i].name] = attributeOf(given[i]);
    for (let i = 0; i < ids.length; i++) inputs[i] = this.#handle(ids[i]);
    const handles = execute(this.context, name, inputs, attributes, outputs), found: TensorMetadata[] = [];
    for (const handle of handles) found.push(this.#metadata(handle));
    return found;
  }

  loadSavedModel(folder: string, tags: string): number {
    return this.#models.load(folder, tags.split(","));
  }

  deleteSavedModel(id: number): void {
    this.#models.delete(id);
  }

  runSavedModel(id: number, ids: readonly number[], inputs: string, outputs: string): TensorMetadata[] {
    const names = (text: string) => text === "" ? [] : text.split(",");
    return this.#models.run(id, names(inputs), ids.map((id) => this.#handle(id)), names(outputs))
      .map((handle) => this.#metadata(handle));
  }

  getNumOfSavedModels(): number {
    return this.#models.size;
  }
}
