let enabled = true;

/**
 * Turns the validation of parameters and values on (the default) or off, as Pyro's
 * `enable_validation`. Values are checked where they are known: always for eager tensors, in a
 * trace for constants and example inputs.
 */
export function setValidation(on: boolean): void {
  enabled = on;
}

/** Whether validation is on. */
export function isValidationEnabled(): boolean {
  return enabled;
}

/** Runs a function without validation, which is afterwards as it was before, and returns its result. */
export const withoutValidation = <T>(body: () => T): T => withValidation(false, body);

/** Runs a function with validation on or off, which is afterwards as it was before, and returns its result. */
export function withValidation<T>(on: boolean, body: () => T): T {
  const before = enabled;
  enabled = on;
  try {
    return body();
  } finally {
    enabled = before;
  }
}
