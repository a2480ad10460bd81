/**
 * Throws for something that draws random numbers and has no key.
 *
 * @param isHidden true where a handler within, such as `block`, hides it from those outside
 */
export function noKey(what: string, name: string, isHidden = false): never {
  const remedy = isHidden
    ? "a handler such as block hides it from those outside, which give keys: wrap the model within in seed(model, key)"
    : "wrap the model in seed(model, key)";
  throw new Error(`Cannot ${what} "${name}": no key was given; ${remedy}`);
}
