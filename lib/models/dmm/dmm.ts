import { AffineAutoregressive, Bernoulli, Normal, TransformedDistribution } from "../../distributions/mod.ts";
import { checkSizes, made, type MadeParams, type RecurrentParams, rnn } from "../../nn/mod.ts";
import { mask, module, type Net, plate, sample, scale, scan } from "../../ppl/mod.ts";
import { type Key, random, type Tensor, tf } from "../../tensor/mod.ts";
import {
  combiner,
  type CombinerParams,
  emitter,
  type EmitterParams,
  gatedTransition,
  type GatedTransitionParams,
} from "./networks.ts";

/** A batch of sequences of notes, time first, as `ragged` makes it. */
export interface Notes {
  /** Which notes sound: [T, B, inputDim]. */
  values: Tensor;
  /** Where sequences start: bool [T, B, 1]. */
  first: Tensor;
  /** Where sequences end: bool [T, B, 1]. */
  last: Tensor;
  /** Where there are sequences at all: bool [T, B]. */
  mask: Tensor;
}

/** The sizes of a Deep Markov Model; the defaults are the tutorial's. */
export interface DMMOptions {
  /** Notes (default 88). */
  inputDim?: number;
  /** Size of the latent state (default 100). */
  zDim?: number;
  /** Hidden units of the emitter (default 100). */
  emissionDim?: number;
  /** Hidden units of the transition (default 200). */
  transitionDim?: number;
  /** Hidden units of the guide's recurrent network (default 600). */
  rnnDim?: number;
  /** Inverse autoregressive flows behind the guide's normal (default 0). */
  numIafs?: number;
  /** Hidden units of each flow (default 100). */
  iafDim?: number;
  /** The order of the dimensions in each flow: by default drawn from this seed (default 0). */
  permutations?: readonly (readonly number[])[] | number;
}

/** The parameters, with the names of Pyro's example. */
export interface DMMParams {
  /** From a state to the log odds of notes. */
  emitter: EmitterParams;
  /** From a state to the next. */
  trans: GatedTransitionParams;
  /** The guide's step. */
  combiner: CombinerParams;
  /** What the guide reads the sequence with. */
  rnn: RecurrentParams;
  /** The guide's flows. */
  iafs_modules: {
    /** Its autoregressive network. */
    arn: MadeParams;
  }[];
  /** The state before the first: [zDim]. */
  z_0: Tensor;
  /** The same for the guide: [zDim]. */
  z_q_0: Tensor;
  /** The recurrent network's first state: [1, 1, rnnDim]. */
  h_0: Tensor;
}

/** A model and its guide, and the network they share. */
export interface DMM {
  /** Sites `z` and `obs_x` of each step, in the plate `sequences`. */
  model(notes: Notes, annealing?: number | Tensor): Tensor;
  /** The site `z` of each step, from what follows in the sequence. */
  guide(notes: Notes, annealing?: number | Tensor): Tensor;
  /** All parameters, registered as `dmm.emitter.lin_z_to_hidden.weight` and so on. */
  readonly net: Net<DMMParams, [], DMMParams>;
  /** The sizes. */
  readonly options: Required<DMMOptions> & { readonly permutations: readonly (readonly number[])[] };
}

/**
 * The Deep Markov Model (Krishnan, Shalit and Sontag 2017) as in Pyro's tutorial: a chain of latent
 * states with a gated transition, an emitter of notes, and a guide that reads each sequence from
 * right to left. Model and guide are written step by step; compiled, only the recurrences stay in a
 * loop.
 *
 * @throws Error for sizes that are no positive integers, and permutations that are none.
 */
