import type { Size } from "../../../ir/size.ts";
import type { Lengths } from "../../js/vectors.ts";

/** The strides of a product's operands and result along i, j and the inner axis l. */
export type Strides = Lengths & Readonly<Record<"ci" | "cj", Size>>;

/**
 * The way that a product is computed in vectors: `columns` of the result, whose right-hand rows lie
 * in memory one element after the other; `packed` the same, once the right-hand matrix has been
 * copied so; `inner`: products of vectors along the inner axis, summed at the end. `isSwapped`: of
 * the transposed matrices, which gives the transposed result.
 */
export interface Layout {
  readonly kind: "columns" | "packed" | "inner";
  readonly isSwapped: boolean;
}

/** Length that an axis known at run time only is taken to have. */
const USUAL = 64;

/** Returns the layout that takes the fewest instructions, if any takes fewer than one by one. */
export function layoutOf({ m, n, k, ai, ak, bk, bj }: Lengths, lanes: number): Layout | undefined {
  const number = (size: Size) => typeof size === "number" ? size : USUAL;
  // Instructions an element: of vectors, the last perhaps a part; of dots one by one at last.
  const share = (size: Size) => Math.ceil(number(size) / lanes) / Math.max(1, number(size));
  const inner = Math.max(1, number(k)), dots = (Math.floor(inner / lanes) + inner % lanes) / inner;
  const choices: [cost: number, layout: Layout][] = [];
  const add = (cost: number, kind: Layout["kind"], isSwapped = false) =>
    choices.push([cost, { kind, isSwapped }]);
  if (bj === 1) add(share(n), "columns");
  else if (typeof k === "number" && typeof n === "number") add(share(n) + 3 / number(m), "packed");
  if (ai === 1) add(1.1 * share(m), "columns", true);
  if (ak === 1 && bk === 1) add(dots + 2 / inner, "inner");
  const [best] = choices.sort(([a], [b]) => a - b);
  return best && best[0] < 0.9 ? best[1] : undefined;
}

/** Returns the strides of the transposed product: the right-hand matrix first. */
export function swapped({ m, n, k, ai, ak, bk, bj, ci, cj }: Strides): Strides {
  return { m: n, n: m, k, ai: bj, ak: bk, bk: ak, bj: ai, ci: cj, cj: ci };
}
