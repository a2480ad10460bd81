import {
  IndependentConstraint,
  IndependentTransform,
  isFixed,
  type Transform,
} from "../../distributions/mod.ts";
import { sizeOf, type Tensor, tf } from "../../tensor/mod.ts";
import { type FoundParam, transformOf } from "./discover.ts";

/** Parameters that one transform maps to their values all at once, one behind the other. */
export interface Block {
  readonly params: readonly FoundParam[];
  /** The transform of the whole block; undefined where each parameter has its own. */
  readonly transform: Transform | undefined;
  readonly size: number;
}

/** Parameters that the optimiser sees as one vector. */
export interface Pack {
  /** Its name in the training state: that of its first parameter. */
  readonly name: string;
  readonly blocks: readonly Block[];
  readonly size: number;
  /** A large parameter stays as it is, in its own shape. */
  readonly alone: boolean;
}

/** How parameters lie in the training state. */
export interface Layout {
  readonly packs: readonly Pack[];
  readonly params: ReadonlyMap<string, FoundParam>;
  /** For members trained side by side: how many. All arrays of a state then have them along a leading axis. */
  readonly members?: number;
}

// Below this size a parameter's cost is that of operations, above that of moving its numbers.
const LARGE = 16_384;

/** Whether the transform to a constraint maps number by number, the same way everywhere. */
function elementwiseKey(param: FoundParam): string | undefined {
  let { constraint } = param, transform = transformOf(constraint);
  while (constraint instanceof IndependentConstraint) constraint = constraint.base;
  while (transform instanceof IndependentTransform) transform = transform.base;
  if (!isFixed(constraint) || transform.domain.eventDim > 0 || transform.codomain.eventDim > 0) {
    return undefined;
  }
  return `${param.origin} ${constraint}`;
}

/**
 * Groups parameters: those that the optimiser treats alike become one vector, in which those with
 * the same transform lie side by side. A step of a small model costs as many operations as it has,
 * however many numbers they are on.
 */
export function layoutOf(
  params: readonly FoundParam[],
  label: (name: string) => string = () => "",
  members?: number,
): Layout {
  const packs: Pack[] = [];
  const groups = new Map<string, FoundParam[]>();
  for (const param of params) {
    if (sizeOf(param.unconstrainedShape) >= LARGE) {
      packs.push(packOf([blockOf([param], undefined)], true));
    } else {
      const name = label(param.name), group = groups.get(name);
      if (group) group.push(param);
      else groups.set(name, [param]);
    }
  }
  for (const group of groups.values()) {
    const blocks = new Map<string, FoundParam[]>();
    group.forEach((param) => {
      const key = elementwiseKey(param) ?? `own ${param.name}`, block = blocks.get(key);
      if (block) block.push(param);
      else blocks.set(key, [param]);
    });
    packs.push(packOf(
      [...blocks].map(([key, members]) =>
        blockOf(members, key.startsWith("own ") ? undefined : bare(members[0]))
      ),
      false,
    ));
  }
  return { packs, params: new Map(params.map((param) => [param.name, param])), members };
}

function bare({ constraint }: FoundParam): Transform {
  while (constraint instanceof IndependentConstraint) constraint = constraint.base;
  return transformOf(constraint);
}

const blockOf = (params: FoundParam[], transform: Transform | undefined): Block => ({
  params,
  transform,
  size: params.reduce((n, p) => n + sizeOf(p.unconstrainedShape), 0),
});
const packOf = (blocks: Block[], alone: boolean): Pack => ({
  name: blocks[0].params[0].name,
  blocks,
  size: blocks.reduce((n, b) => n + b.size, 0),
  alone,
});

/** The blocks of all packs as tensors, from the packs by name. */
export function blocksOf({ packs }: Layout, values: Record<string, Tensor>): Tensor[][] {
  return packs.map(({ name, blocks, alone }) =>
    alone || blocks.length === 1 ? [values[name]] : tf.split(values[name], blocks.map((b) => b.size), 0)
  );
}

/** The packs by name from their blocks. */
export function joinBlocks({ packs }: Layout, blocks: Tensor[][]): Record<string, Tensor> {
  return Object.fromEntries(
    packs.map(({ name }, i) => [name, blocks[i].length === 1 ? blocks[i][0] : tf.concat(blocks[i], 0)]),
  );
}

/** A parameter's tensor; `isConstrained` where the block's transform has been applied. */
export interface Piece {
  readonly value: Tensor;
  readonly isConstrained: boolean;
}

/** Each parameter's piece of the blocks. */
export function piecesOf({ packs }: Layout, blocks: Tensor[][]): Map<string, Piece> {
  const pieces = new Map<string, Piece>();
  packs.forEach((pack, i) =>
    pack.blocks.forEach(({ params, transform, size }, j) => {
      const whole = transform ? transform.forward(blocks[i][j]) : blocks[i][j];
      const sizes = params.map((p) => sizeOf(p.unconstrainedShape));
      const parts = params.length === 1 || size === 0 ? [whole] : tf.split(whole, sizes, 0);
      params.forEach(({ name, unconstrainedShape }, k) =>
        pieces.set(name, {
          value: pack.alone ? parts[k] : parts[k].reshape(unconstrainedShape),
          isConstrained: transform !== undefined,
        })
      );
    })
  );
  return pieces;
}
