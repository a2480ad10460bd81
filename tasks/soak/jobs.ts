import type { EngineName } from "../../lib/compile/mod.ts";
import { NonFiniteError } from "../../lib/infer/mod.ts";
import { reasonOf, sha256 } from "../../lib/system/mod.ts";
import { random, type Tensor, tf } from "../../lib/tensor/mod.ts";
import { guideNames, subjects, type Workshop } from "./workshop.ts";

/** A piece of work; equal jobs give equal results. */
export interface Job {
  readonly kind: Kind;
  readonly engine: EngineName;
  readonly subject: string;
  /** Of its key, and of what else a kind lets vary. */
  readonly seed: number;
}

type Run = (job: Job, workshop: Workshop) => Promise<unknown>;

const quiet = { progress: false };

function numbers(params: Readonly<Record<string, Tensor>>): Record<string, number[]> {
  const found = Object.fromEntries(Object.entries(params).map(([name, t]) => [name, [...t.dataSync()]]));
  tf.dispose(params as Record<string, Tensor>);
  return found;
}

const guideOf = ({ seed }: Job) => guideNames[seed % guideNames.length];

/** The kinds of jobs; each returns plain data. */
const kinds = {
  fit: async (job, workshop) => {
    const { data } = subjects[job.subject], svi = workshop.svi(job.subject, guideOf(job), job.engine);
    const chunk = [undefined, 1, 7, 50][job.seed % 4], options = { ...quiet, chunk };
    const { losses, params } = await svi.run(random.key(job.seed), 60, [data], options);
    return { losses: [...losses], params: numbers(params) };
  },
  stream: async (job, workshop) => {
    const { data } = subjects[job.subject], svi = workshop.svi(job.subject, guideOf(job), job.engine);
    const { losses, params } = await svi.run(random.key(job.seed), 8, () => [data], quiet);
    return { losses: [...losses], params: numbers(params) };
  },
  steps: async (job, workshop) => {
    const { data } = subjects[job.subject], svi = workshop.svi(job.subject, guideOf(job), job.engine);
    let state = await svi.init(random.key(job.seed), data);
    const losses: number[] = [];
    for (let i = 0; i < 4; i++) {
      losses.push(await svi.evaluate(state, data));
      const [next, loss] = await svi.step(state, data);
      [state] = [next, losses.push(loss)];
    }
    return { losses, state: JSON.parse(JSON.stringify(state)) };
  },
  ensemble: async (job, workshop) => {
    const { data } = subjects[job.subject], ensemble = workshop.ensemble(job.subject, job.engine);
    const { losses, params } = await ensemble.run(random.key(job.seed), 20, [data], quiet);
    return { losses: [...losses.data], params: numbers(params) };
  },
  predict: async (job, workshop) => {
    const predict = workshop.predictive(
      job.subject,
      job.seed % 2 === 0 && job.subject !== "walk",
      job.engine,
    );
    return numbers(await predict(random.key(job.seed)));
  },
  draw: async (job, workshop) => {
    const x = tf.range(0, 3 + job.seed % 4),
      drawn = await workshop.draws(job.engine)(random.key(job.seed), x);
    return numbers({ x, drawn });
  },
  export: async (job, workshop) => await sha256(await workshop.exported(2 + job.seed % 3)),
  laplace: (job, workshop) =>
    Promise.resolve(workshop.laplace(job.subject === "hits" ? "walk" : job.subject)),
  /** Ended after its second call: what it did is the beginning of what it would have done. */
  cancelled: async (job, workshop) => {
    const { data } = subjects[job.subject], svi = workshop.svi(job.subject, "AutoNormal", job.engine);
    const controller = new AbortController();
    let calls = 0;
    const progress = () => void (++calls === 2 && controller.abort());
    const options = { progress, chunk: 5, signal: controller.signal };
    const { losses, params } = await svi.run(random.key(job.seed), 1000, [data], options);
    return { losses: [...losses], params: numbers(params) };
  },
  failing: async (job, workshop) => {
    try {
      await workshop.diverging(job.engine).run(random.key(job.seed), 20, [], quiet);
    } catch (error) {
      return { reason: reasonOf(error), step: error instanceof NonFiniteError ? error.step : undefined };
    }
    throw new Error("a training that diverges was not stopped");
  },
  refused: async (job, workshop) => {
    const svi = workshop.svi(job.subject, guideOf(job), job.engine);
    try {
      await svi.run(random.key(job.seed), 5, [tf.tidy(() => "no data")], quiet);
    } catch (error) {
      return reasonOf(error);
    }
    throw new Error("data that are none were not refused");
  },
} satisfies Record<string, Run>;

/** The names of the kinds. */
export type Kind = keyof typeof kinds;

/** All jobs there are: few, so that each is met many times, in other company. */
export function allJobs(engines: readonly EngineName[], seeds: number): Job[] {
  const names = Object.keys(kinds) as Kind[];
  return names.flatMap((kind) =>
    engines.flatMap((engine) =>
      Object.keys(subjects).flatMap((subject) =>
        Array.from({ length: seeds }, (_, seed) => ({ kind, engine, subject, seed }))
      )
    )
  );
}

/** Does a job; resolves to its result as text. */
export async function perform(job: Job, workshop: Workshop): Promise<string> {
  try {
    return JSON.stringify(await kinds[job.kind](job, workshop));
  } catch (error) {
    return `failed: ${reasonOf(error)}`;
  }
}
