import type { Primitive } from "../../tensor/mod.ts";
import type { Op } from "../ir/graph.ts";

/**
 * One application of a primitive. The body says what it computes; the derivative is the primitive's
 * own rule. Calls are opened up (`passes/inline.ts`) after differentiation.
 */
export const Call: Op<{ primitive: Primitive }> = { name: "Call" };
