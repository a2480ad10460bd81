import {
  formatShape,
  type HostArray,
  isHostArray,
  isTensor,
  mapTree,
  sizeOf,
  type Tensor,
} from "../../tensor/mod.ts";
import type { Layout, Pack } from "./layout.ts";

type Floats = Float32ArrayConstructor | Float64ArrayConstructor;

const paramsOf = (pack: Pack) => pack.blocks.flatMap((block) => block.params);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype &&
  !isHostArray(value);

/** A shape with the members in front, where there are any. */
export const withMembers = ({ members }: Layout, shape: readonly number[]): number[] =>
  members === undefined ? shape.slice() : [members, ...shape];

/** Arrays by parameter as arrays by pack. */
export function packValues(
  layout: Layout,
  values: Record<string, HostArray>,
  Floats: Floats,
): Record<string, HostArray> {
  const { packs, members = 1 } = layout;
  return Object.fromEntries(packs.map((pack) => {
    const data = new Floats(members * pack.size);
    let begin = 0;
    for (const { name, unconstrainedShape } of paramsOf(pack)) {
      const size = sizeOf(unconstrainedShape), source = values[name].data;
      for (let m = 0; m < members; m++) {
        data.set(source.subarray(m * size, (m + 1) * size), m * pack.size + begin);
      }
      begin += size;
    }
    const shape = pack.alone ? paramsOf(pack)[0].unconstrainedShape : [pack.size];
    return [pack.name, { data, shape: withMembers(layout, shape) }];
  }));
}

/** Arrays by pack as arrays by parameter: copies. */
export function unpackValues(
  layout: Layout,
  values: Record<string, HostArray>,
): Record<string, HostArray> {
  const { packs, members = 1 } = layout;
  return Object.fromEntries(packs.flatMap((pack) => {
    const source = values[pack.name].data;
    let begin = 0;
    return paramsOf(pack).map(({ name, unconstrainedShape }) => {
      const size = sizeOf(unconstrainedShape), data = source.slice(0, members * size);
      for (let m = 0; m < members; m++) {
        const at = m * pack.size + begin;
        data.set(source.subarray(at, at + size), m * size);
      }
      begin += size;
      return [name, { data, shape: withMembers(layout, unconstrainedShape) }];
    });
  }));
}

/** A tree of an optimiser's arrays with every record by pack made one by parameter; other arrays are copied. */
export function unpackSlots(layout: Layout, slots: unknown): unknown {
  const packs = new Map(layout.packs.map((pack) => [pack.name, pack])), { members = 1 } = layout;
  const walk = (value: unknown): unknown => {
    if (isHostArray(value)) return { data: value.data.slice(), shape: value.shape.slice() };
    if (Array.isArray(value)) return value.map(walk);
    if (!isRecord(value)) return value;
    const names = Object.keys(value);
    const mirrors = names.length > 0 && names.every((name) => {
      const pack = packs.get(name), array = value[name];
      return pack !== undefined && isHostArray(array) && array.data.length === members * pack.size;
    });
    if (!mirrors) return Object.fromEntries(names.map((name) => [name, walk(value[name])]));
    return unpackValues(
      { ...layout, packs: names.map((name) => packs.get(name)!) },
      value as Record<string, HostArray>,
    );
  };
  return walk(slots);
}

/**
 * The opposite of `unpackSlots`: arrays by parameter are put together as the like tree has them.
 * @throws Error where the tree is not that of this optimiser on these parameters.
 */
export function packSlots(layout: Layout, slots: unknown, like: unknown, Floats: Floats): unknown {
  const packs = new Map(layout.packs.map((pack) => [pack.name, pack])), { members = 1 } = layout;
  const fail = (path: string, expected: string): never => {
    throw new Error(
      `Cannot resume: the optimiser's state ${
        path ? `at ${path} ` : ""
      }is not that of this optimiser and these parameters, ` +
        `expected ${expected}; resume with the optimiser it was saved from`,
    );
  };
  const walk = (given: unknown, model: unknown, path: string): unknown => {
    if (isHostArray(model)) {
      if (!isHostArray(given) || given.shape.join() !== model.shape.join()) {
        return fail(path, `an array of shape ${formatShape(model.shape)}`);
      }
      return { data: Floats.from(given.data), shape: model.shape.slice() };
    }
    if (Array.isArray(model)) {
      if (!Array.isArray(given) || given.length !== model.length) {
        return fail(path, `a list of ${model.length}`);
      }
      return model.map((m, i) => walk(given[i], m, `${path}[${i}]`));
    }
    if (!isRecord(model)) return model;
    if (!isRecord(given)) return fail(path, `a record of ${Object.keys(model).join(", ")}`);
    const names = Object.keys(model);
    const mirrors = names.length > 0 && names.every((name) => {
      const pack = packs.get(name), array = model[name];
      return pack !== undefined && isHostArray(array) && array.data.length === members * pack.size;
    });
    if (mirrors) {
      const wanted = names.map((name) => packs.get(name)!);
      for (const param of wanted.flatMap(paramsOf)) {
        const array = given[param.name];
        if (!isHostArray(array) || array.data.length !== members * sizeOf(param.unconstrainedShape)) {
          const shape = withMembers(layout, param.unconstrainedShape);
          return fail(path, `an array of shape ${formatShape(shape)} for parameter "${param.name}"`);
        }
      }
      return packValues({ ...layout, packs: wanted }, given as Record<string, HostArray>, Floats);
    }
    if (Object.keys(given).sort().join() !== names.sort().join()) {
      return fail(path, names.length === 0 ? "nothing" : names.join(", "));
    }
    return Object.fromEntries(
      names.map((name) => [name, walk(given[name], model[name], path ? `${path}.${name}` : name)]),
    );
  };
  return walk(slots, like, "");
}

/** A tree of eager tensors as one of arrays. */
export function toArrays(tree: unknown, Floats: Floats): unknown {
  return mapTree(tree, isTensor, (t: Tensor) => ({
    data: Floats.from(t.dataSync() as Float32Array),
    shape: t.shape.slice(),
  }));
}
