import { formatShape } from "../../tensor/mod.ts";
import type { Distribution } from "../distribution.ts";

/** Throws unless a distribution, from which another one is made, is one of numbers. */
export function checkOfNumbers(family: string, { name, eventShape }: Distribution): void {
  if (eventShape.length === 0) return;
  throw new Error(
    `Cannot make ${family}: found ${name} with event shape ${
      formatShape(eventShape)
    }, expected a distribution ` +
      "of numbers",
  );
}
