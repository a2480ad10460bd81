import { influences } from "../../compile/internals.ts";
import { trace } from "../../compile/mod.ts";
import { bijectTo, withoutValidation } from "../../distributions/mod.ts";
import type { AnyFunction } from "../../ppl/mod.ts";
import {
  activeTracer,
  type HostArray,
  isTensor,
  mapTree,
  random,
  sizeOf,
  type Tensor,
  tf,
} from "../../tensor/mod.ts";
import { type InitStrategy, traceAtFirstValues } from "../latent/mod.ts";

/**
 * Finds the latent sites that meet in a factor of a model: each is given those before it that have
 * a term of the density in common with it, as Pyro's `get_dependencies` with the order of the
 * prior. What it computes is dead code.
 */
export function posteriorDependencies(
  model: AnyFunction,
  args: readonly unknown[],
  names: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  let found: ReadonlyMap<string, readonly string[]> | undefined;
  // Tensors of a graph around this one stand for themselves by their shapes.
  const given = mapTree([...args], isTensor, (x) => isSymbolic(x) ? blank(x) : x);
  trace((probe: Tensor, given: unknown[]) => {
    found = find(model, given, names, probe);
    return probe;
  }, [blank({ dtype: "float32", shape: [names.length] }), given]);
  return found!;
}

const isSymbolic = (x: Tensor): boolean => activeTracer()?.isTraced(x) ?? false;

const blank = ({ dtype, shape }: Pick<Tensor, "dtype" | "shape">): HostArray => {
  const Data = { int32: Int32Array, bool: Uint8Array }[dtype as string] ?? Float32Array;
  return { data: new Data(sizeOf(shape)), shape: [...shape] };
};

/** Starts each site at 0 in unconstrained space, as a value of its own in the graph. */
const initApart = (names: readonly string[], probe: Tensor): InitStrategy => ({ name, distribution }) => {
  const transform = bijectTo(distribution.support), i = names.indexOf(name);
  const zeros = tf.fill(transform.inverseShape(distribution.shape()), 0);
  return transform.forward(i < 0 ? zeros : zeros.add(probe.slice([i], [1]).squeeze([0])));
};

function find(
  model: AnyFunction,
  args: readonly unknown[],
  names: readonly string[],
  probe: Tensor,
): ReadonlyMap<string, readonly string[]> {
  const run = withoutValidation(() =>
    traceAtFirstValues(model, initApart(names, probe), new random.ZeroKey(), args)
  );
  const sites = run.sampleSites, sources = names.map((name) => run.value(name));
  const met = influences(sites.map(({ logProb }) => logProb), sources);
  const together = sites.map(({ name }, s) =>
    names.filter((other, i) => other === name || met[s][i] !== "none")
  );
  return new Map(names.map((name, i) => {
    const near = new Set(together.filter((group) => group.includes(name)).flat());
    return [name, names.slice(0, i).filter((other) => near.has(other))];
  }));
}
