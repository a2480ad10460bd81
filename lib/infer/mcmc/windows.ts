/** The steps `first` to `end - 1` of a warm-up. */
export interface Window {
  readonly first: number;
  readonly end: number;
}

/** The windows of a warm-up of 150 steps and more: the first, the last, the shortest between. */
const FIRST = 75, LAST = 50, SHORTEST = 25;

/**
 * Returns the windows of a warm-up, as Stan and NumPyro have them: a first one in which the step
 * size alone is adapted, windows that double in length, each with a mass matrix of its own at its
 * end, and a last one for the step size. Shorter warm-ups have 15%, 75% and 10%; those below 20
 * steps one window without a mass matrix.
 *
 * @param steps the length of the warm-up
 */
export function windowsOf(steps: number): Window[] {
  if (steps === 0) return [];
  if (steps < 20) return [{ first: 0, end: steps }];
  let first = FIRST, last = LAST, length = SHORTEST;
  if (steps < FIRST + LAST + SHORTEST) {
    first = Math.floor(0.15 * steps);
    last = Math.floor(0.1 * steps);
    length = steps - first - last;
  }
  const windows = [{ first: 0, end: first }], slowEnd = steps - last;
  for (let begin = first; begin < slowEnd; length *= 2) {
    // The next one is twice as long; what would leave no room for it goes on to the end.
    const end = begin + 3 * length > slowEnd ? slowEnd : begin + length;
    windows.push({ first: begin, end });
    begin = end;
  }
  return [...windows, { first: slowEnd, end: steps }];
}
