let enabled = true;

/**
 * Turns the validation of parameters and values on (the default) or off, as Pyro's
 * `enable_validation`. Values are checked where they are known: always for eager tensors, in a
 * trace for constants and example inputs. Outside its support, a value that no check sees has log
 * density -Infinity.
 */
export function setValidation(on: boolean): void {
  enabled = on;
}

/** Tells whether validation is on. */
export function isValidationEnabled(): boolean {
  return enabled;
}

/** Runs a function without validation, and returns its result. */
export const withoutValidation = <T>(body: () => T): T => withValidation(false, body);

/** Runs a function with validation on or off, then restores it, and returns the result. */
export function withValidation<T>(on: boolean, body: () => T): T {
  const before = enabled;
  enabled = on;
  try {
    return body();
  } finally {
    enabled = before;
  }
}
