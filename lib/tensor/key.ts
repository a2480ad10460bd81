import type { Shape, Tensor } from "./tf.ts";

/** The draws that a key gives directly; every other distribution is computed from these. */
export type DrawKind = "uniform" | "normal";

/**
 * A key of the random number generator: the state is explicit, and nothing is drawn twice from one
 * key. An eager key draws values; a traced key (in `lib/compile`) makes the draw an input of the
 * graph, which the caller's key fills at each run with the very numbers the eager key would have
 * given.
 */
export abstract class Key {
  /** Returns `count` new keys, as `jax.random.split`. */
  abstract split(count?: number): Key[];
  /** Returns a new key from this one and an integer, as `jax.random.fold_in`. */
  abstract foldIn(data: number): Key;
  /** Returns float32 draws of the given shape: `uniform` on [0, 1), or standard `normal`. */
  abstract draw(kind: DrawKind, shape: Shape): Tensor;
}
