/** log |det| of a square matrix by elimination with pivoting. */
export function logDet(matrix: number[][]): number {
  const m = matrix.map((row) => row.slice());
  let sum = 0;
  for (let j = 0; j < m.length; j++) {
    const pivot = m.reduce((best, row, i) => i >= j && Math.abs(row[j]) > Math.abs(m[best][j]) ? i : best, j);
    [m[j], m[pivot]] = [m[pivot], m[j]];
    sum += Math.log(Math.abs(m[j][j]));
    for (let i = j + 1; i < m.length; i++) {
      const factor = m[i][j] / m[j][j];
      for (let k = j; k < m.length; k++) m[i][k] -= factor * m[j][k];
    }
  }
  return sum;
}
