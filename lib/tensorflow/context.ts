import { configBytes, type ContextOptions } from "./config.ts";
import { type Library, type LibraryOptions, openLibrary } from "./library.ts";
import { type Address, nameAt, textAt } from "./memory.ts";
import { freeOrphans } from "./free_orphans.ts";
import { Owner } from "./owner.ts";
import { Status } from "./status.ts";
import type { Symbols } from "./symbols.ts";

/** A device as TensorFlow lists it. */
export interface DeviceInfo {
  /** Its full name, as `/job:localhost/replica:0/task:0/device:CPU:0`. */
  readonly name: string;
  /** `CPU`, `GPU`, or another that TensorFlow knows. */
  readonly type: string;
  /** Its memory in bytes, as TensorFlow may use it. */
  readonly memory: number;
}

/** A tensor that TensorFlow holds: the address of a `TFE_TensorHandle`, freed by its maker. */
export type Handle = Address;

function listDevices(symbols: Symbols, context: Address, status: Status): DeviceInfo[] {
  const list = symbols.TFE_ContextListDevices(context, status.address);
  status.check("Cannot list TensorFlow's devices");
  try {
    return Array.from({ length: symbols.TF_DeviceListCount(list) }, (_, i) => ({
      name: textAt(symbols.TF_DeviceListName(list, i, status.address)),
      type: textAt(symbols.TF_DeviceListType(list, i, status.address)),
      memory: Number(symbols.TF_DeviceListMemoryBytes(list, i, status.address)),
    }));
  } finally {
    symbols.TF_DeleteDeviceList(list);
  }
}

/** TensorFlow's eager context, which operations run in: its devices, and the tensors in it. */
export class Context {
  /** The library it belongs to. */
  readonly library: Library;
  /** The library's functions. */
  readonly symbols: Symbols;
  /** The address of the `TFE_Context`. */
  readonly address: Address;
  /** The status of calls. A call that runs in the background needs one of its own. */
  readonly status: Status;
  /** The devices there are. */
  readonly devices: readonly DeviceInfo[];
  /** The device that tensors are put on and operations run on. */
  readonly device: DeviceInfo;
  /** The processor. */
  readonly host: DeviceInfo;
  /** The tensors that live. */
  readonly handles: Owner;

  /** A context of its own. Throws where the device asked for is not there. */
  constructor(library: Library, options: ContextOptions = {}) {
    const { symbols } = library, config = configBytes(options);
    this.library = library;
    this.symbols = symbols;
    this.status = new Status(symbols);
    const { address } = this.status, settings = symbols.TFE_NewContextOptions();
    try {
      symbols.TFE_ContextOptionsSetConfig(settings, config, BigInt(config.length), address);
      this.status.check("Cannot configure TensorFlow");
      this.address = symbols.TFE_NewContext(settings, address);
      this.status.check("Cannot start TensorFlow");
    } finally {
      symbols.TFE_DeleteContextOptions(settings);
    }
    this.devices = listDevices(symbols, this.address, this.status);
    const gpu = this.devices.find((device) => device.type === "GPU");
    this.host = this.devices.find((device) => device.type === "CPU")!;
    if (options.device === "gpu" && !gpu) {
      const why = library.device === "cpu"
        ? "the library was built without GPUs: run `deno task engine tensorflow --gpu`"
        : "TensorFlow found none: see its notices with TF_CPP_MIN_LOG_LEVEL=0";
      symbols.TFE_DeleteContext(this.address);
      this.status.delete();
      throw new Error(`Cannot use a GPU: ${why}`);
    }
    this.device = gpu ?? this.host;
    freeOrphans(symbols);
    this.handles = new Owner(symbols, this.address);
  }

  /** True if operations run on a GPU. */
  get isGpu(): boolean {
    return this.device.type === "GPU";
  }

  /** Returns the address of a device's name, for calls that take one. */
  deviceAt(device: DeviceInfo = this.device): Address {
    return nameAt(device.name);
  }

  /** Turns a `TF_Tensor` into a handle. Throws TensorFlowError, with `doing` before its message. */
  adopt(tensor: Address, doing: string): Handle {
    const handle = this.symbols.TFE_NewTensorHandle(tensor, this.status.address);
    this.symbols.TF_DeleteTensor(tensor);
    this.status.check(doing);
    this.handles.add(handle);
    return handle;
  }

  /** Frees a tensor. */
  free(handle: Handle): void {
    if (!this.handles.delete(handle)) {
      throw new Error("Cannot free a tensor that does not live in this context");
    }
    this.symbols.TFE_DeleteTensorHandle(handle);
  }

  /** Frees all tensors and the context itself. */
  delete(): void {
    for (const handle of this.handles) this.symbols.TFE_DeleteTensorHandle(handle);
    this.handles.close();
    this.symbols.TFE_DeleteContext(this.address);
    this.status.delete();
  }
}

let shared: Context | undefined;

/**
 * Returns the context that everything in this isolate shares, so that a tensor of one user is a
 * tensor of all; made at the first call, whose options hold. Throws where TensorFlow cannot be
 * opened, or not on the device asked for.
 */
export function context(options: ContextOptions & LibraryOptions = {}): Context {
  return shared ??= new Context(openLibrary(options), options);
}