export function dmm(given: DMMOptions = {}): DMM {
  const options = complete(given);
  const { inputDim, zDim, emissionDim, transitionDim, rnnDim, iafDim, permutations } = options;
  const emit = emitter(inputDim, zDim, emissionDim), transition = gatedTransition(zDim, transitionDim);
  const combine = combiner(zDim, rnnDim), read = rnn(inputDim, rnnDim, { nonlinearity: "relu" });
  const flows = permutations.map((permutation) => made(zDim, [iafDim], { permutation }));
  const net: DMM["net"] = {
    init(key: Key): DMMParams {
      const [a, b, c, d, e] = key.split(5);
      return {
        emitter: emit.init(a),
        trans: transition.init(b),
        combiner: combine.init(c),
        rnn: read.init(d),
        iafs_modules: flows.map((flow, i) => ({ arn: flow.init(e.foldIn(i)) })),
        z_0: tf.zeros([zDim]),
        z_q_0: tf.zeros([zDim]),
        h_0: tf.zeros([1, 1, rnnDim]),
      };
    },
    apply: (params) => params,
  };

  /** z before the step: that of the step before, or of a new sequence. */
  const previous = (before: Tensor, first: Tensor, start: Tensor) =>
    tf.where(first, tf.broadcastTo(start, before.shape), before);

  function model(notes: Notes, annealing: number | Tensor = 1): Tensor {
    const params = module("dmm", net)(), lanes = notes.values.shape[1];
    using _sequences = plate("sequences", lanes);
    const [, zs] = scan(
      (before: Tensor, { values, first, mask: present }: Notes): [Tensor, Tensor] => {
        using _padding = mask(present);
        const { loc, scale: sd } = transition.apply(params.trans, previous(before, first, params.z_0));
        let z: Tensor;
        {
          using _annealed = scale(annealing);
          z = sample("z", new Normal(loc, sd).toEvent(1));
        }
        const logits = emit.apply(params.emitter, z);
        sample("obs_x", new Bernoulli({ logits }).toEvent(1), { obs: values });
        return [z, z];
      },
      tf.broadcastTo(params.z_0, [lanes, zDim]) as Tensor,
      notes,
    );
    return zs;
  }

  function guide(notes: Notes, annealing: number | Tensor = 1): Tensor {
    const params = module("dmm", net)(), lanes = notes.values.shape[1];
    using _sequences = plate("sequences", lanes);
    const hidden = read.apply(params.rnn, notes.values, {
      reverse: true,
      restart: notes.last,
      initial: params.h_0.reshape([1, rnnDim]),
    });
    const iafs = flows.map((flow, i) =>
      new AffineAutoregressive((z) => flow.apply(params.iafs_modules[i].arn, z) as [Tensor, Tensor], {
        permutation: permutations[i],
      })
    );
    const [, zs] = scan(
      (before: Tensor, { h, first, mask: present }: { h: Tensor; first: Tensor; mask: Tensor }): [
        Tensor,
        Tensor,
      ] => {
        using _padding = mask(present);
        using _annealed = scale(annealing);
        const { loc, scale: sd } = combine.apply(params.combiner, previous(before, first, params.z_q_0), h);
        const base = new Normal(loc, sd).toEvent(1);
        const z = sample("z", iafs.length > 0 ? new TransformedDistribution(base, iafs) : base);
        return [z, z];
      },
      tf.broadcastTo(params.z_q_0, [lanes, zDim]) as Tensor,
      { h: hidden, first: notes.first, mask: notes.mask },
    );
    return zs;
  }
  return { model, guide, net, options };
}

function complete(options: DMMOptions): DMM["options"] {
  const {
    inputDim = 88,
    zDim = 100,
    emissionDim = 100,
    transitionDim = 200,
    rnnDim = 600,
    numIafs = 0,
    iafDim = 100,
    permutations = 0,
  } = options;
  checkSizes("a Deep Markov Model", { inputDim, zDim, emissionDim, transitionDim, rnnDim, iafDim });
  if (!(Number.isSafeInteger(numIafs) && numIafs >= 0)) {
    throw new Error(
      `Cannot make a Deep Markov Model: numIafs is ${numIafs}, expected a non-negative integer`,
    );
  }
  const orders = typeof permutations === "number"
    ? Array.from(
      { length: numIafs },
      (_, i) => Array.from(random.permutation(random.key(permutations).foldIn(i), zDim).dataSync()),
    )
    : permutations;
  if (orders.length !== numIafs) {
    throw new Error(
      `Cannot make a Deep Markov Model: there are ${orders.length} permutations for ${numIafs} flows`,
    );
  }
  return {
    inputDim,
    zDim,
    emissionDim,
    transitionDim,
    rnnDim,
    numIafs,
    iafDim,
    permutations: orders,
  };
}
