/** Trains a model in epochs, and notes each in a file beside its checkpoints. @module */
import { Normal } from "../../lib/distributions/mod.ts";
import { plate, sample } from "../../lib/ppl/mod.ts";
import { adam, AutoNormal, Checkpoints, SVI, type SVIState, trainInEpochs } from "../../lib/infer/mod.ts";
import { random, tf } from "../../lib/tensor/mod.ts";
import { serveTasks, type Tell, type Workspace } from "../../lib/workers/mod.ts";

export interface SlowTask {
  readonly seed: number;
  readonly epochs: number;
  /** Milliseconds that an epoch takes at least. */
  readonly pause: number;
  readonly rate: number;
  readonly checkpointMinutes: number;
  /** Whether the report fails. */
  readonly wrong: boolean;
}

function model(): void {
  const loc = sample("loc", new Normal(0, 10));
  using _data = plate("data", 3);
  sample("x", new Normal(loc, 1), { obs: tf.tensor([1, 2, 6]) });
}

/** Trains by 10 steps an epoch; `epochs.txt` of the sweep's folder has a line each. */
export async function perform(
  { seed, epochs, pause, rate, checkpointMinutes }: SlowTask,
  tell: Tell,
  { folder, resume, signal }: Workspace,
): Promise<number> {
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
      await Deno.writeTextFile("epochs.txt", `${rate} ${seed} ${done}\n`, { append: true });
      await new Promise((resolve) => setTimeout(resolve, pause));
    },
    look: () => Promise.resolve(),
    save: async () => void (state && await checkpoints.save(state, { metadata: { done: `${done}` } })),
    summary: () => "",
  }, { epochs, lookEvery: epochs, checkpointMinutes, resume, signal, tell });
  await svi.release();
  signal?.throwIfAborted();
  return state!.params.loc_auto_loc.data[0];
}

serveTasks(perform);
