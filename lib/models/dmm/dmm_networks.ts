import { AffineAutoregressive, Normal, TransformedDistribution } from "../../distributions/mod.ts";
import type { Distribution } from "../../distributions/mod.ts";
import { made, rnn } from "../../nn/mod.ts";
import type { MadeNet, MadeParams, RecurrentParams, RunDirection } from "../../nn/mod.ts";
import type { Net } from "../../ppl/mod.ts";
import { type Key, type Tensor, tf } from "../../tensor/mod.ts";
import { combiner, emitter, gatedTransition } from "./networks.ts";
import type { DmmCombinerParams, DmmEmitterParams, DmmTransitionParams, LocScale } from "./networks.ts";
import type { CompleteDmmOptions } from "./options.ts";

/** The parameters, with the names of Pyro's example. */
export interface DmmParams {
  /** From a state to the log odds of notes. */
  emitter: DmmEmitterParams;
  /** From a state to the next. */
  trans: DmmTransitionParams;
  /** The guide's step. */
  combiner: DmmCombinerParams;
  /** The recurrent network that the guide reads the sequence with. */
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

/** The distribution of a state under the guide, and the normal one that the flows make it from. */
export interface DmmGuideStep extends LocScale {
  /** The distribution of the state: event shape [zDim]. */
  readonly distribution: Distribution;
}

/** The networks of a Deep Markov Model, and the guide's use of them. */
export interface DmmNetworks {
  /** From a state to the log odds of notes. */
  readonly emitter: Net<DmmEmitterParams, [z: Tensor], Tensor>;
  /** From a state to the distribution of the next. */
  readonly transition: Net<DmmTransitionParams, [z: Tensor], LocScale>;
  /** From a state and the hidden state of the recurrent network to the guide's distribution. */
  readonly combiner: Net<DmmCombinerParams, [z: Tensor, h: Tensor], LocScale>;
  /** The recurrent network that reads a sequence. */
  readonly rnn: Net<RecurrentParams, [x: Tensor, direction?: RunDirection], Tensor>;
  /** The autoregressive network of each flow. */
  readonly flows: readonly MadeNet<[x: Tensor]>[];
  /**
   * Reads sequences from right to left.
   *
   * @param values notes, [T, B, inputDim]
   * @param last where sequences end: bool [T, B, 1]
   * @returns hidden states, [T, B, rnnDim]
   */
  read(params: DmmParams, values: Tensor, last: Tensor): Tensor;
  /** Returns the guide's step: from states before, [B, zDim], and hidden states, [B, rnnDim]. */
  guideStep(params: DmmParams): (before: Tensor, hidden: Tensor) => DmmGuideStep;
}

/** Makes the networks of a Deep Markov Model of some sizes. */
export function dmmNetworks(options: CompleteDmmOptions): DmmNetworks {
  const { inputDim, zDim, emissionDim, transitionDim, rnnDim, iafDim } = options;
  const { permutations, maskDegrees, stableFlows: stable } = options;
  const combine = combiner(zDim, rnnDim), recurrent = rnn(inputDim, rnnDim, { nonlinearity: "relu" });
  const flows = permutations.map((permutation, i) =>
    made(zDim, [iafDim], { permutation, degrees: [maskDegrees[i]] })
  );
  return {
    emitter: emitter(inputDim, zDim, emissionDim),
    transition: gatedTransition(zDim, transitionDim),
    combiner: combine,
    rnn: recurrent,
    flows,
    read: (params, values, restart) =>
      recurrent.apply(params.rnn, values, {
        reverse: true,
        restart,
        initial: params.h_0.reshape([1, rnnDim]),
      }),
    guideStep(params) {
      const transforms = flows.map((flow, i) =>
        new AffineAutoregressive((z) => flow.apply(params.iafs_modules[i].arn, z), {
          permutation: permutations[i],
          stable,
        })
      );
      return (before, hidden) => {
        const { loc, scale } = combine.apply(params.combiner, before, hidden);
        const base = new Normal(loc, scale).toEvent(1);
        const flowing = transforms.length > 0;
        return { loc, scale, distribution: flowing ? new TransformedDistribution(base, transforms) : base };
      };
    },
  };
}

/** Returns the networks as one, whose value is the parameters themselves. */
export function netOf(
  { emitter, transition, combiner, rnn, flows }: DmmNetworks,
  { zDim, rnnDim }: CompleteDmmOptions,
): Net<DmmParams, [], DmmParams> {
  return {
    init(key: Key): DmmParams {
      const [a, b, c, d, e] = key.split(5);
      return {
        emitter: emitter.init(a),
        trans: transition.init(b),
        combiner: combiner.init(c),
        rnn: rnn.init(d),
        iafs_modules: flows.map((flow, i) => ({ arn: flow.init(e.foldIn(i)) })),
        z_0: tf.zeros([zDim]),
        z_q_0: tf.zeros([zDim]),
        h_0: tf.zeros([1, 1, rnnDim]),
      };
    },
    apply: (params) => params,
  };
}
