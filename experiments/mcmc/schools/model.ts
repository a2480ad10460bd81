import { HalfCauchy, Normal } from "@pyrosaur/pyrosaur/distributions";
import { locScaleReparam, reparam } from "@pyrosaur/pyrosaur/infer";
import { plate, sample } from "@pyrosaur/pyrosaur/ppl";
import { type Tensor, tf } from "@pyrosaur/pyrosaur/tensor";

/** The effects of coaching in eight schools, in points, and their standard errors (Rubin 1981). */
export const effects = [28, 8, -3, 7, -1, 1, 18, 12], errors = [15, 10, 16, 11, 9, 11, 10, 18];

/** The arguments of the model. */
export const schools = (): [Tensor, Tensor] => [tf.tensor1d(effects), tf.tensor1d(errors)];

/** Eight schools, centred: the effects `theta` themselves are drawn. */
export function centred(effects: Tensor, errors: Tensor): void {
  const mu = sample("mu", new Normal(0, 5)), tau = sample("tau", new HalfCauchy(5));
  using _schools = plate("schools", 8);
  const theta = sample("theta", new Normal(mu, tau));
  sample("obs", new Normal(theta, errors), { obs: effects });
}

/** The same by standard forms: `theta_decentered` is drawn, `theta` computed. */
export const nonCentred: typeof centred = reparam(centred, { theta: locScaleReparam({ centered: 0 }) });

/** The parametrisations by name. */
export const FORMS = { centred, non_centred: nonCentred } as const;

/** The name of a parametrisation. */
export type FormName = keyof typeof FORMS;
