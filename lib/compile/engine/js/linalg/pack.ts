import type { MatrixView } from "./matrix_view.ts";

/** Copies the lower triangle of a matrix into panels of four rows, with an identity behind it. */
export function packLower(to: Float64Array, at: number, length: number, l: MatrixView, n: number): void {
  const { data, row, column } = l;
  for (let i = 0; i < length; i += 4) {
    const whole = i + 4 <= n ? i : 0, panel = at + i * length;
    let target = panel, source = l.at + i * row;
    for (let k = 0; k < whole; k++, target += 4, source += column) {
      to[target] = data[source];
      to[target + 1] = data[source + row];
      to[target + 2] = data[source + 2 * row];
      to[target + 3] = data[source + 3 * row];
    }
    for (let r = 0; r < 4; r++) {
      const known = i + r < n ? i + r + 1 : 0, start = l.at + (i + r) * row;
      for (let k = whole; k < known; k++) to[panel + 4 * k + r] = data[start + k * column];
      for (let k = Math.max(known, whole); k < i + 4; k++) to[panel + 4 * k + r] = k === i + r ? 1 : 0;
    }
  }
}

/** Copies a lower triangle out of panels of four rows, with zeros above its diagonal. */
export function unpackLower(l: MatrixView, from: Float64Array, length: number, n: number): void {
  const { data, row, column } = l;
  for (let i = 0; i < n; i += 4) {
    const whole = i + 4 <= n ? i : 0, panel = i * length;
    let source = panel, target = l.at + i * row;
    for (let k = 0; k < whole; k++, source += 4, target += column) {
      data[target] = from[source];
      data[target + row] = from[source + 1];
      data[target + 2 * row] = from[source + 2];
      data[target + 3 * row] = from[source + 3];
    }
    for (let r = i; r < Math.min(i + 4, n); r++) {
      const start = l.at + r * row;
      for (let k = whole; k <= r; k++) data[start + k * column] = from[panel + 4 * k + r - i];
      if (column === 1) data.fill(0, start + r + 1, start + n);
      else for (let k = r + 1; k < n; k++) data[start + k * column] = 0;
    }
  }
}

/** Copies columns of a matrix into panels of four columns; along what lies together in memory. */
export function packColumns(
  to: Float64Array,
  at: number,
  length: number,
  { data, at: from, row, column }: MatrixView,
  n: number,
  columns: number,
): void {
  const whole = Math.abs(column) > Math.abs(row) ? columns & ~3 : 0;
  for (let j = 0; j < whole; j += 4) {
    let source = from + j * column, target = at + j * length;
    for (let i = 0; i < n; i++, target += 4, source += row) {
      to[target] = data[source];
      to[target + 1] = data[source + column];
      to[target + 2] = data[source + 2 * column];
      to[target + 3] = data[source + 3 * column];
    }
  }
  for (let i = 0; i < n; i++) {
    let source = from + i * row + whole * column, target = at + 4 * i + whole * length, j = whole;
    for (; j + 4 <= columns; j += 4, target += 4 * length, source += 4 * column) {
      to[target] = data[source];
      to[target + 1] = data[source + column];
      to[target + 2] = data[source + 2 * column];
      to[target + 3] = data[source + 3 * column];
    }
    for (let c = 0; c < columns - j; c++, source += column) to[target + c] = data[source];
  }
}

/** Copies columns of a matrix out of panels of four columns; along what lies together in memory. */
export function unpackColumns(
  { data, at: start, row, column }: MatrixView,
  from: Float64Array,
  at: number,
  length: number,
  n: number,
  columns: number,
): void {
  const whole = Math.abs(column) > Math.abs(row) ? columns & ~3 : 0;
  for (let j = 0; j < whole; j += 4) {
    let target = start + j * column, source = at + j * length;
    for (let i = 0; i < n; i++, source += 4, target += row) {
      data[target] = from[source];
      data[target + column] = from[source + 1];
      data[target + 2 * column] = from[source + 2];
      data[target + 3 * column] = from[source + 3];
    }
  }
  for (let i = 0; i < n; i++) {
    let target = start + i * row + whole * column, source = at + 4 * i + whole * length, j = whole;
    for (; j + 4 <= columns; j += 4, source += 4 * length, target += 4 * column) {
      data[target] = from[source];
      data[target + column] = from[source + 1];
      data[target + 2 * column] = from[source + 2];
      data[target + 3 * column] = from[source + 3];
    }
    for (let c = 0; c < columns - j; c++, target += column) data[target] = from[source + c];
  }
}
