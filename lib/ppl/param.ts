import { checkOptions, checkSynchronous, type OptionNames } from "../system/mod.ts";
import { Constraint, constraints, isValidationEnabled } from "../distributions/mod.ts";
import { asTensor, describeNode, formatShape, knownValues, sameShape, tf } from "../tensor/mod.ts";
import type { Key, Shape, Tensor, TensorLike } from "../tensor/mod.ts";
import { send } from "./runtime.ts";

/** Options of `param`. */
export interface ParamOptions {
  /** The set that the value stays in (default: the real numbers). */
  constraint?: Constraint;
  /**
   * The number of rightmost axes that are the parameter's own (default: all). Those left of them
   * belong to plates, and are cut to the plates' subsamples.
   */
  eventDim?: number;
}

const optionNames: OptionNames<ParamOptions> = { constraint: true, eventDim: true };

/** The first value of a parameter: a tensor, a number, or a function of a key that makes it. */
export type ParamInit = TensorLike | ((key: Key) => Tensor);

/**
 * Declares a learnable parameter by name, as Pyro's and NumPyro's `param`. There is no global
 * store: the value comes from a handler (`substitute`, or an inference algorithm), else it is the
 * first value. A name may be used again for the same parameter.
 *
 * @param init the first value; a function of a key is called only where no handler gives a value
 * @returns the value
 * @throws Error where the first value lies outside the constraint, where a value given has another
 * shape than the first one, where a name comes again with another shape, and where `init` needs a
 * key and none is there.
 *
 * @example First value and given value
 * ```ts
 * import { constraints } from "@pyrosaur/pyrosaur/distributions";
 * import { param, substitute } from "@pyrosaur/pyrosaur/ppl";
 * import assert from "node:assert/strict";
 *
 * const guide = () => param("scale", 1, { constraint: constraints.positive });
 * assert.equal(guide().dataSync()[0], 1);
 * assert.equal(substitute(guide, { data: { scale: 2 } })().dataSync()[0], 2);
 * ```
 */
export function param(name: string, init: ParamInit, options?: ParamOptions): Tensor {
  checkOptions(`register parameter "${name}"`, options, optionNames);
  if (typeof init === "function") {
    return register(name, init as (key: Key) => Tensor, init.length > 0, undefined, options);
  }
  const first = asTensor(init);
  return register(name, () => first, false, first.shape, options);
}

/** Declares a parameter whose shape may be known before its first value is made. */
export function register(
  name: string,
  init: (key: Key) => Tensor,
  needsKey: boolean,
  shape: Shape | undefined,
  { constraint = constraints.real, eventDim }: ParamOptions = {},
  owner?: object,
): Tensor {
  if (!(constraint instanceof Constraint)) {
    throw new Error(
      `Cannot register parameter "${name}": the constraint is ${
        describeNode(constraint)
      }, expected one such as ` +
        "constraints.positive",
    );
  }
  const message = send({
    type: "param",
    name,
    init: (key) => {
      const value = init(key!);
      checkSynchronous(
        `initialise parameter "${name}": the function of its first value is synchronous`,
        value,
      );
      if (isValidationEnabled()) checkConstraint(name, value, constraint);
      return value;
    },
    needsKey,
    shape,
    constraint,
    eventDim,
    owner,
    value: undefined,
    key: undefined,
    plates: [],
    stop: false,
  });
  const { type, value, plates } = message;
  if (type === "param" && shape && plates.length === 0 && !sameShape(value.shape, shape)) {
    const [found, expected] = [formatShape(value.shape), formatShape(shape)];
    throw new Error(`Cannot use parameter "${name}": its value has shape ${found}, expected ${expected}`);
  }
  return value;
}

function checkConstraint(name: string, value: Tensor, constraint: Constraint): void {
  if (!(value instanceof tf.Tensor)) {
    throw new Error(
      `Cannot initialise parameter "${name}": its init returned ${typeof value}, expected a tensor`,
    );
  }
  const values = knownValues(value);
  const index = values && constraint.violation(values, value.shape);
  if (!index) return;
  throw new Error(
    `Cannot initialise parameter "${name}": its first value lies outside the constraint ${constraint}` +
      (index.length ? ` at ${formatShape(index)}` : ""),
  );
}
