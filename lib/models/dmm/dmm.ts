import { Bernoulli, Normal } from "../../distributions/mod.ts";
import { mask, module, type Net, plate, sample, scale, scan } from "../../ppl/mod.ts";
import { type Tensor, tf } from "../../tensor/mod.ts";
import { type DmmNetworks, dmmNetworks, type DmmParams, netOf } from "./dmm_networks.ts";
import { type CompleteDmmOptions, completeOptions, type DmmOptions } from "./options.ts";

/** A batch of sequences of notes, time first, as `ragged` makes it. */
export interface DmmNotes {
  /** 1 for a note that sounds, else 0: [T, B, inputDim]. */
  values: Tensor;
  /** True at the first step of a sequence: bool [T, B, 1]. */
  first: Tensor;
  /** True at the last step of a sequence: bool [T, B, 1]. */
  last: Tensor;
  /** True at the steps of sequences, false at padding: bool [T, B]. */
  mask: Tensor;
}

/** A model and its guide, and the network they share. */
export interface Dmm {
  /** Sites `z` and `obs_x` of each step, in the plate `sequences`. */
  model(notes: DmmNotes, annealing?: number | Tensor): Tensor;
  /** The site `z` of each step, from the rest of the sequence. */
  guide(notes: DmmNotes, annealing?: number | Tensor): Tensor;
  /** The networks, and the guide's use of them. */
  readonly networks: DmmNetworks;
  /** All parameters, registered as `dmm.emitter.lin_z_to_hidden.weight` and so on. */
  readonly net: Net<DmmParams, [], DmmParams>;
  /** The sizes. */
  readonly options: CompleteDmmOptions;
}

/**
 * Makes the Deep Markov Model (Krishnan, Shalit and Sontag 2017) of Pyro's tutorial: a chain of
 * latent states with a gated transition, an emitter of notes, and a guide that reads each sequence
 * from right to left. Model and guide are written step by step; compiled, only the recurrences stay
 * in a loop.
 *
 * @throws Error for sizes that are no positive integers, and permutations that are none.
 */
export function dmm(given: DmmOptions = {}): Dmm {
  const options = completeOptions(given), { zDim } = options;
  const networks = dmmNetworks(options), net = netOf(networks, options);

  /** Returns z before the step: that of the step before, or of a new sequence. */
  const previous = (before: Tensor, first: Tensor, start: Tensor) =>
    tf.where(first, tf.broadcastTo(start, before.shape), before);

  function model(notes: DmmNotes, annealing: number | Tensor = 1): Tensor {
    const params = module("dmm", net)(), lanes = notes.values.shape[1];
    using _sequences = plate("sequences", lanes);
    const [, zs] = scan(
      (before: Tensor, { values, first, mask: present }: DmmNotes): [Tensor, Tensor] => {
        using _padding = mask(present);
        const { loc, scale: sd } = networks.transition.apply(
          params.trans,
          previous(before, first, params.z_0),
        );
        let z: Tensor;
        {
          using _annealed = scale(annealing);
          z = sample("z", new Normal(loc, sd).toEvent(1));
        }
        const logits = networks.emitter.apply(params.emitter, z);
        sample("obs_x", new Bernoulli({ logits }).toEvent(1), { obs: values });
        return [z, z];
      },
      tf.broadcastTo(params.z_0, [lanes, zDim]) as Tensor,
      notes,
    );
    return zs;
  }

  function guide(notes: DmmNotes, annealing: number | Tensor = 1): Tensor {
    const params = module("dmm", net)(), lanes = notes.values.shape[1];
    using _sequences = plate("sequences", lanes);
    const hidden = networks.read(params, notes.values, notes.last), step = networks.guideStep(params);
    const [, zs] = scan(
      (before: Tensor, { h, first, mask: present }: { h: Tensor; first: Tensor; mask: Tensor }): [
        Tensor,
        Tensor,
      ] => {
        using _padding = mask(present);
        using _annealed = scale(annealing);
        const z = sample("z", step(previous(before, first, params.z_q_0), h).distribution);
        return [z, z];
      },
      tf.broadcastTo(params.z_q_0, [lanes, zDim]) as Tensor,
      { h: hidden, first: notes.first, mask: notes.mask },
    );
    return zs;
  }
  return { model, guide, networks, net, options };
}
