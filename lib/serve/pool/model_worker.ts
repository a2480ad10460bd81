import { receive } from "../../workers/worker.ts";
import { freeTensors } from "../free.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { buffersOf, ModelRunner } from "./model_runner.ts";

const runner = new ModelRunner();

// One after another: an answer belongs to the oldest message that has none.
let last: Promise<void> = Promise.resolve();

const post = receive((message) => {
  const order = message as ToWorker;
  last = last.then(async () => {
    let result: FromWorker;
    try {
      result = await runner.answer(order);
    } catch (error) {
      result = { error: error instanceof Error ? error.message : String(error) };
    }
    post(result, buffersOf(result));
    if ("inputs" in order) freeTensors(order.inputs);
  });
});
