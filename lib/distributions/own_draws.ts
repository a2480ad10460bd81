import type { Tensor } from "../tensor/mod.ts";
import type { Distribution } from "./distribution.ts";

/** A distribution is known by its parameters: an expanded one shares them. */
type Owner = Pick<Distribution, "parameters">;

const sources = new WeakMap<Tensor, { readonly source: Tensor; readonly parameters: object }>();

/**
 * Notes the noise (or another value) that a distribution computed a draw from; returns the draw.
 * Of its own draw, the distribution then knows the noise exactly, and differentiates nothing.
 */
export function remember(draw: Tensor, source: Tensor, { parameters }: Owner): Tensor {
  sources.set(draw, { source, parameters });
  return draw;
}

/** Returns the source of a distribution's own draw; undefined for all other values. */
export function recall(value: Tensor, { parameters }: Owner): Tensor | undefined {
  const found = sources.get(value);
  return found?.parameters === parameters && !found.source.isDisposed ? found.source : undefined;
}
