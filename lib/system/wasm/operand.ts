/**
 * A value that an instruction takes: a local variable (`step` 1: one for each of the vectors side
 * by side), a number, or a vector of the constant pool at an address.
 */
export type Operand =
  | { readonly local: number; readonly step: 0 | 1 }
  | { readonly i32: number }
  | { readonly f64: number }
  | { readonly address: number };

/** A local variable. */
export type Local = Extract<Operand, { local: number }>;
