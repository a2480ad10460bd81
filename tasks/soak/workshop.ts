import { compile, type Compiled, type EngineName, exportOnnx, scan } from "../../lib/compile/mod.ts";
import { Bernoulli, Gamma, Normal } from "../../lib/distributions/mod.ts";
import {
  adam,
  AutoDelta,
  AutoDiagonalNormal,
  AutoLaplace,
  AutoNormal,
  Predictive,
  SVI,
  SVIEnsemble,
  TraceMeanFieldELBO,
} from "../../lib/infer/mod.ts";
import { type AnyFunction, param, plate, sample, scan as pplScan } from "../../lib/ppl/mod.ts";
import { type Key, random, type Tensor, tf } from "../../lib/tensor/mod.ts";

/** A model with the data that it is trained on. */
export interface Subject {
  readonly model: AnyFunction;
  readonly data: Tensor;
}

const rows = tf.tensor([1, 3, 2, 4, 0]) as Tensor,
  series = tf.tensor([0.1, 0.4, 0.2, 0.9, 1.2, 0.7]) as Tensor;
const hits = tf.tensor([1, 0, 1, 1]) as Tensor;

/** The models of the jobs, small ones of several kinds. */
export const subjects: Readonly<Record<string, Subject>> = {
  mean: {
    model: (x?: Tensor) => {
      const m = sample("m", new Normal(0, 10)), s = sample("s", new Gamma(2, 2));
      using _rows = plate("rows", 5);
      sample("x", new Normal(m, s), { obs: x });
    },
    data: rows,
  },
  hits: {
    model: (x?: Tensor) => {
      const slope = sample("slope", new Normal(tf.zeros([2]), 1).toEvent(1));
      using _rows = plate("rows", 4);
      const z = sample("z", new Normal(0, 1));
      sample("x", new Bernoulli({ logits: z.add(slope.sum(-1)) }), { obs: x });
    },
    data: hits,
  },
  walk: {
    model: (y?: Tensor) => {
      const step = (before: Tensor, at: Tensor | null): [Tensor, null] => {
        const z = sample("z", new Normal(before, 0.3));
        sample("y", new Normal(z, 0.5), { obs: at ?? undefined });
        return [z, null];
      };
      pplScan(step as never, tf.scalar(0) as never, (y ?? null) as never, y ? undefined : { length: 6 });
    },
    data: series,
  },
};

const guides = { AutoNormal, AutoDelta, AutoDiagonalNormal } as const;
/** The names of the guides. */
export const guideNames = Object.keys(guides) as (keyof typeof guides)[];

/** A draw from a key, with a loop. */
function noise(key: Key, x: Tensor): Tensor {
  const [once, often] = key.split(2);
  const step = (at: Tensor, move: Tensor, k?: Key): [Tensor, Tensor] => {
    const next = at.mul(0.9).add(random.normal(k!, [3])).add(move);
    return [next, next];
  };
  const [last, path] = scan(step, random.normal(once, [3]), x, { key: often });
  return last.sum().add(path.mean(1));
}

/**
 * The objects that jobs work with. Shared by all who are under way they are what a server would
 * keep; for a serial replay they are made anew.
 */
export class Workshop {
  readonly #held = new Map<string, { release(): Promise<void> }>();

  #get<T extends { release(): Promise<void> }>(name: string, make: () => T): T {
    let held = this.#held.get(name) as T | undefined;
    if (!held) this.#held.set(name, held = make());
    return held;
  }

  /** Returns a training. */
  svi(subject: string, guide: keyof typeof guides, engine: EngineName): SVI {
    return this.#get(`svi ${subject} ${guide} ${engine}`, () => {
      const { model } = subjects[subject];
      return new SVI(model, new guides[guide](model), adam({ lr: 0.03 }), undefined, { engine });
    });
  }

  /** Returns trainings side by side. */
  ensemble(subject: string, engine: EngineName): SVIEnsemble {
    return this.#get(`ensemble ${subject} ${engine}`, () => {
      const { model } = subjects[subject], guide = new AutoNormal(model);
      return new SVIEnsemble(model, guide, adam({ lr: 0.03 }), new TraceMeanFieldELBO(), {
        engine,
        members: 3,
      });
    });
  }

  /** Returns predictions from the prior. */
  predictive(
    subject: string,
    parallel: boolean,
    engine: EngineName,
  ): Predictive & { release(): Promise<void> } {
    const name = `predictive ${subject} ${parallel} ${engine}`;
    return this.#get(
      name,
      () => new Predictive(subjects[subject].model, { numSamples: 40, batchSize: 15, parallel, engine }),
    );
  }

  /** Returns compiled draws. */
  draws(engine: EngineName): Compiled<typeof noise> {
    return this.#get(`draws ${engine}`, () => compile(noise, { engine, axes: [null, ["n"]] }));
  }

  /** Returns a training that diverges. */
  diverging(engine: EngineName): SVI {
    return this.#get(`diverging ${engine}`, () => {
      const model = () => void sample("x", new Normal(param("m", tf.scalar(1)), 1), { obs: 1e30 });
      return new SVI(model, () => {}, adam({ lr: 1e38 }), undefined, { engine });
    });
  }

  /** Returns the normal approximation at a point: mean and standard deviations. */
  laplace(subject: string): number[] {
    const { model, data } = subjects[subject], guide = new AutoLaplace(model);
    return tf.tidy(() => {
      guide.setup(data);
      const size = subject === "walk" ? 6 : 2, auto_loc = tf.fill([size], 0.25) as Tensor;
      const normal = guide.laplaceApproximation({ auto_loc }, data);
      return [...normal.mean.dataSync(), ...normal.variance.dataSync()];
    });
  }

  /** Returns an exported model's bytes. */
  async exported(length: number): Promise<Uint8Array> {
    const fn = (x: Tensor) => ({ y: x.mul(2).add(length).tanh(), total: x.sum(0) });
    const x = tf.zeros([length, 3]) as Tensor;
    try {
      return (await exportOnnx(fn, [x], { axes: [["rows", null]] })).bytes;
    } finally {
      x.dispose();
    }
  }

  /** Frees everything, or one thing among them by its number, which may be in use. */
  async release(index?: number): Promise<void> {
    const names = [...this.#held.keys()];
    const chosen = index === undefined ? names : names.slice(index % Math.max(1, names.length)).slice(0, 1);
    const objects = chosen.map((name) => this.#held.get(name)!);
    chosen.forEach((name) => this.#held.delete(name));
    for (const object of objects) await object.release();
  }
}
