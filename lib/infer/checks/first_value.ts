import { activeTrace } from "../../compile/internals.ts";
import type { Tensor } from "../../tensor/mod.ts";

/**
 * Throws for a first value, in a trace, that no parameter can have: no floats, or of no fixed
 * shape.
 */
export function checkFirstValue(name: string, value: Tensor): void {
  if (value.dtype !== "float32") {
    throw new Error(`Cannot train parameter "${name}": it has dtype ${value.dtype}, expected float32`);
  }
  const symbolic = activeTrace().sizes(value.shape).filter((size) => typeof size !== "number");
  if (symbolic.length > 0) {
    throw new Error(
      `Cannot train parameter "${name}": its size depends on the named axis ${symbolic.join(", ")}; ` +
        "parameters have fixed shapes",
    );
  }
}
