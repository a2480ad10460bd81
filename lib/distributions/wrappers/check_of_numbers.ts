import { describeNode, formatShape, type Tensor, tf } from "../../tensor/mod.ts";
import { Distribution } from "../distribution.ts";

/** Throws unless what another distribution is made from is one. */
export function checkDistribution(family: string, base: unknown): asserts base is Distribution {
  if (base instanceof Distribution) return;
  throw new Error(
    `Cannot make ${family}: found ${describeNode(base)}, expected a distribution, such as new Normal(0, 1)`,
  );
}

/** Throws unless a distribution, from which another one is made, is one of numbers. */
export function checkOfNumbers(family: string, base: Distribution): void {
  checkDistribution(family, base);
  const { name, eventShape } = base;
  if (eventShape.length === 0) return;
  throw new Error(
    `Cannot make ${family}: found ${name} with event shape ${
      formatShape(eventShape)
    }, expected a distribution ` +
      "of numbers",
  );
}

/** Throws unless a mask is a tensor; `act` says what for. */
export function checkMask(act: string, mask: unknown): asserts mask is Tensor {
  if (mask instanceof tf.Tensor) return;
  throw new Error(
    `Cannot ${act}: found ${describeNode(mask)}, expected a mask, as tf.tensor([true, false], [2], "bool")`,
  );
}

/** Throws unless all components have one event shape. */
export function checkEvents(family: string, components: readonly Distribution[]): void {
  const [first, other] = new Set(components.map(({ eventShape }) => formatShape(eventShape)));
  if (other === undefined) return;
  throw new Error(
    `Cannot make ${family}: found components with the event shapes ${first} and ${other}, expected one shape`,
  );
}
