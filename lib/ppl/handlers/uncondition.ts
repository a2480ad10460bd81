import { handler, type HandlerForms } from "../forms.ts";

/** Forgets all observations: the sites are drawn from their distributions, as Pyro's `uncondition`. */
export const uncondition: HandlerForms<[]> = handler("uncondition", () => ({
  process: {
    sample(message) {
      if (!message.isObserved) return;
      message.isObserved = false;
      message.value = undefined;
    },
  },
}));
