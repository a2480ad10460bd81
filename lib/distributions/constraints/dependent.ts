import { Constraint } from "./constraint.ts";

class Dependent extends Constraint {
  readonly name: string = "dependent";
  constructor(override readonly eventDim: number, override readonly isDiscrete: boolean) {
    super();
  }
  violation(): undefined {
    return undefined;
  }
}

/** A support that only the parameters of a distribution determine, so that nothing can be checked. */
export function dependent(eventDim = 0, isDiscrete = false): Constraint {
  return new Dependent(eventDim, isDiscrete);
}
