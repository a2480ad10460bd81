import { ownValue } from "../system/mod.ts";
import { formatShape } from "./shape.ts";
import { bytesOf, isRecord } from "./tree.ts";

/** The first place at which two trees differ, and what each has there. */
export interface TreeDifference {
  /** The path, as in `[0].weight`; empty where the trees differ as wholes. */
  readonly path: string;
  /** The node of the tree that is looked at. */
  readonly found: unknown;
  /** The node of the tree that it is held against. */
  readonly before: unknown;
}

/**
 * Finds the first place at which two trees differ in structure, in a value that is no leaf, or in
 * leaves that are not alike; undefined where they line up.
 *
 * @param areAlike compares two leaves (default: all are alike); it is also given what `beside`, a
 * third tree that follows the others as far as it goes, has at their place
 */
export function treeDifference<L>(
  found: unknown,
  before: unknown,
  isLeaf: (value: unknown) => value is L,
  areAlike: (found: L, before: L, beside: any) => boolean = () => true,
  beside?: unknown,
): TreeDifference | undefined {
  const walk = (a: unknown, b: unknown, c: any, path: string): TreeDifference | undefined => {
    const differ = { path, found: a, before: b };
    if (isLeaf(a) && isLeaf(b)) return areAlike(a, b, c) ? undefined : differ;
    if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b)) return bytesOf(a) === bytesOf(b) ? undefined : differ;
    const areLists = Array.isArray(a) && Array.isArray(b);
    const areRecords = !isLeaf(a) && !isLeaf(b) && isRecord(a) && isRecord(b);
    if (!areLists && !areRecords) return Object.is(a ?? undefined, b ?? undefined) ? undefined : differ;
    const [p, q] = [a, b] as unknown as Record<string, unknown>[];
    for (const name of Object.keys({ ...q, ...p })) {
      const at = areLists ? `${path}[${name}]` : path ? `${path}.${name}` : name;
      const inside = walk(ownValue(p, name), ownValue(q, name), c && ownValue(c, name), at);
      if (inside) return inside;
    }
    return undefined;
  };
  return walk(found, before, beside, "");
}

/** Writes a node of a tree for messages: `a tensor of shape [3]`, `0`, `nothing`. */
export function describeNode(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (typeof value === "function") return `a function${value.name && ` ${value.name}`}`;
  if (typeof value !== "object") return typeof value === "string" ? JSON.stringify(value) : String(value);
  if ("shape" in value && Array.isArray(value.shape)) return `a tensor of shape ${formatShape(value.shape)}`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return isRecord(value)
    ? `a record of ${Object.keys(value).join(", ") || "nothing"}`
    : `an object of class ${value.constructor?.name}`;
}
