/** Returns the nodes and weights of Gauss-Legendre quadrature on [0, 1]. */
export function gaussLegendre(count: number): { nodes: number[]; weights: number[] } {
  const nodes: number[] = [], weights: number[] = [];
  for (let i = 0; i < count; i++) {
    let x = -Math.cos(Math.PI * (i + 0.75) / (count + 0.5)), slope = 0;
    // Newton's method on the Legendre polynomial, from an estimate good to a few digits.
    for (let step = 0; step < 8; step++) {
      let before = 1, value = x;
      for (let k = 2; k <= count; k++) {
        [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
      }
      slope = count * (x * value - before) / (x * x - 1);
      x -= value / slope;
    }
    nodes.push((1 + x) / 2);
    weights.push(1 / ((1 - x * x) * slope * slope));
  }
  return { nodes, weights };
}
