import { activeTrace, currentGraph, withGraph } from "../../compile/internals.ts";
import { type Axes, type Graph, trace, type Traced, vmap } from "../../compile/mod.ts";
import {
  type Constraint,
  isValidationEnabled,
  type Transform,
  transformTo,
  withValidation,
} from "../../distributions/mod.ts";
import { formatShape, type Key, type Shape, type Tensor, tf } from "../../tensor/mod.ts";
import { type AnyFunction, around, type Handler, type Hooks, type ParamMessage } from "../../ppl/mod.ts";
import type { LossFunction } from "../elbo/loss.ts";
import { keysOf } from "./keys.ts";

/** A parameter that a model or a guide has. */
export interface FoundParam {
  readonly name: string;
  /** Where it was met first. */
  readonly origin: "model" | "guide";
  /** The shape of the value and of the unconstrained numbers behind it. */
  readonly shape: Shape;
  readonly unconstrainedShape: Shape;
  readonly constraint: Constraint;
}

type Found = FoundParam & { readonly value: Tensor; readonly initial: Tensor };

/** The parameters of a model, and the traced computation of their first unconstrained values. */
export interface Discovery {
  readonly params: readonly FoundParam[];
  /** From the key and the arguments to unconstrained first values by name. */
  readonly initial: Traced;
}

/** The transform from unconstrained numbers to the values of a parameter. */
export const transformOf = (constraint: Constraint): Transform => transformTo(constraint);

/**
 * Makes the first value of each parameter that comes by, from keys of its own: a parameter used
 * within a loop is then made outside of it.
 */
class Collector implements Handler {
  readonly label = "SVI";
  /** @param place where values are recorded: outside of all loops, also where a parameter is met within one */
  constructor(
    private readonly place: Graph,
    private readonly key: Key,
    private readonly origin: FoundParam["origin"],
    private readonly isValidated: boolean,
    private readonly found: Map<string, Found>,
  ) {}

  readonly process: Hooks = {
    key: (message) => {
      message.value ??= this.next();
    },
    param: (message) => {
      message.value ??= (this.found.get(message.name) ?? this.#make(message)).value;
    },
  };

  #make({ name, constraint, init }: ParamMessage): Found {
    const [value, initial] = withGraph(this.place, () => {
      // A dry run may be the first to ask; the value counts all the same.
      const first = withValidation(this.isValidated, () => init(this.next()));
      checkParam(name, first);
      return [first, transformOf(constraint).inverse(first)];
    });
    const { origin } = this, { shape } = value, unconstrainedShape = initial.shape;
    const found = { name, origin, shape, unconstrainedShape, constraint, value, initial };
    this.found.set(name, found);
    return found;
  }

  #count = 0;
  private next(): Key {
    return this.key.foldIn(this.#count++);
  }
}

function checkParam(name: string, value: Tensor): void {
  if (value.dtype !== "float32") {
    throw new Error(`Cannot train parameter "${name}": it has dtype ${value.dtype}, expected float32`);
  }
  const symbolic = activeTrace().sizes(value.shape).filter((size) => typeof size !== "number");
  if (symbolic.length > 0) {
    throw new Error(
      `Cannot train parameter "${name}": its size depends on the named axis ${
        symbolic.join(", ")
      }; parameters have fixed shapes`,
    );
  }
}

/**
 * Finds the parameters of a model and its guide by tracing the loss once, without running it; what
 * the first values do not depend on is never computed. All checks of sites, shapes, arguments and
 * observations happen here.
 *
 * @param members how many members are trained side by side, each from a key of its own: the first
 * values of all of them
 */
export function discover(
  loss: LossFunction,
  model: AnyFunction,
  guide: AnyFunction,
  key: Key,
  args: readonly unknown[],
  axes?: Axes,
  members?: number,
): Discovery {
  let params: FoundParam[] = [];
  const isValidated = isValidationEnabled();
  const firstValues = (k: Key, given: unknown[]): Record<string, Tensor> => {
    const found = new Map<string, Found>();
    const [forLoss, forGuide, forModel] = k.split(3), place = currentGraph();
    const value = loss(
      forLoss,
      around(model, () => new Collector(place, forModel, "model", isValidated, found)),
      around(guide, () => new Collector(place, forGuide, "guide", isValidated, found)),
      given,
    );
    checkLoss(value);
    params = [...found.values()].map(({ value: _value, initial: _initial, ...param }) => param);
    return Object.fromEntries([...found].map(([name, { initial }]) => [name, initial]));
  };
  const ofMember = (k: Key, given: unknown[]) => firstValues(keysOf(k)[0], given);
  const ofAll = members === undefined ? firstValues : vmap(ofMember, { inAxes: [0, null], size: members });
  const initial = trace(ofAll, [key, [...args]], axes && [null, axes]);
  return { params, initial };
}

/** Throws unless a loss gave a scalar. */
export function checkLoss(value: unknown): void {
  if (value instanceof tf.Tensor && value.size === 1) return;
  const found = value instanceof tf.Tensor ? `a tensor of shape ${formatShape(value.shape)}` : typeof value;
  throw new Error(`Cannot train: the loss returned ${found}, expected a scalar tensor`);
}
