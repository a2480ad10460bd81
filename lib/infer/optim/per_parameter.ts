import { emptyRecord } from "../../system/mod.ts";
import { fromRule, type Optimiser, ruleOf, type Tensors } from "./optimiser.ts";

/** Optimisers by the name of a parameter, `default` for all others; or a function of the name. */
export type OptimiserOf =
  | (Readonly<Record<string, Optimiser>> & { readonly default?: Optimiser })
  | ((name: string) => Optimiser);

/**
 * Gives each parameter an optimiser of its own, as Pyro's optimisers with a function of the
 * parameter's name. The parameters are a record by name.
 *
 * @param choose a record from names to optimisers, with `default` for names it lacks, or a function
 * of the name Throws (at `init`) for a parameter without an optimiser.
 */
export function perParameter(choose: OptimiserOf): Optimiser {
  const of = (name: string): Optimiser => {
    const own = typeof choose === "function"
      ? choose(name)
      : Object.hasOwn(choose, name)
      ? choose[name]
      : choose.default;
    if (own) return own;
    const known = typeof choose === "function"
      ? ""
      : `; there are optimisers for ${Object.keys(choose).join(", ")}`;
    throw new Error(
      `Cannot optimise parameter "${name}": perParameter has no optimiser for it and no default${known}`,
    );
  };
  const chosen = new Map<string, Optimiser>(), labels = new Map<Optimiser, string>();
  if (typeof choose !== "function") {
    for (const [name, optimiser] of Object.entries(choose)) {
      if (optimiser && !labels.has(optimiser)) labels.set(optimiser, name);
    }
  }
  const memo = (name: string): Optimiser => {
    let optimiser = chosen.get(name);
    if (!optimiser) {
      chosen.set(name, optimiser = of(name));
      if (!labels.has(optimiser)) labels.set(optimiser, `${optimiser.name ?? "optimiser"}${labels.size}`);
    }
    return optimiser;
  };
  const label = (name: string): string => labels.get(memo(name))!;

  /** Groups parameters by label. */
  const grouped = (tree: Record<string, Tensors>): Record<string, Record<string, Tensors>> => {
    const groups = emptyRecord<Record<string, Tensors>>();
    for (const [name, value] of Object.entries(tree)) (groups[label(name)] ??= emptyRecord())[name] = value;
    return groups;
  };
  const ruleFor = (group: Record<string, Tensors>) => ruleOf(memo(Object.keys(group)[0]));
  const made = fromRule("perParameter", {
    // Parameters of one optimiser that itself tells them apart stay apart.
    label: (name) => `${label(name)}${ruleOf(memo(name)).label?.(name).replace(/^/, "/") ?? ""}`,
    init: (params) => mapRecord(grouped(params), (group) => ruleFor(group).init(group)),
    scalars: (step) =>
      Object.fromEntries(
        [...labels].map(([optimiser, name]) => [name, ruleOf(optimiser).scalars?.(step) ?? {}]),
      ),
    apply(grads, slots, params, scalars) {
      const byLabel = grouped(grads), next: [string, Tensors][] = [], after = emptyRecord<Tensors>();
      for (const [name, group] of Object.entries(grouped(params))) {
        const [updated, kept] = ruleFor(group).apply(byLabel[name], slots[name], group, scalars[name]);
        next.push(...Object.entries(updated));
        after[name] = kept;
      }
      return [Object.fromEntries(next), after];
    },
  });
  return {
    ...made,
    update(grads, state, params) {
      // Labels come with the names, and the scalars are made by label.
      grouped(params);
      return made.update(grads, state, params);
    },
  };
}

const mapRecord = <A, B>(record: Record<string, A>, f: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value)]));
