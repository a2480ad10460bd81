/** Throws unless a key can be split so many times. */
export function checkSplit(count: number): void {
  if (!Number.isSafeInteger(count) || count < 1 || count > 2 ** 32) {
    throw new Error(`Cannot split a key into ${count}: expected a positive integer`);
  }
}

/** Throws unless a number can be folded into a key. */
export function checkFold(data: number): void {
  if (!(data >= 0 && data < 2 ** 32 && Number.isInteger(data))) {
    throw new Error(`Cannot fold ${data} into a key: expected an integer from 0 to 4294967295`);
  }
}
