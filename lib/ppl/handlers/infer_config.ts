import type { InferOptions, Message, SampleMessage } from "../message.ts";
import { type AnyFunction, type Context, type Handler, install } from "../runtime.ts";

/** Gives the hints to add at a site. */
export type InferConfig = (message: SampleMessage) => InferOptions | undefined;

class Config implements Handler {
  readonly label = "inferConfig";
  constructor(private readonly config: InferConfig) {}

  process(message: Message): void {
    if (message.type === "sample") message.infer = { ...message.infer, ...this.config(message) };
  }
}

/** Adds hints for inference to sample sites, as Pyro's `infer_config`. */
export function inferConfig<F extends AnyFunction>(fn: F, config: InferConfig): F;
/** As a context: adds hints to the end of the block. */
export function inferConfig(config: InferConfig): Context;
export function inferConfig<F extends AnyFunction>(...args: [F, InferConfig] | [InferConfig]): F | Context {
  const [fn, config] = args.length === 2 ? args : [undefined, args[0]];
  return install(fn as F | undefined, () => new Config(config));
}
