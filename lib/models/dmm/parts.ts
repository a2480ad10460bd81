import { scan } from "../../compile/mod.ts";
import type { StateDict } from "../../nn/mod.ts";
import { module, substitute } from "../../ppl/mod.ts";
import { random, type Tensor, tf, toTensor } from "../../tensor/mod.ts";
import type { Dmm } from "./dmm.ts";
import type { DmmParams } from "./dmm_networks.ts";
import type { LocScale } from "./networks.ts";
import { toDmmStateDict } from "./state_dict.ts";

/** A latent state, and the normal distribution before the flows that it was drawn from. */
export interface DmmGuideOutput extends LocScale {
  /** The state. */
  readonly z: Tensor;
}

/** The served functions of a trained model, of tensors alone: randomness is an argument. */
export interface DmmParts {
  /** The notes of states [B, zDim]: log odds and probabilities, each [B, inputDim]. */
  emitter(z: Tensor): { logits: Tensor; probs: Tensor };
  /** The distribution of the next states, from states [B, zDim]. */
  transition(before: Tensor): LocScale;
  /**
   * The next states under the guide.
   *
   * @param before the states before, [B, zDim]
   * @param hidden states of the recurrent network, which reads from the right, [B, rnnDim]
   * @param noise standard normal, [B, zDim]
   */
  guideStep(before: Tensor, hidden: Tensor, noise: Tensor): DmmGuideOutput;
  /**
   * The states of whole sequences under the guide, one sequence a lane.
   *
   * @param notes zeros and ones, [T, B, inputDim]; none is read beyond a sequence's length
   * @param lengths steps of each sequence, from 1 to T: int32 [B]
   * @param noise standard normal, [T, B, zDim]
   * @returns three times [T, B, zDim], zeros behind a sequence's length
   */
  guide(notes: Tensor, lengths: Tensor, noise: Tensor): DmmGuideOutput;
  /** The state before the first one, for the transition: [zDim]. */
  readonly z0: Tensor;
  /** The same for the guide: [zDim]. */
  readonly zQ0: Tensor;
}

/**
 * Returns the parts of a trained model.
 *
 * @throws Error where the parameters are not those of such a model.
 */
export function dmmParts({ net, networks, options }: Dmm, params: StateDict): DmmParts {
  toDmmStateDict(params, options);
  const data = Object.fromEntries(Object.entries(params).map(([name, array]) => [name, toTensor(array)]));
  const trained: DmmParams = substitute(() => module("dmm", net)(), { data })();
  const step = networks.guideStep(trained);
  const guideStep = (before: Tensor, hidden: Tensor, noise: Tensor): DmmGuideOutput => {
    const { loc, scale, distribution } = step(before, hidden);
    return { z: distribution.sample(new random.GivenKey(noise)), loc, scale };
  };

  return {
    z0: trained.z_0,
    zQ0: trained.z_q_0,
    emitter(z) {
      const logits = networks.emitter.apply(trained.emitter, z);
      return { logits, probs: tf.sigmoid(logits) };
    },
    transition: (before) => networks.transition.apply(trained.trans, before),
    guideStep,
    guide(notes, lengths, noise) {
      // 1, 2, 3 ... along time, whatever its length: [T, B, 1].
      const steps = tf.cumsum(tf.onesLike(notes.slice([0, 0, 0], [-1, -1, 1])), 0);
      const ends = lengths.cast("float32").reshape([1, -1, 1]);
      const hidden = networks.read(trained, notes, tf.equal(steps, ends));
      const [, { z, loc, scale }] = scan(
        (before: Tensor, { hidden, noise }: { hidden: Tensor; noise: Tensor }): [Tensor, DmmGuideOutput] => {
          const next = guideStep(before, hidden, noise);
          return [next.z, next];
        },
        tf.broadcastTo(trained.z_q_0, [notes.shape[1]!, options.zDim]) as Tensor,
        { hidden, noise },
      );
      const present = tf.lessEqual(steps, ends);
      const within = (x: Tensor): Tensor => tf.where(present, x, tf.zerosLike(x));
      return { z: within(z), loc: within(loc), scale: within(scale) };
    },
  };
}
