import { valueAndGrad } from "../../lib/compile/mod.ts";
import { AffineAutoregressive } from "../../lib/distributions/mod.ts";
import { made } from "../../lib/nn/mod.ts";
import type { HostArray, Tensor } from "../../lib/tensor/mod.ts";
import { namedMade } from "./autoregressive.ts";
import { bothPrecisions, filled, type GoldenFile, type Outcome } from "./reader.ts";

/** The `rule` of files whose numbers are computed here. */
const RULE =
  "tensor number c, flattened: scale * sin(i + 1 + c); x [row, variable], flattened: sin(1.7 * (i + 1))";

/** The forms of flows in a file: whether each is the stable one. */
const FORMS: Readonly<Record<string, boolean>> = { "before 2018-10": true, "since 2018-10": false };

/**
 * `dmm_flows.json`: a flow of the Deep Markov Model in the form of the tutorial's table and in
 * today's: `y`, its log-determinants, and the gradients of their sum and that of y squared, by x
 * and by each weight.
 */
export default async function* dmmFlows(file: GoldenFile): AsyncIterable<Outcome> {
  const tensors = file.tensors as [string, number[]][], names = tensors.map(([name]) => name);
  for (const { form, permutation, degrees, scale, y, log_det, grad_x, grad } of file.cases) {
    const name = `${form}, permutation [${permutation}], degrees [${degrees}], scale ${scale}`;
    if (file.rule !== RULE || !Object.hasOwn(FORMS, form)) {
      yield { case: name, unsupported: `the rule "${file.rule}" with the form "${form}"` };
      continue;
    }
    const network = made(permutation.length, [degrees.length], { permutation, degrees: [degrees] });
    const flowed = (x: Tensor, weights: readonly Tensor[]) => {
      const params = namedMade(names, weights), options = { stable: FORMS[form], permutation };
      const flow = new AffineAutoregressive((v) => network.apply(params, v), options), y = flow.forward(x);
      return { y, logDet: flow.logAbsDetJacobian(x, y) };
    };
    const fn = (...all: Tensor[]): Record<string, Tensor> => {
      const { grad } = valueAndGrad(([x, ...weights]: Tensor[]) => {
        const { y, logDet } = flowed(x, weights);
        return logDet.sum().add(y.square().sum());
      })(all);
      const [x, ...weights] = all, { y, logDet } = flowed(x, weights), [ofX, ...ofWeights] = grad;
      const named = Object.fromEntries(names.map((name, i) => [name, ofWeights[i]]));
      return { y, log_det: logDet, grad_x: ofX, ...named };
    };
    const args: HostArray[] = [
      filled([file.rows, permutation.length], (i) => Math.sin(1.7 * (i + 1))),
      ...tensors.map(([, shape], c) => filled(shape, (i) => scale * Math.sin(i + 1 + c))),
    ];
    yield { case: name, ...await bothPrecisions(fn, args, { y, log_det, grad_x, ...grad }) };
  }
}
