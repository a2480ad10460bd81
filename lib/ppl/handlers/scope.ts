import type { Message } from "../message.ts";
import { type AnyFunction, type Context, type Handler, install } from "../runtime.ts";

/** Options of `scope`. */
export interface ScopeOptions {
  /** What goes before the names. */
  prefix: string;
  /** What goes between prefix and name (default "/"). */
  divider?: string;
}

class Scope implements Handler {
  readonly label = "scope";
  constructor(private readonly before: string) {}

  process(message: Message): void {
    message.name = this.before + message.name;
  }
}

/** Puts a prefix before the names of sites, parameters and plates: `"x"` becomes `"prefix/x"`, as NumPyro's `scope`. */
export function scope<F extends AnyFunction>(fn: F, options: ScopeOptions): F;
/** As a context: prefixes the names to the end of the block. */
export function scope(options: ScopeOptions): Context;
export function scope<F extends AnyFunction>(...args: [F, ScopeOptions] | [ScopeOptions]): F | Context {
  const [fn, { prefix, divider = "/" }] = args.length === 2 ? args : [undefined, args[0]];
  return install(fn, () => new Scope(prefix + divider));
}
