import type { Trace } from "../../ppl/mod.ts";
import { describeNode, isTensor, type Tensor } from "../../tensor/mod.ts";

/** The name that asks for the model's return value. */
const RETURN = "_RETURN";

/**
 * Selects the values of a run to return: those of `returnSites`, or of all sites that are drawn and
 * not given, and of all that are computed: they are computed anew, and may be of other arguments.
 * @throws Error for a name that the model lacks.
 */
export function select(
  run: Trace,
  returnSites: readonly string[] | undefined,
  given: readonly string[],
): Record<string, Tensor> {
  if (!returnSites) {
    const drawn = run.stochasticSites.filter(({ name }) => !given.includes(name));
    const made = [...drawn, ...run.deterministicSites];
    if (made.length === 0) refuseNothing(run, given);
    return Object.fromEntries(made.map(({ name }) => [name, run.value(name)]));
  }
  return Object.fromEntries(returnSites.map((name) => {
    if (name === RETURN) return [name, resultOf(run.returnValue)];
    const site = run.sites.get(name);
    if (site && site.type !== "plate") return [name, site.value];
    const names = [...run.sites.values()].filter((s) => s.type !== "plate").map((s) => `"${s.name}"`);
    throw new Error(
      `Cannot return site "${name}": the model has ${names.join(", ")}; "${RETURN}" is its return value`,
    );
  }));
}

/** Returns the result of a model, as far as it can be drawn. */
function resultOf(value: unknown): Tensor {
  if (isTensor(value)) return value;
  throw new Error(
    `Cannot return "${RETURN}": the model returned ${
      describeNode(value)
    }, expected a tensor; make sites of other ` +
      "results, by deterministic",
  );
}

/** Throws for a run of which nothing is left to return: most often the data were given. */
function refuseNothing(run: Trace, given: readonly string[]): never {
  const list = (names: readonly string[]) => names.map((name) => `"${name}"`).join(", ");
  const observed = run.observedSites.map(({ name }) => name),
    kept = given.filter((name) => run.sites.has(name));
  const why = [
    ...kept.length ? [`${list(kept)} ${kept.length > 1 ? "come" : "comes"} from posteriorSamples`] : [],
    ...observed.length ? [`${list(observed)} ${observed.length > 1 ? "are" : "is"} observed`] : [],
  ].join(", and ") || "the model has no sites";
  throw new Error(
    `Cannot predict: there is nothing to draw or compute: ${why}; leave out of the arguments the data, and out of ` +
      "posteriorSamples the sites, that are to be predicted, or name in returnSites those to return",
  );
}
