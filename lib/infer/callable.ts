/** A base class of functions: calling an object calls its `run` with the list of arguments. */
export abstract class Callable {
  /** Makes a function and gives it the class's prototype. */
  constructor() {
    const self = Object.setPrototypeOf((...args: unknown[]) => self.run(args), new.target.prototype);
    // The fields of derived classes are put on what is returned here.
    return self;
  }

  /** Does what a call asks for. */
  protected abstract run(args: readonly unknown[]): unknown;
}
