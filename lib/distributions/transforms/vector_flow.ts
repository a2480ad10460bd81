import { asTensor, formatShape, tryBroadcastShapes } from "../../tensor/mod.ts";
import type { Shape, Tensor, TensorLike } from "../../tensor/mod.ts";
import { Flow } from "./flow.ts";
import { unfit } from "./transform.ts";

/** A flow over vectors, whose parameters may have a batch; each becomes a field of its name. */
export abstract class VectorFlow extends Flow {
  private readonly shapes: readonly Shape[];

  /**
   * Checks the parameters.
   * @param vectors those of shape [..., D]
   * @param columns numbers, or of shape [..., 1]
   * @throws Error where the vectors have no axis or differ in their last one, and where a column
   * has more than one entry on its last axis.
   */
  constructor(vectors: Readonly<Record<string, TensorLike>>, columns: Readonly<Record<string, TensorLike>>) {
    super();
    const parameters: [string, Tensor][] = Object.entries({ ...vectors, ...columns })
      .map(([name, value]) => [name, asTensor(value)]);
    Object.assign(this, Object.fromEntries(parameters));
    this.shapes = parameters.map(([, { shape }]) => shape);
    const refuse = (problem: string): never => {
      throw new Error(`Cannot make ${this.name}: ${problem}`);
    };
    const [[first]] = parameters, [shape] = this.shapes;
    for (const [name, value] of parameters) {
      const found = `${name} has shape ${formatShape(value.shape)}`, size = value.shape.at(-1);
      if (name in columns) {
        if ((size ?? 1) !== 1) refuse(`${found}, expected a number or 1 on its last axis`);
      } else if (size === undefined) refuse(`${name} is a number, expected a vector`);
      else if (size !== shape.at(-1)) {
        refuse(`${first} has shape ${formatShape(shape)}, ${found}; expected equal last axes`);
      }
    }
  }

  /**
   * The shape of y from that of x: what x and the parameters broadcast to.
   * @throws Error where they do not, and where x is no vector of their size.
   */
  override forwardShape(shape: Shape): Shape {
    const fits = shape.length > 0 && shape.at(-1) === this.shapes[0].at(-1);
    return (fits ? tryBroadcastShapes(shape, ...this.shapes) : undefined) ??
      unfit(this.name, shape, `its parameters have shapes ${this.shapes.map(formatShape).join(" and ")}`);
  }
}
