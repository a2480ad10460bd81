import { emptyRecord } from "../../system/mod.ts";
import { broadcastTo } from "../../distributions/mod.ts";
import { lengthIfKnown, type Trace } from "../../ppl/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";
import type { Factor } from "./factors.ts";
import { eliminateAll } from "./log_density.ts";
import { aligned, type Axis, logSum } from "./named.ts";
import { weighed } from "./weights.ts";

/**
 * Returns the log density of each observation of a trace whose enumerated sites are summed out, by
 * the name of its site: `[...batch shape]`.
 *
 * @throws Error where a sum ties observations to each other, or to latent sites.
 */
export function observedLogProbs(run: Trace): Record<string, Tensor> {
  const { factors, elimination: { terms } } = eliminateAll(run, logSum, true), found = emptyRecord<Tensor>();
  const summedOut = new Set(factors.variables.map(({ name }) => name));
  for (const site of run.sampleSites.filter(({ isObserved }) => isObserved)) {
    const term = terms.find(({ sites }) => sites.includes(site.name));
    if (!term) {
      found[site.name] = site.logProb;
      continue;
    }
    const own = factors.platesAround(site), others = term.sites.filter((name) => name !== site.name);
    const tied = others.find((name) => !summedOut.has(name));
    if (tied !== undefined || own.size !== term.plates.size) refuse(site.name, term, tied);
    found[site.name] = overPlates(term, own);
  }
  return found;
}

/** Returns the numbers of a term, with the axes of its plates at their places. */
function overPlates({ table, weight }: Factor, plates: ReadonlySet<Axis>): Tensor {
  const axes = [...plates].sort((a, b) => a.dim - b.dim), rank = axes.length > 0 ? -axes[0].dim : 0;
  const sizes = Array<number>(rank).fill(1),
    own = sizes.slice(),
    { tensor, axes: there } = weighed(table, weight);
  for (const axis of axes) {
    const size = lengthIfKnown(axis.size);
    sizes[rank + axis.dim] = size;
    if (there.includes(axis)) own[rank + axis.dim] = size;
  }
  return broadcastTo(aligned({ tensor, axes: there }, axes).reshape(own), sizes);
}

function refuse(name: string, { sites }: Factor, tied: string | undefined): never {
  const to = tied === undefined ? "its members to each other" : `it to "${tied}"`;
  throw new Error(
    `Cannot sum discrete sites out of the log likelihood of "${name}": the sum over ${
      sites.filter((other) => other !== name && other !== tied).map((other) => `"${other}"`).join(", ")
    } ties ${to}; draw them, by Predictive with { posteriorSamples, inferDiscrete: true }, and give these draws too`,
  );
}
