import { checkOptions, type OptionNames } from "../system/mod.ts";
import { BlockAutoregressive } from "../distributions/mod.ts";
import { type AutoGuideOptions, AutoNormalizingFlow } from "../infer/mod.ts";
import { type AnyFunction, module } from "../ppl/mod.ts";
import { blockAutoregressive } from "./block_autoregressive.ts";
import { turnedFlows } from "./turned_flows.ts";

/** Options of `AutoBNAFNormal`. */
export interface AutoBNAFNormalOptions extends Pick<AutoGuideOptions, "prefix"> {
  /** The number of flows (default 1). */
  numFlows?: number;
  /** The units that each hidden layer has for a number (default [8, 8]). */
  hiddenFactors?: readonly number[];
}

const optionNames: OptionNames<AutoBNAFNormalOptions> = {
  prefix: true,
  numFlows: true,
  hiddenFactors: true,
};

/**
 * A guide of block neural autoregressive flows (De Cao et al. 2019), as NumPyro's AutoBNAFNormal:
 * the order of the numbers is turned round between two flows, and all but the last one have a gated
 * residual. Its parameters are `auto_flows.0.layers[0].weight` and so on.
 *
 * @example A guide of two numbers
 * ```ts
 * import { adam, Normal, sample, SVI } from "@pyrosaur/pyrosaur";
 * import { AutoBNAFNormal } from "@pyrosaur/pyrosaur/nn";
 * import { random } from "@pyrosaur/pyrosaur/tensor";
 * import assert from "node:assert/strict";
 *
 * const funnel = () => sample("x", new Normal(0, sample("y", new Normal(0, 1)).exp()));
 * const guide = new AutoBNAFNormal(funnel, { hiddenFactors: [4] });
 * const svi = new SVI(funnel, guide, adam({ lr: 0.01 }));
 * const { params } = await svi.run(random.key(0), 100, []);
 * assert.deepEqual(guide.sampleLatent(random.key(1), params, [5]).x.shape, [5]);
 * ```
 */
export class AutoBNAFNormal extends AutoNormalizingFlow {
  /**
   * Makes the guide of a model.
   * @throws Error for a number of flows, or of units, that is no positive integer.
   */
  constructor(model: AnyFunction, options?: AutoBNAFNormalOptions) {
    checkOptions("make AutoBNAFNormal", options, optionNames);
    const { numFlows = 1, hiddenFactors = [8, 8], prefix = "auto" } = options ?? {};
    const flows = turnedFlows("AutoBNAFNormal", numFlows, {
      network: (size, i) =>
        blockAutoregressive(size, { hiddenFactors, residual: i < numFlows - 1 ? "gated" : undefined }),
      flow: (network, _size, i) => new BlockAutoregressive(module(`${prefix}_flows.${i}`, network)),
    });
    super(model, flows, { prefix });
  }
}
