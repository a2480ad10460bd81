import { activeTrace } from "../../compile/internals.ts";
import { type Tensor, tooLarge } from "../../tensor/mod.ts";

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
  const reason = tooLarge(value.shape);
  if (reason) throw new Error(`Cannot train parameter "${name}": ${reason}`);
}
