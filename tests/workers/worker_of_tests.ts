/** Squares numbers; one below 0 takes for ever, and an infinite one ends the Worker. @module */
import { serveTasks } from "../../lib/workers/mod.ts";
import { tf } from "../../lib/tensor/mod.ts";

serveTasks<{ value: number }, { square: number; backend: string }>(async ({ value }, tell) => {
  if (Number.isNaN(value)) throw new Error("it is not a number");
  if (value === Infinity) close();
  if (value < 0) await new Promise(() => setInterval(() => {}, 1000));
  tell(value, "half");
  return { square: value * value, backend: tf.getBackend() };
});
