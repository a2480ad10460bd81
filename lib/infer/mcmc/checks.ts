import { type AnyFunction, around, type PlateMessage } from "../../ppl/mod.ts";

/**
 * Returns a model that throws at a plate that takes part of its members by chance: the density of a
 * chain must be the same at every step.
 *
 * @param user the algorithm, for messages
 */
export function withoutChance(model: AnyFunction, user: string): AnyFunction {
  const plate = ({ name, size, subsampleSize, subsample }: PlateMessage): void => {
    if (subsampleSize === size || subsample?.given) return;
    throw new Error(
      `Cannot use ${user}: plate "${name}" takes ${subsampleSize} of its ${size} members by chance, and a chain ` +
        "needs the same density at every step; let the plate take all of them, or give it a subsample",
    );
  };
  return around(model, () => ({ label: "check of plates", postprocess: { plate } }));
}
