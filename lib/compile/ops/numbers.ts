/** Returns the nearest integer, the even one at a tie. */
export function roundToEven(x: number): number {
  const down = Math.floor(x), rest = x - down;
  return rest < 0.5 || (rest === 0.5 && down % 2 === 0) ? down : Math.ceil(x);
}

/** Returns the remainder with the sign of the divisor, as in Python. */
export function remainder(a: number, b: number): number {
  const rest = a % b;
  return a < 0 && b < 0 || a >= 0 && b >= 0 ? rest : (rest + b) % b;
}
