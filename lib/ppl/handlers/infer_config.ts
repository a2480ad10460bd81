import { checkSynchronous } from "../../system/mod.ts";
import type { InferOptions, SampleMessage } from "../message.ts";
import { handler, type HandlerForms } from "../forms.ts";

/** A function from a site to the hints to add there. */
export type InferConfig = (message: SampleMessage) => InferOptions | undefined;

/** Adds hints for inference to sample sites, as Pyro's `infer_config`. */
export const inferConfig: HandlerForms<[config: InferConfig]> = handler("inferConfig", (config) => ({
  process: {
    sample(message) {
      const hints = config(message);
      checkSynchronous("configure inference: the function is synchronous", hints);
      message.infer = { ...message.infer, ...hints };
    },
  },
}));
