import { checkOptions, shown } from "../../system/mod.ts";
import { asTensor, constant, flatten, isTensor, mapTree, tf, unflatten } from "../../tensor/mod.ts";
import type { Tensor } from "../../tensor/mod.ts";

/** A tree of tensors: nested arrays and records. */
export type Tensors = any;

/** The memory of an optimiser between updates: a tree of tensors. */
export interface OptimiserState {
  /** The number of updates done, a float scalar. */
  step: Tensor;
  /** The memory of the rule, such as running means for each parameter. */
  slots: Tensors;
}

/**
 * The arithmetic of an optimiser, with what depends on nothing but the step kept apart: training
 * loops compute that for many steps at once, outside the loop.
 */
export interface UpdateRule {
  /** Returns the memory before the first update; records by parameter in it have their names. */
  init(params: Tensors): Tensors;
  /** Computes what depends on the step alone: `step` updates done, a float tensor of any shape. */
  scalars?(step: Tensor): Tensors;
  /** Returns the parameters and the slots after an update. */
  apply(grads: Tensors, slots: Tensors, params: Tensors, scalars: Tensors): [params: Tensors, slots: Tensors];
  /** Labels parameters: those with different labels are not concatenated (default: all alike). */
  label?(name: string): string;
}

/**
 * A gradient-based optimiser: pure functions on trees of tensors, eager and traced. Any object with
 * these two functions serves `SVI`; those made here also have a `rule`, which trains faster.
 */
export interface Optimiser {
  /** The name that messages show. */
  readonly name?: string;
  /** Returns the state before the first update. */
  init(params: Tensors): any;
  /** Takes one update. Gradients have the structure of the parameters. */
  update(grads: Tensors, state: any, params: Tensors): [params: Tensors, state: any];
  /** The arithmetic with the step taken out. */
  readonly rule?: UpdateRule;
}

/** Tells whether a value has the functions of an optimiser. */
export const isOptimiser = (value: any): value is Optimiser =>
  typeof value?.init === "function" && typeof value.update === "function";

/** A learning rate: a number, or a function of the number of updates done, of any shape. */
export type LearningRate = number | ((step: Tensor) => Tensor);

/** Makes an optimiser of a rule. */
export function fromRule(name: string, rule: UpdateRule): Optimiser {
  return {
    name,
    rule,
    init: (params) => ({ step: constant(0), slots: rule.init(params) }),
    update(grads, { step, slots }: OptimiserState, params) {
      const [next, after] = rule.apply(grads, slots, params, rule.scalars?.(step) ?? {});
      return [next, { step: step.add(constant(1)), slots: after }];
    },
  };
}

/** Returns the rule of an optimiser; without one, a rule with its whole state in the slots. */
export function ruleOf(optimiser: Optimiser): UpdateRule {
  return optimiser.rule ?? {
    init: (params) => optimiser.init(params),
    apply: (grads, slots, params) => optimiser.update(grads, slots, params),
  };
}

/** Arithmetic that is the same for every number of every parameter. */
export interface ElementwiseRule {
  /** The names of the memories of each parameter, with the numbers that they start from. */
  readonly slots: Readonly<Record<string, number>>;
  /** Computes what depends on the step alone. */
  scalars?(step: Tensor): Record<string, Tensor>;
  /** Returns a parameter and its slots after an update. */
  apply(
    grad: Tensor,
    slots: Record<string, Tensor>,
    param: Tensor,
    scalars: Record<string, Tensor>,
  ): [param: Tensor, slots: Record<string, Tensor>];
}

/** Makes an optimiser that treats every number alike. */
export function elementwise(name: string, rule: ElementwiseRule): Optimiser {
  const names = Object.keys(rule.slots);
  return fromRule(name, {
    init: (params) =>
      Object.fromEntries(
        names.map((
          slot,
        ) => [slot, mapTree(params, isTensor, (p: Tensor) => tf.fill(p.shape, rule.slots[slot]))]),
      ),
    scalars: rule.scalars?.bind(rule),
    apply(grads, slots, params, scalars) {
      const g = flatten(grads, isTensor), p = flatten(params, isTensor);
      if (g.structure !== p.structure) {
        throw new Error(
          `Cannot update with ${name}: the gradients have structure ${g.structure}, the parameters ${p.structure}`,
        );
      }
      const kept = names.map((slot) => flatten(slots[slot], isTensor).leaves);
      const results = p.leaves.map((param, i) =>
        rule.apply(
          g.leaves[i],
          Object.fromEntries(names.map((slot, k) => [slot, kept[k][i]])),
          param,
          scalars,
        )
      );
      const rebuild = (leaves: Tensor[]) => unflatten(params, isTensor, leaves);
      return [
        rebuild(results.map(([param]) => param)),
        Object.fromEntries(names.map((slot) => [slot, rebuild(results.map(([, slots]) => slots[slot]))])),
      ];
    },
  });
}

/** Returns the learning rate of an update. */
export function rateAt(lr: LearningRate, step: Tensor): Tensor {
  return typeof lr === "function" ? asTensor(lr(step)) : constant(lr);
}

/** Checks numbers that must lie in a range. Throws naming optimiser, setting and range. */
export function checkSettings(
  name: string,
  settings: Record<string, readonly [value: unknown, min: number, below?: number]>,
): void {
  for (const [setting, [value, min, below]] of Object.entries(settings)) {
    if (typeof value === "function" || value === undefined) continue;
    if (typeof value === "number" && value >= min && value < (below ?? Infinity)) continue;
    const range = below === undefined
      ? `a number of at least ${min}`
      : `a number from ${min} up to before ${below}`;
    throw new Error(`Cannot make ${name}: ${setting} is ${shown(value)}, expected ${range}`);
  }
}

/** Throws for settings that do not exist, and where there are none: a learning rate is a choice. */
export function checkGiven(name: string, options: unknown, names: Readonly<Record<string, true>>): void {
  if (options === undefined) {
    throw new Error(`Cannot make ${name}: found no settings, expected them, such as ${name}({ lr: 0.01 })`);
  }
  checkOptions(`make ${name}`, options, names);
}
