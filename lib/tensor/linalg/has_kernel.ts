import { tf } from "../tf.ts";

/** Returns whether the current backend has a kernel: that of traces has some that tfjs lacks. */
export const hasKernel = (name: string): boolean => tf.getKernel(name, tf.getBackend()) !== undefined;
