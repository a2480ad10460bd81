import { compile, type Compiled, type CompileOptions } from "@pyrosaur/pyrosaur/compile";
import { Objective, TraceELBO } from "@pyrosaur/pyrosaur/infer";
import { type Key, random, type Tensor } from "@pyrosaur/pyrosaur/tensor";
import type { Trained } from "./form.ts";
import type { Params } from "./own_training.ts";
import { type Data, makeGuide, model } from "./system.ts";

/** Mean and standard deviation of a slope of log GDP over ruggedness. */
interface Slope {
  readonly mean: number;
  readonly sd: number;
}

/** The numbers of a fit. */
export interface Fit {
  /** The negative ELBO of the model as it is, whatever the training's objective was. */
  readonly loss: number;
  /** The slope in Africa. */
  readonly within: Slope;
  /** The slope elsewhere. */
  readonly outside: Slope;
}

/** The judge of fits: the model and the guide of all examples, and their ELBO from many draws. */
export class Judge {
  readonly #objective: Objective;
  readonly #loss: Compiled<(params: Params, key: Key, ...data: Tensor[]) => Tensor>;

  /** Makes a judge for some data. */
  constructor(private readonly data: Data, particles: number, options: CompileOptions) {
    const elbo = new TraceELBO({ numParticles: particles, vectorizeParticles: true });
    this.#objective = new Objective(model, makeGuide(), elbo);
    this.#loss = compile(this.#objective.loss, options);
  }

  /** Returns the numbers of a fit. The guide's normals are independent: variances add up. */
  async of({ params }: Trained): Promise<Fit> {
    const { data: [loss] } = await this.#loss.arrays(params, random.key(0), ...this.data);
    const values = this.#objective.constrain(params, ...this.data);
    const number = (name: string): number => values[name].dataSync()[0];
    const slope = (...names: string[]): Slope => ({
      mean: names.reduce((sum, name) => sum + number(`${name}_auto_loc`), 0),
      sd: Math.hypot(...names.map((name) => number(`${name}_auto_scale`))),
    });
    return { loss, within: slope("bR", "bAR"), outside: slope("bR") };
  }

  /** Frees the program. */
  release(): Promise<void> {
    return this.#loss.release();
  }
}
