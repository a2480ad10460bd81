import { CovarianceEstimator } from "./covariance_estimator.ts";
import { DenseMetric } from "./dense_metric.ts";
import { DiagonalMetric, type Metric } from "./metric.ts";
import { type Estimator, VarianceEstimator } from "./welford.ts";

/** Numbers of a vector with a mass matrix of their own. */
interface Block {
  readonly indices: readonly number[];
  readonly metric: Metric;
  readonly estimator: Estimator;
  readonly from: Float64Array;
  readonly to: Float64Array;
}

/** A mass matrix and the estimate of its inverse. */
export interface Mass {
  readonly metric: Metric;
  readonly estimator: Estimator;
}

/**
 * Makes a mass matrix: diagonal but for blocks of numbers that have all their correlations.
 *
 * @param size the length of a vector
 * @param dense the indices of each such block
 */
export function makeMass(size: number, dense: readonly (readonly number[])[]): Mass {
  if (dense.length === 0) return { metric: new DiagonalMetric(size), estimator: new VarianceEstimator(size) };
  if (dense.length === 1 && dense[0].length === size && dense[0].every((i, at) => i === at)) {
    return { metric: new DenseMetric(size), estimator: new CovarianceEstimator(size) };
  }
  const taken = new Set(dense.flat());
  const rest = Array.from({ length: size }, (_, i) => i).filter((i) => !taken.has(i));
  const block = (indices: readonly number[], isDense: boolean): Block => {
    const n = indices.length, [from, to] = [new Float64Array(n), new Float64Array(n)];
    const { metric, estimator } = isDense
      ? { metric: new DenseMetric(n), estimator: new CovarianceEstimator(n) }
      : { metric: new DiagonalMetric(n), estimator: new VarianceEstimator(n) };
    return { indices, metric, estimator, from, to };
  };
  const blocks = [
    ...dense.map((indices) => block(indices, true)),
    ...rest.length ? [block(rest, false)] : [],
  ];
  return { metric: new BlockMetric(blocks), estimator: new BlockEstimator(blocks) };
}

/** Returns the identity in the form of a mass matrix's inverse. */
export const identity = (size: number, dense: readonly (readonly number[])[]): Float64Array =>
  makeMass(size, dense).metric.inverse.slice();

const gather = ({ indices, from }: Block, vector: Float64Array): void => {
  for (let i = 0; i < from.length; i++) from[i] = vector[indices[i]];
};
const scatter = ({ indices }: Block, numbers: Float64Array, vector: Float64Array): void => {
  for (let i = 0; i < numbers.length; i++) vector[indices[i]] = numbers[i];
};

/** Arrays of blocks one behind the other, as one. */
const together = (parts: readonly Float64Array[]): Float64Array => {
  const all = new Float64Array(parts.reduce((n, { length }) => n + length, 0));
  let at = 0;
  for (const part of parts) all.set(part, (at += part.length) - part.length);
  return all;
};

/** Calls a function with each block's part of such an array. */
function each(
  blocks: readonly Block[],
  lengthOf: (block: Block) => number,
  all: Float64Array,
  use: (block: Block, part: Float64Array) => void,
): void {
  let at = 0;
  for (const block of blocks) use(block, all.subarray(at, at += lengthOf(block)));
}

/** A mass matrix in blocks. */
class BlockMetric implements Metric {
  constructor(private readonly blocks: readonly Block[]) {}

  get inverse(): Float64Array {
    return together(this.blocks.map(({ metric }) => metric.inverse));
  }

  set(inverse: Float64Array): void {
    each(this.blocks, (b) => b.metric.inverse.length, inverse, ({ metric }, part) => metric.set(part));
  }

  velocity(momentum: Float64Array, out: Float64Array): void {
    for (const block of this.blocks) {
      gather(block, momentum);
      block.metric.velocity(block.from, block.to);
      scatter(block, block.to, out);
    }
  }

  momentum(normals: Float64Array): void {
    for (const block of this.blocks) {
      gather(block, normals);
      block.metric.momentum(block.from);
      scatter(block, block.from, normals);
    }
  }
}

/** The estimate of a mass matrix in blocks. */
class BlockEstimator implements Estimator {
  constructor(private readonly blocks: readonly Block[]) {}

  get count(): number {
    return this.blocks[0].estimator.count;
  }

  get memory(): Float64Array {
    return together(this.blocks.map(({ estimator }) => estimator.memory));
  }

  add(draw: Float64Array): void {
    for (const block of this.blocks) {
      gather(block, draw);
      block.estimator.add(block.from);
    }
  }

  estimate(): Float64Array {
    return together(this.blocks.map(({ estimator }) => estimator.estimate()));
  }

  reset(): void {
    for (const { estimator } of this.blocks) estimator.reset();
  }

  restore(count: number, memory: Float64Array): void {
    const lengthOf = ({ estimator }: Block) => estimator.memory.length;
    each(this.blocks, lengthOf, memory, ({ estimator }, part) => estimator.restore(count, part));
  }
}
