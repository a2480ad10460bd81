import { Call } from "../../ops/call.ts";
import { tensorOf, valueOf } from "../../trace/tensors.ts";
import { derivative } from "../backprop.ts";

// The primitive's own rule, in tensor operations.
derivative(
  Call,
  ({ inputs, outputs: [out], attrs: { primitive } }, [d]) =>
    d ? primitive.vjp(tensorOf(d), tensorOf(out), ...inputs.map(tensorOf)).map((t) => t && valueOf(t)) : [],
);
