import { Normal } from "../../lib/distributions/mod.ts";
import { plate, sample } from "../../lib/ppl/mod.ts";
import { adam, AutoNormal, Checkpoints, SVI, type SVIState, trainInEpochs } from "../../lib/infer/mod.ts";
import { random, tf } from "../../lib/tensor/mod.ts";
import type { Tell, Workspace } from "../../lib/workers/mod.ts";

/** A training whose epochs take their time. */
export interface SlowTraining {
  readonly seed: number;
  readonly epochs: number;
  readonly rate: number;
  /** Milliseconds that an epoch takes at least. */
  readonly pause: number;
  readonly checkpointMinutes: number;
  /** Sees the number of epochs that are done. */
  afterEpoch(done: number): Promise<void>;
}

function model(): void {
  const loc = sample("loc", new Normal(0, 10));
  using _data = plate("data", 3);
  sample("x", new Normal(loc, 1), { obs: tf.tensor([1, 2, 6]) });
}

/** Trains by 10 steps an epoch, with checkpoints; throws where the signal ends it. */
export async function trainSlowly(
  { seed, epochs, rate, pause, checkpointMinutes, afterEpoch }: SlowTraining,
  tell: Tell,
  { folder, resume, signal }: Workspace,
): Promise<SVIState> {
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
      await afterEpoch(++done);
      await new Promise((resolve) => setTimeout(resolve, pause));
    },
    look: () => Promise.resolve(),
    save: async () => void (state && await checkpoints.save(state, { metadata: { done: `${done}` } })),
    summary: () => "",
  }, { epochs, lookEvery: epochs, checkpointMinutes, resume, signal, tell });
  await svi.release();
  signal?.throwIfAborted();
  return state!;
}
