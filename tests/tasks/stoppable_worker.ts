/** Trains a model in epochs, with a file that says when the first is done. @module */
import { Normal } from "../../lib/distributions/mod.ts";
import { plate, sample } from "../../lib/ppl/mod.ts";
import { adam, AutoNormal, Checkpoints, SVI, type SVIState, trainInEpochs } from "../../lib/infer/mod.ts";
import { random, tf } from "../../lib/tensor/mod.ts";
import { serveTasks, type Tell, type Workspace } from "../../lib/workers/mod.ts";

export interface StoppableTask {
  readonly seed: number;
  readonly epochs: number;
  readonly rate: number;
  readonly mark: string;
}

function model(): void {
  const loc = sample("loc", new Normal(0, 10));
  using _data = plate("data", 3);
  sample("x", new Normal(loc, 1), { obs: tf.tensor([1, 2, 6]) });
}

/** Trains by 10 steps an epoch; no checkpoint is written but at the end. */
export async function perform(
  { seed, epochs, rate, mark }: StoppableTask,
  tell: Tell,
  { folder, resume, signal }: Workspace,
): Promise<Float32Array> {
  const key = random.key(seed), svi = new SVI(model, new AutoNormal(model), adam({ lr: rate }));
  const checkpoints = new Checkpoints(folder);
  let state: SVIState | undefined, done = 0;
  await trainInEpochs({
    get done() {
      return done;
    },
    async restore() {
      const found = await checkpoints.latest();
      if (found) [state, done] = [found.state, Number(found.metadata.done)];
    },
    async epoch() {
      state = (await svi.run(key, 10, [], { state, progress: false })).state;
      done++;
      await Deno.writeTextFile(mark, `${done}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    },
    look: () => Promise.resolve(),
    save: async () => void (state && await checkpoints.save(state, { metadata: { done: `${done}` } })),
    summary: () => "",
  }, { epochs, lookEvery: epochs, checkpointMinutes: 1000, resume, signal, tell });
  await svi.release();
  signal?.throwIfAborted();
  return Float32Array.from(Object.values(state!.params).flatMap(({ data }) => [...data]));
}

serveTasks(perform);
