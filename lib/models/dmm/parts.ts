import { AffineAutoregressive } from "../../distributions/mod.ts";
import { scan } from "../../compile/mod.ts";
import { made, rnn, type StateDict } from "../../nn/mod.ts";
import { module, substitute } from "../../ppl/mod.ts";
import { type Tensor, tf, toTensor } from "../../tensor/mod.ts";
import type { DMM, DMMParams } from "./dmm.ts";
import { combiner, emitter, gatedTransition, type LocScale } from "./networks.ts";
import { toDmmStateDict } from "./state_dict.ts";

/** A latent state, and the normal distribution that it, or what the flows have made it from, was drawn from. */
export interface GuideOutput extends LocScale {
  /** The state. */
  readonly z: Tensor;
}

/** A trained model's functions of tensors, its randomness among their arguments: what is exported and served. */
export interface DmmParts {
  /** The notes of states [B, zDim]: log odds and probabilities, each [B, inputDim]. */
  emitter(z: Tensor): { logits: Tensor; probs: Tensor };
  /** The distribution of the next states, from states [B, zDim]. */
  transition(before: Tensor): LocScale;
  /**
   * The next states under the guide.
   *
   * @param before the states before, [B, zDim]
   * @param hidden what the recurrent network has read from the right until here, [B, rnnDim]
   * @param noise standard normal, [B, zDim]
   */
  guideStep(before: Tensor, hidden: Tensor, noise: Tensor): GuideOutput;
  /**
   * The states of whole sequences under the guide, one sequence a lane.
   *
   * @param notes zeros and ones, [T, B, inputDim]; what lies behind a sequence's length is not read
   * @param lengths steps of each sequence, from 1 to T: int32 [B]
   * @param noise standard normal, [T, B, zDim]
   * @returns three times [T, B, zDim], zeros behind a sequence's length
   */
  guide(notes: Tensor, lengths: Tensor, noise: Tensor): GuideOutput;
  /** The state before the first one, for the transition: [zDim]. */
  readonly z0: Tensor;
  /** The same for the guide: [zDim]. */
  readonly zQ0: Tensor;
}

/** The parts of a model with parameters put in. @throws Error where the parameters are not those of such a model. */
export function dmmParts({ net, options }: DMM, params: StateDict): DmmParts {
  toDmmStateDict(params, options);
  const { inputDim, zDim, emissionDim, transitionDim, rnnDim, iafDim, permutations } = options;
  const data = Object.fromEntries(Object.entries(params).map(([name, array]) => [name, toTensor(array)]));
  const own: DMMParams = substitute(() => module("dmm", net)(), { data })();
  const emit = emitter(inputDim, zDim, emissionDim), move = gatedTransition(zDim, transitionDim);
  const combine = combiner(zDim, rnnDim), read = rnn(inputDim, rnnDim, { nonlinearity: "relu" });
  const flows = permutations.map((permutation, i) => {
    const network = made(zDim, [iafDim], { permutation }), { arn } = own.iafs_modules[i];
    return new AffineAutoregressive((z) => network.apply(arn, z), { permutation });
  });

  const guideStep = (before: Tensor, hidden: Tensor, noise: Tensor): GuideOutput => {
    const { loc, scale } = combine.apply(own.combiner, before, hidden);
    const z = flows.reduce((x, flow) => flow.forward(x), loc.add(scale.mul(noise)) as Tensor);
    return { z, loc, scale };
  };

  return {
    z0: own.z_0,
    zQ0: own.z_q_0,
    emitter(z) {
      const logits = emit.apply(own.emitter, z);
      return { logits, probs: tf.sigmoid(logits) };
    },
    transition: (before) => move.apply(own.trans, before),
    guideStep,
    guide(notes, lengths, noise) {
      // 1, 2, 3 ... along time, whatever its length: [T, B, 1].
      const steps = tf.cumsum(tf.onesLike(notes.slice([0, 0, 0], [-1, -1, 1])), 0);
      const ends = lengths.cast("float32").reshape([1, -1, 1]);
      const hidden = read.apply(own.rnn, notes, {
        reverse: true,
        restart: tf.equal(steps, ends),
        initial: own.h_0.reshape([1, rnnDim]),
      });
      const [, { z, loc, scale }] = scan(
        (before: Tensor, { hidden, noise }: { hidden: Tensor; noise: Tensor }): [Tensor, GuideOutput] => {
          const next = guideStep(before, hidden, noise);
          return [next.z, next];
        },
        tf.broadcastTo(own.z_q_0, [notes.shape[1]!, zDim]) as Tensor,
        { hidden, noise },
      );
      const present = tf.lessEqual(steps, ends);
      const within = (x: Tensor): Tensor => tf.where(present, x, tf.zerosLike(x));
      return { z: within(z), loc: within(loc), scale: within(scale) };
    },
  };
}
