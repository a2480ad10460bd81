/** Throws for something that draws random numbers and has no key. */
export function noKey(what: string, name: string): never {
  throw new Error(`Cannot ${what} "${name}": no key was given; wrap the model in seed(model, key)`);
}
