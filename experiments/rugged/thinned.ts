/**
 * Returns a long curve of losses made short: its means over at most `count` stretches of equal
 * length, with the middle step of each.
 */
export function thinned(
  losses: ArrayLike<number>,
  count: number,
): { step: Float64Array; loss: Float64Array } {
  const length = Math.ceil(losses.length / count), n = Math.ceil(losses.length / length);
  const step = new Float64Array(n), loss = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const end = Math.min((k + 1) * length, losses.length);
    step[k] = (k * length + end - 1) / 2;
    for (let i = k * length; i < end; i++) loss[k] += losses[i] / (end - k * length);
  }
  return { step, loss };
}
