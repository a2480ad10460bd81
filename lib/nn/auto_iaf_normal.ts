import { checkOptions, type OptionNames } from "../system/mod.ts";
import { AffineAutoregressive } from "../distributions/mod.ts";
import { type AutoGuideOptions, AutoNormalizingFlow } from "../infer/mod.ts";
import { type AnyFunction, module } from "../ppl/mod.ts";
import type { Activation } from "./activations.ts";
import { made } from "./made.ts";
import { turnedFlows } from "./turned_flows.ts";

/** Options of `AutoIAFNormal`. */
export interface AutoIAFNormalOptions extends Pick<AutoGuideOptions, "prefix"> {
  /** The number of flows (default 3). */
  numFlows?: number;
  /** The sizes of the networks' hidden layers (default two, as long as the vector). */
  hiddenDims?: readonly number[];
  /** The function that is applied to each hidden layer (default "elu"). */
  nonlinearity?: Activation;
  /** Connects inputs to the outputs directly as well (default false). */
  skipConnections?: boolean;
}

const optionNames: OptionNames<AutoIAFNormalOptions> = {
  prefix: true,
  numFlows: true,
  hiddenDims: true,
  nonlinearity: true,
  skipConnections: true,
};

/**
 * A guide of inverse autoregressive flows (Kingma et al. 2016), as NumPyro's AutoIAFNormal: the
 * order of the numbers is turned round between two flows. Its parameters are
 * `auto_flows.0.layers[0].weight` and so on.
 *
 * @example Neal's funnel, which no normal guide fits
 * ```ts
 * import { adam, Normal, sample, SVI } from "@pyrosaur/pyrosaur";
 * import { AutoIAFNormal } from "@pyrosaur/pyrosaur/nn";
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const funnel = () => sample("x", new Normal(0, sample("y", new Normal(0, 1)).exp()));
 * const guide = new AutoIAFNormal(funnel, { numFlows: 2, hiddenDims: [8] });
 * const svi = new SVI(funnel, guide, adam({ lr: 0.01 }));
 * const { params } = await svi.run(random.key(0), 200, []);
 * assert.deepEqual(guide.sampleLatent(random.key(1), params, [5]).x.shape, [5]);
 * ```
 */
export class AutoIAFNormal extends AutoNormalizingFlow {
  /** Makes the guide of a model. */
  constructor(model: AnyFunction, options?: AutoIAFNormalOptions) {
    checkOptions("make AutoIAFNormal", options, optionNames);
    const { numFlows = 3, hiddenDims, nonlinearity = "elu", skipConnections = false, prefix = "auto" } =
      options ?? {};
    const flows = turnedFlows("AutoIAFNormal", numFlows, {
      network: (size) => made(size, hiddenDims ?? [size, size], { nonlinearity, skipConnections }),
      flow: (network, size, i) =>
        new AffineAutoregressive(module(`${prefix}_flows.${i}`, network), { inputDim: size }),
    });
    super(model, flows, { prefix });
  }
}
