import { type AnyFunction, around, type Handler, type Hooks } from "../../ppl/mod.ts";
import type { Key, Tensor } from "../../tensor/mod.ts";
import type { LossFunction } from "../elbo/loss.ts";
import { transformOf } from "./discover.ts";
import { type Layout, type Piece, piecesOf } from "./layout.ts";

/** Gives parameters their values. */
class Values implements Handler {
  readonly label = "SVI";
  readonly #values = new Map<string, Tensor>();
  constructor(private readonly pieces: ReadonlyMap<string, Piece>) {}

  readonly process: Hooks = {
    param: (message) => {
      const { name, constraint } = message;
      let value = this.#values.get(name);
      if (!value) {
        const piece = this.pieces.get(name);
        if (!piece) {
          throw new Error(
            `Cannot train parameter "${name}": it was not there when the state was made; a model has the same ` +
              "parameters at every call",
          );
        }
        value = piece.isConstrained ? piece.value : transformOf(constraint).forward(piece.value);
        this.#values.set(name, value);
      }
      message.value = value;
    },
  };
}

/** The loss at the values that blocks of unconstrained parameters stand for. */
export function objective(
  loss: LossFunction,
  model: AnyFunction,
  guide: AnyFunction,
  layout: Layout,
): (blocks: Tensor[][], key: Key, args: readonly unknown[]) => Tensor {
  return (blocks, key, args) => {
    const values = new Values(piecesOf(layout, blocks));
    return loss(key, around(model, () => values), around(guide, () => values), args).reshape([]);
  };
}
