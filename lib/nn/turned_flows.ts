import { Permute, type Transform } from "../distributions/mod.ts";

/** The networks of flows, and the flows. */
interface FlowParts<Network> {
  /** Makes the network of flow `i` for vectors of a size. */
  network(size: number, i: number): Network;
  /** Makes a flow from its network. */
  flow(network: Network, size: number, i: number): Transform;
}

/**
 * Returns the flows of a guide by the size of its vector, with the order of the numbers turned
 * round between two of them. The networks of a size are made once.
 *
 * @throws Error for a number of flows that is no positive integer.
 */
export function turnedFlows<Network>(
  guide: string,
  numFlows: number,
  { network, flow }: FlowParts<Network>,
): (size: number) => Transform[] {
  if (!(Number.isSafeInteger(numFlows) && numFlows > 0)) {
    throw new Error(`Cannot make ${guide}: numFlows is ${numFlows}, expected a positive integer`);
  }
  const networks = new Map<number, Network[]>();
  const networksOf = (size: number): Network[] => {
    const all = networks.get(size) ?? Array.from({ length: numFlows }, (_, i) => network(size, i));
    networks.set(size, all);
    return all;
  };
  return (size) => {
    const reversed = Array.from({ length: size }, (_, k) => size - 1 - k);
    return networksOf(size).flatMap((own, i) =>
      i === 0 ? [flow(own, size, i)] : [new Permute(reversed), flow(own, size, i)]
    );
  };
}
