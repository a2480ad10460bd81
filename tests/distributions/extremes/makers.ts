import * as dist from "../../../lib/distributions/mod.ts";
import type { Distribution } from "../../../lib/distributions/mod.ts";
import type { Tensor } from "../../../lib/tensor/mod.ts";
import { distributionByName, transformByName } from "../../../tasks/golden/distribution_by_name.ts";

/** Parameters by name: tensors, and texts, numbers and lists that all rows share. */
export type Parameters = Readonly<Record<string, any>>;

/** Makes a distribution of a name and parameters as torch and NumPyro call them. */
const named = (name: string, parameters: Parameters): Distribution => distributionByName(name)!(parameters);

/** Returns the gate, by its probability or its log odds. */
const gateOf = ({ gate, gate_logits: logits }: Parameters) => gate ?? { logits };

/** Distributions made from others, and of several forms. */
const makers: Record<string, (parameters: Parameters) => Distribution> = {
  LeftCensored: ({ base, censored, ...rest }) => new dist.LeftCensored(named(base, rest), censored),
  RightCensored: ({ base, censored, ...rest }) => new dist.RightCensored(named(base, rest), censored),
  IntervalCensored: ({ base, ...rest }) => new dist.IntervalCensored(named(base, rest)),
  Truncated: ({ base, low, high, ...rest }) => new dist.Truncated(named(base, rest), { low, high }),
  Folded: ({ base, ...rest }) => new dist.Folded(named(base, rest)),
  ZeroInflated: ({ base, gate, gate_logits, ...rest }) =>
    new dist.ZeroInflated(named(base, rest), gateOf({ gate, gate_logits })),
  Hurdle: ({ base, gate, gate_logits, ...rest }) =>
    new dist.Hurdle(named(base, rest), gateOf({ gate, gate_logits })),
  Mixture: ({ base, mixing_logits: logits, ...rest }) =>
    new dist.Mixture(new dist.Categorical({ logits }), named(base, rest)),
  MaskedMixture: ({ mask, loc, scale, loc1, scale1 }) =>
    new dist.MaskedMixture(mask.cast("bool"), new dist.Normal(loc, scale), new dist.Cauchy(loc1, scale1)),
  GaussianCopula: ({ base, correlation, ...rest }) => new dist.GaussianCopula(named(base, rest), correlation),
  EulerMaruyama: ({ t, drift, diffusion, init_scale }) =>
    new dist.EulerMaruyama(t, (x: Tensor) => [x.mul(drift), diffusion], new dist.Normal(0, init_scale)),
  TransformedDistribution: ({ transform, base, ...rest }) =>
    new dist.TransformedDistribution(named(base, rest), transformByName(transform)!),
  GaussianStateSpace: ({ num_steps, transition_matrix, scale_tril: scaleTril }) =>
    new dist.GaussianStateSpace(num_steps, transition_matrix, { scaleTril }),
};

/** Makes the distribution of a case. */
export const make = (name: string, parameters: Parameters): Distribution =>
  (Object.hasOwn(makers, name) ? makers[name] : (p: Parameters) => named(name, p))(parameters);
