import { isStatic, type Size } from "../../../ir/size.ts";
import type { Product } from "../../js/vectors.ts";
import type { Writer } from "../../js/writer.ts";
import { isLargeProduct, largeProductText } from "../limits.ts";

/** The matrices that lie transposed in memory: the left-hand, the right-hand one. */
export const FORMS: readonly (readonly [left: boolean, right: boolean])[] = [
  [false, false],
  [true, false],
  [false, true],
];

/**
 * Columns of a result from which a left-hand matrix that lies transposed is copied before: ONNX
 * Runtime turns it again for each 128 columns.
 */
const MANY = 256;

/** A product that ONNX Runtime computes, as written. */
export interface HandedCall {
  /** When it pays, if that is known at run time only. */
  readonly condition?: string;
  /** Writes the calls, one a member of the batch. */
  write(): void;
}

/**
 * Returns the calls of a product of matrices that lie together in memory, if it may be handed over
 * to ONNX Runtime.
 *
 * @param site the number of the product within the program
 * @param turn writes the transposition of a matrix of `rows` by `columns` numbers that begins at an
 * element of an array, and returns the array that then has it
 */
export function handedCall(
  w: Writer,
  product: Product,
  site: number,
  turn: (array: string, start: string, rows: Size, columns: Size) => string,
): HandedCall | undefined {
  const { lengths: { m, n, k, ai, ak, bk, bj }, batch, sides } = product, lengths = [m, n, k];
  if (isStatic(lengths) && !isLargeProduct(lengths[0], lengths[1], lengths[2])) return undefined;
  // Strides of axes of one element are 0, and such a product is not large.
  const left = ak === 1 && ai === k ? false : ai === 1 && ak === m ? true : undefined;
  const right = bj === 1 && bk === n ? false : bk === 1 && bj === k ? true : undefined;
  const isTurned = left === true && right === false && typeof n === "number" && n >= MANY;
  const form = isTurned ? 0 : FORMS.findIndex(([l, r]) => l === left && r === right);
  if (form < 0) return undefined;
  const [rows, columns, inner] = lengths.map((s) => w.size(s));
  const condition = isStatic(lengths) ? undefined : largeProductText(rows, columns, inner);
  const write = (): void => {
    const places = sides.map(({ view, outer }) => ({ ...w.start(view), outer }));
    w.nest(batch, (counters) => {
      const args = places.flatMap(({ array, terms, outer }, side) => {
        const steps = outer.map((s, i) => w.term(s, counters[i])), start = w.sum([...terms, ...steps]);
        return side === 0 && isTurned ? [turn(array, start, k, m), "0"] : [array, start];
      });
      w.line(`vectors.product(${[site, form, rows, columns, inner, ...args].join(", ")});`);
    });
  };
  return { condition, write };
}
