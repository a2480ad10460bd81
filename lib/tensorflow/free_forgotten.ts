import type { Binding } from "./binding.ts";
import { sizeOf } from "../tensor/mod.ts";

/** The entry of a tensor in tfjs-node's backend. */
interface Entry {
  /** Its number in TensorFlow once it was uploaded; -1 before. */
  readonly id: number | null;
  readonly shape: readonly number[];
  /** Memory that is never touched, for the garbage collector to know of a large tensor's size. */
  weight?: ArrayBuffer;
}

/** The tensors of tfjs-node's backend, by the object that tfjs knows each by. */
export interface TensorMap {
  set(dataId: WeakKey, entry: Entry): void;
  get(dataId: WeakKey): Entry | undefined;
  delete(dataId: WeakKey): boolean;
}

/** Smaller tensors, in elements, have no weight: there are many of them, and they do not matter. */
const LARGE = 1 << 16;

/**
 * Frees tensors that JavaScript has forgotten without disposing of them, as notebooks do: tfjs-node
 * would keep them for ever. The garbage collector does not see TensorFlow's memory, and would come
 * too late: a large tensor's weight brings it.
 */
export function freeForgotten(tensors: TensorMap, binding: Binding): void {
  const forgotten = new FinalizationRegistry<Entry>(({ id }) => {
    if (id !== null && binding.has(id)) binding.deleteTensor(id);
  });
  const set = tensors.set.bind(tensors), remove = tensors.delete.bind(tensors);
  tensors.set = (dataId, entry) => {
    const size = sizeOf(entry.shape);
    if (size >= LARGE) entry.weight = new ArrayBuffer(4 * size);
    set(dataId, entry);
    forgotten.register(dataId, entry, entry);
  };
  tensors.delete = (dataId) => {
    const entry = tensors.get(dataId);
    if (entry) {
      // Its weight ends here, not at the next collection; and a loop that never waits would never
      // clear the registry.
      entry.weight?.transfer(0);
      forgotten.unregister(entry);
    }
    return remove(dataId);
  };
}
