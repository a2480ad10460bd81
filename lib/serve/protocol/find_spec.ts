import { closest } from "../../system/mod.ts";
import type { ModelSpec, TensorSpec } from "./datatypes.ts";
import { refuse, shown } from "./serve_error.ts";

/** Returns a model's input or output of a name. Throws ServeError, with those there are. */
export function findSpec(kind: "input" | "output", name: unknown, model: ModelSpec): TensorSpec {
  const specs = model[`${kind}s`], names = specs.map((spec) => spec.name);
  return specs.find((spec) => spec.name === name) ??
    refuse(
      `the model "${model.name}" has no ${kind} ${shown(name)}${
        closest(String(name).slice(0, 100), names)
      }, it has ` +
        (names.join(", ") || "none"),
    );
}
