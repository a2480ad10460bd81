import { bindPortable } from "../../compile/engine/js/load.ts";
import { receive } from "../../workers/worker.ts";
import { ChainRun } from "./chain_run.ts";
import { makeChain } from "./make_chain.ts";
import type { ChainOrder, FromWorker, ToWorker } from "./worker_messages.ts";

/** Milliseconds between the parts that are sent. */
const PART = 100;

let isStopped = false;

const post: (message: FromWorker) => void = receive((message) => {
  const order = message as ToWorker;
  if ("stop" in order) isStopped = true;
  else {run(order.chain).catch((error) =>
      post({ error: error instanceof Error ? error.message : `${error}` })
    );}
});

/** Runs a chain, part by part. */
async function run({ settings, state, plan, program, data }: ChainOrder): Promise<void> {
  const size = state.position.length, array = (length: number) => new Float64Array(length);
  const position = array(size), gradient = array(size), energy = array(1);
  const evaluate = bindPortable(program, [position, ...data, gradient, energy]);
  const potential = { position, gradient, energy, evaluate };
  const chain = new ChainRun(makeChain(settings, potential, state), potential, plan);
  isStopped = false;
  do {
    chain.advance(performance.now() + PART);
    if (chain.isDone) break;
    // The wish to stop has its turn.
    await new Promise((resolve) => setTimeout(resolve));
    if (!isStopped) post({ part: chain.take(), isLast: false });
  } while (!isStopped);
  post({ part: chain.take(), isLast: true });
}
