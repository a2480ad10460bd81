import type { Tensor } from "../../../tensor/mod.ts";

/**
 * Results of a transform on the way between an x and a y, for use in the other direction or in
 * the log-determinant. It is kept with whichever of the two was made: the other one may be a
 * constant that several traces share.
 */
export class Remembered<T> {
  private readonly notes: WeakMap<Tensor, { readonly from: Tensor; readonly value: T }> = new WeakMap();

  /** Keeps a value with the tensor that was made. */
  keep(from: Tensor, made: Tensor, value: T): void {
    if (made !== from) this.notes.set(made, { from, value });
  }

  /** Returns the value kept when one of the two was made from the other. */
  recall(x: Tensor, y: Tensor): T | undefined {
    const forward = this.notes.get(y);
    if (forward?.from === x) return forward.value;
    const backward = this.notes.get(x);
    return backward?.from === y ? backward.value : undefined;
  }
}

/** Returns a tensor that was kept, unless it has been disposed of since. */
export function alive(tensor: Tensor | undefined): Tensor | undefined {
  return tensor && !tensor.isDisposed ? tensor : undefined;
}
