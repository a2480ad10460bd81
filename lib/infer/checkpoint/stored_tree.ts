import { encodeSafetensors, type HostArray, isHostArray } from "../../tensor/mod.ts";
import { sha256 } from "../../system/mod.ts";

/** Puts the arrays of a tree aside by name, and returns it with the names in their places. */
export function store(tree: unknown, path: string, tensors: Record<string, HostArray>): unknown {
  if (isHostArray(tree)) {
    // A name with a slash can make a path that another has.
    let own = path;
    while (Object.hasOwn(tensors, own)) own += "'";
    tensors[own] = tree;
    return { array: own };
  }
  if (Array.isArray(tree)) return { list: tree.map((item, i) => store(item, `${path}/${i}`, tensors)) };
  if (typeof tree === "object" && tree !== null && !ArrayBuffer.isView(tree)) {
    return {
      record: Object.fromEntries(
        Object.entries(tree).map(([name, item]) => [name, store(item, `${path}/${name}`, tensors)]),
      ),
    };
  }
  return { value: tree ?? null };
}

/** Puts the arrays back into a tree that `store` returned. */
export function restore(stored: any, tensors: Readonly<Record<string, HostArray>>): unknown {
  if ("array" in stored) return tensors[stored.array];
  if ("list" in stored) return stored.list.map((item: unknown) => restore(item, tensors));
  if ("record" in stored) {
    return Object.fromEntries(
      Object.entries(stored.record).map(([name, item]) => [name, restore(item, tensors)]),
    );
  }
  return stored.value;
}

/** Returns the sha256 of everything but itself. */
export async function digest(
  tensors: Readonly<Record<string, HostArray>>,
  metadata: Readonly<Record<string, string>>,
): Promise<string> {
  const { sha256: _own, ...rest } = metadata;
  const sorted = Object.fromEntries(Object.keys(rest).sort().map((name) => [name, rest[name]]));
  return await sha256(encodeSafetensors({ tensors, metadata: sorted }));
}
