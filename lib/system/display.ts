/** The method by which Jupyter shows an object. */
export const inNotebooks: unique symbol = Symbol.for("Jupyter.display");

/** The method by which `console.log` shows an object, in Node and in Deno. */
export const inConsoles: unique symbol = Symbol.for("nodejs.util.inspect.custom");
