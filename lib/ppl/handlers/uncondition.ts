import { handler, type HandlerForms } from "../forms.ts";

/** Forgets all observations, as Pyro's `uncondition`: the sites are drawn instead. */
export const uncondition: HandlerForms<[]> = handler("uncondition", () => ({
  process: {
    sample(message) {
      if (!message.isObserved) return;
      message.isObserved = false;
      message.value = undefined;
    },
  },
}));
