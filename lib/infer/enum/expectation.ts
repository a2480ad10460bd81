import { lean } from "../../compile/internals.ts";
import { constant, type Tensor, tf } from "../../tensor/mod.ts";
import { contract } from "./contract.ts";
import { type Factor, type Factors, isVariable } from "./factors.ts";
import { aligned, type Axis, logSum, type Named, sumOf, unionOf } from "./named.ts";

/** The probabilities of the enumerated sites of a guide. */
export class GuideProbabilities {
  readonly #tables = new Map<Axis, Named>();

  /** Takes them from the factors of the guide. */
  constructor(guide: Factors) {
    for (const [variable, site] of guide.own) {
      if (guide.timeOf(site)) {
        throw new Error(
          `Cannot enumerate site "${site.name}" of the guide: it stands in a scan, whose expectation does not factorise; ` +
            "enumerate it in the model, or write the guide as a loop",
        );
      }
      // Whatever is masked or scaled, the draws are those of the distribution.
      this.#tables.set(variable, guide.named(lean(site.distribution.logProb(site.value)), site));
    }
  }

  /** Takes the expectation of a term over the enumerated sites that it depends on. */
  expected(term: Factor): Factor {
    const kept = term.table.axes.filter((axis) => this.#tables.has(axis));
    if (kept.length === 0) return term;
    const all = this.#ancestors(kept), tables = [...all].map((axis) => this.#tables.get(axis)!);
    const { rest } = contract(tables, [...all].filter((axis) => !kept.includes(axis)), logSum);
    const weights = sumOf(rest), axes = unionOf([weights, term.table]);
    const probability = aligned(weights, axes).exp(), cost = aligned(term.table, axes);
    // An impossible value of the guide costs nothing.
    const isNever = probability.equal(constant(0));
    const product = probability.mul(tf.where(isNever, constant(0), cost));
    const summed = axes.flatMap((axis, i) => isVariable(axis) ? [i] : []);
    return {
      ...term,
      table: { tensor: product.sum(summed) as Tensor, axes: axes.filter((axis) => !isVariable(axis)) },
    };
  }

  /** Returns variables, and those that their probabilities depend on. */
  #ancestors(variables: readonly Axis[]): Set<Axis> {
    const all = new Set<Axis>();
    const add = (axis: Axis): void => {
      if (all.has(axis)) return;
      all.add(axis);
      this.#tables.get(axis)!.axes.filter((other) => this.#tables.has(other)).forEach(add);
    };
    variables.forEach(add);
    return all;
  }
}
