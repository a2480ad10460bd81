import {
  access,
  assemble,
  ConstantPool,
  f64x2,
  FunctionBuilder,
  type Local,
  op,
  shuffle,
} from "../../../../system/wasm/mod.ts";

/** The rows of a panel: the pairs of columns of so many rows lie side by side. */
export const PANEL = 8;

/**
 * Products of a matrix in panels with vectors, two columns at a time. Sums are taken in one order,
 * without fused multiplication, so that they are the same on every machine.
 */
export interface Products {
  /**
   * y = A x.
   * @param a the address of the panels
   * @param x the address of x, and the one behind it; likewise of y
   */
  times(a: number, x: number, endX: number, y: number, endY: number): void;
  /** x += A' y. */
  addTransposed(a: number, x: number, endX: number, y: number, endY: number): void;
}

/** A function over all panels, while it is written. */
interface Panels {
  readonly f: FunctionBuilder;
  /** The addresses of y's numbers of the panel, and of x's numbers of a pair of columns. */
  readonly y: Local;
  readonly at: Local;
  /** Puts the pair of a row on the stack. */
  element(row: number): void;
}

const ROWS = Array.from({ length: PANEL }, (_, r) => r);

/** The first or the second numbers of two pairs. */
const pick = (which: 0 | 1) => {
  const bytes = ROWS.map((i) => 8 * which + i);
  return shuffle([...bytes, ...bytes.map((byte) => byte + 16)]);
};

/** Writes a function over all panels; `parts` writes what comes before, at each pair, and after. */
function overPanels(
  bytes: 4 | 8,
  parts: (panels: Panels) => { before(): void; step(): void; after?(): void },
): FunctionBuilder {
  const f = new FunctionBuilder(Array(5).fill("i32"), [], new ConstantPool(), PANEL);
  const [a, x, endX, y, endY] = [0, 1, 2, 3, 4].map((i) => f.argument(i)), at = f.variable("i32");
  const { before, step, after } = parts({
    f,
    y,
    at,
    element(row) {
      f.push(a);
      f.access(bytes === 8 ? access.load : access.load64Zero, 2 * bytes * row);
      if (bytes === 4) f.emit(op.f64x2PromoteLowF32x4);
    },
  });
  /** Moves an address on, and leaves whether it is before an end. */
  const next = (address: Local, by: number, end: Local): void => {
    f.assign(address, op.i32Add, address, { i32: by });
    f.push(address);
    f.push(end);
    f.emit(op.i32LtU);
  };
  f.doWhile(() => {
    before();
    f.push(x);
    f.set(at);
    f.doWhile(() => {
      step();
      f.assign(a, op.i32Add, a, { i32: 2 * bytes * PANEL });
      next(at, 16, endX);
    });
    after?.();
    next(y, 8 * PANEL, endY);
  });
  return f;
}

const times = (bytes: 4 | 8): FunctionBuilder =>
  overPanels(bytes, ({ f, y, at, element }) => {
    const sums = f.variable("v128", true), pair = f.variable("v128");
    return {
      before() {
        for (const r of ROWS) {
          f.push({ f64: 0 });
          f.emit(f64x2.Splat);
          f.set(sums, r);
        }
      },
      step() {
        f.push(at);
        f.access(access.load);
        f.set(pair);
        for (const r of ROWS) {
          f.push(sums, r);
          element(r);
          f.push(pair);
          f.emit(f64x2.Mul);
          f.emit(f64x2.Add);
          f.set(sums, r);
        }
      },
      after() {
        for (let r = 0; r < PANEL; r += 2) {
          f.push(y);
          for (const which of [0, 1] as const) {
            f.push(sums, r);
            f.push(sums, r + 1);
            f.emit(pick(which));
          }
          f.emit(f64x2.Add);
          f.access(access.store, 8 * r);
        }
      },
    };
  });

const addTransposed = (bytes: 4 | 8): FunctionBuilder =>
  overPanels(bytes, ({ f, y, at, element }) => {
    const factors = f.variable("v128", true);
    /** Leaves the sum of some rows, each times its factor; halves of them are independent. */
    const sum = (from: number, to: number): void => {
      if (to - from > 1) {
        sum(from, (from + to) / 2);
        sum((from + to) / 2, to);
        return f.emit(f64x2.Add);
      }
      element(from);
      f.push(factors, from);
      f.emit(f64x2.Mul);
    };
    return {
      before() {
        for (const r of ROWS) {
          f.push(y);
          f.access(access.load64Splat, 8 * r);
          f.set(factors, r);
        }
      },
      step() {
        f.push(at);
        f.push(at);
        f.access(access.load);
        sum(0, PANEL);
        f.emit(f64x2.Add);
        f.access(access.store);
      },
    };
  });

const modules = new Map<number, WebAssembly.Module>();

/** Returns the products on a memory whose matrix has numbers of 4 or 8 bytes. */
export function productsOn(memory: WebAssembly.Memory, bytes: 4 | 8): Products {
  let module = modules.get(bytes);
  if (!module) {
    const functions = { times: times(bytes), addTransposed: addTransposed(bytes) };
    module = new WebAssembly.Module(
      assemble({ functions, constants: new ConstantPool(), memory: "imported" }),
    );
    modules.set(bytes, module);
  }
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Products;
}
