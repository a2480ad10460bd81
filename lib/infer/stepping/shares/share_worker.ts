import { reasonOf } from "../../../system/mod.ts";
import { receiveProgram } from "../../../compile/internals.ts";
import type { Program } from "../../../compile/mod.ts";
import { type HostArray, random } from "../../../tensor/mod.ts";
import { receive } from "../../../workers/worker.ts";
import { Pace } from "../pace.ts";
import { takeSteps } from "../take_steps.ts";
import type { FromShare, ShareOrder, StepsOrder, ToShare } from "./messages.ts";
import { partOf } from "./part_of.ts";

/** A share with its carry as it is now. */
class Share {
  readonly #pace = new Pace(false);

  constructor(
    private readonly order: ShareOrder,
    private readonly program: Program,
    public carry: readonly HostArray[] = order.carry,
  ) {}

  /** Takes steps; returns their outputs. */
  async take({ first, count, inputs }: StepsOrder): Promise<HostArray["data"]> {
    const { args, key, begin: firstMember, period, chunk } = this.order, [{ data, shape }] = this.carry;
    const size = shape[0], Floats = data.constructor as Float32ArrayConstructor;
    const outputs = new Floats(count * size);
    const { carry } = await takeSteps({
      ...{ program: this.program, carry: this.carry, first, steps: count, firstMember, period },
      ...{ pace: this.#pace, ...chunk !== undefined && { chunk } },
      key: random.keyFromData(key),
      inputs: (from, n) => partOf(inputs, from - first, n),
      args: () => args,
      output: (done, n) => ({ data: outputs.subarray(done * size, (done + n) * size), shape: [n, size] }),
      isOver: () => false,
    });
    this.carry = carry;
    return outputs;
  }
}

let share: Share;

async function answer(order: ToShare): Promise<FromShare> {
  if ("end" in order) return { carry: share.carry };
  if ("take" in order) return { output: await share.take(order.take) };
  share = new Share(order.begin, await receiveProgram(order.begin.program));
  return { ready: true };
}

const post: (message: FromShare, transfer?: ArrayBuffer[]) => void = receive(async (message) => {
  try {
    const found = await answer(message as ToShare);
    post(found, "carry" in found ? found.carry.map(({ data }) => data.buffer as ArrayBuffer) : []);
  } catch (error) {
    post({ error: reasonOf(error) });
  }
});
