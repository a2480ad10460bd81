import type { Mark, Row } from "./encode.ts";

/** Marks that join neighbours, and what shows a row without any. */
const ALONE: Readonly<Record<string, object>> = {
  line: { type: "point", filled: true, size: 24 },
  area: { type: "rule" },
};

/** Returns the rows of which neither neighbour (in the same group) can be joined to them. */
function loneRows(rows: readonly Row[], fields: readonly string[]): Row[] {
  const groups = new Map<unknown, Row[]>();
  for (const row of rows) groups.get(row.by)?.push(row) ?? groups.set(row.by, [row]);
  const isThere = (row?: Row) => row !== undefined && fields.every((field) => row[field] !== null);
  return [...groups.values()].flatMap((group) =>
    group.filter((row, i) => isThere(row) && !isThere(group[i - 1]) && !isThere(group[i + 1]))
  );
}

/**
 * Returns a mark, and behind a line or an area with gaps a second one for the points that stand
 * alone between them: a line through one point is not drawn.
 */
export function withLonePoints(mark: Mark): Mark[] {
  const { data, mark: look, encoding } = mark as {
    data?: { values?: unknown };
    mark?: { type?: string; color?: string; opacity?: number };
    encoding?: Record<string, { field?: string }>;
  };
  const alone = Object.hasOwn(ALONE, look?.type ?? "") ? ALONE[look!.type!] : undefined;
  if (!alone || !Array.isArray(data?.values) || mark.transform) return [mark];
  const fields = ["x", "y", "x2", "y2"].flatMap((channel) => encoding?.[channel]?.field ?? []);
  const values = loneRows(data.values, fields), { order: _order, ...rest } = encoding!;
  if (values.length === 0) return [mark];
  const { color, opacity } = look!;
  const drawn = {
    ...alone,
    ...(color !== undefined && { color }),
    ...(opacity !== undefined && { opacity }),
  };
  return [mark, { data: { values }, mark: drawn, encoding: rest }];
}
