import type { Mark, Row } from "./encode.ts";

type Channel = Record<string, unknown> & { scale?: Record<string, unknown>; field?: unknown };

interface Part {
  readonly data?: { readonly values?: unknown };
  readonly encoding?: Record<string, Channel | undefined>;
  readonly [key: string]: unknown;
}

/** The properties of a specification that hold parts of it. */
const PARTS = ["layer", "concat", "hconcat", "vconcat", "spec"];

const isLog = (channel?: Channel): boolean => channel?.scale?.type === "log";

/**
 * Checks that a specification has no number on a logarithmic scale that is not positive: Vega would
 * draw all marks at one edge, or none, and no axis.
 *
 * @throws Error that names the channel, the field and the number.
 */
export function checkLogScales(part: Part, above: Part = {}): void {
  const data = part.data ?? above.data, encoding = { ...above.encoding, ...part.encoding };
  const inner = PARTS.flatMap((name) => part[name] ?? []) as Part[];
  for (const one of inner) checkLogScales(one, { data, encoding });
  const isWhole = inner.length > 0 || !Array.isArray(data?.values);
  if (isWhole) return;
  for (const channel of ["x", "y", "size", "color"]) {
    if (!isLog(encoding[channel])) continue;
    checkDomain(channel, encoding[channel]!.scale!.domain);
    for (const end of [encoding[channel], encoding[`${channel}2`]]) {
      if (typeof end?.field === "string") checkField(channel, end.field, data!.values as Row[]);
    }
  }
}

function checkDomain(channel: string, domain: unknown): void {
  if (!Array.isArray(domain) || !domain.some((end) => typeof end === "number" && !(end > 0))) return;
  throw new Error(
    `Cannot draw ${channel} on a logarithmic scale from ${domain.join(" to ")}: expected positive numbers`,
  );
}

function checkField(channel: string, field: string, rows: readonly Row[]): void {
  const at = rows.findIndex((row) => typeof row?.[field] === "number" && !(row[field] as number > 0));
  if (at < 0) return;
  throw new Error(
    `Cannot draw ${channel} on a logarithmic scale: found ${rows[at][field]} ("${field}" of row ${at}), ` +
      `expected positive numbers; draw it on a linear one, or leave what is not positive out as a gap ` +
      `(logY: "gaps")`,
  );
}

/** Returns a mark whose numbers of y that are not positive are gaps. */
export function withGaps(mark: Mark): Mark {
  const { data, encoding } = mark as Part, values = data?.values;
  if (!Array.isArray(values)) return mark;
  const fields = [encoding?.y?.field, encoding?.y2?.field].filter((field) =>
    typeof field === "string"
  ) as string[];
  const cut = (value: unknown) => typeof value === "number" && !(value > 0) ? null : value;
  const rows = values.map((row) => ({ ...row, ...Object.fromEntries(fields.map((f) => [f, cut(row[f])])) }));
  return { ...mark, data: { ...data, values: rows } };
}

/** Below this ratio of the largest number to the least a decade of an axis would hide them. */
const NARROW = 2;

/**
 * Returns properties of an axis and a scale of y for marks on a logarithmic scale. A scale goes
 * from one power of ten to another; of numbers that lie close together it is no wider than they,
 * and the labels have the digits that tell them apart.
 */
export function closeUp(marks: readonly Mark[]): { scale?: object; axis?: object } {
  let low = Infinity, high = 0;
  for (const { data, encoding } of marks as readonly Part[]) {
    for (const field of [encoding?.y?.field, encoding?.y2?.field]) {
      for (const row of typeof field === "string" && Array.isArray(data?.values) ? data.values : []) {
        if (!(row[field as string] > 0)) continue;
        low = Math.min(low, row[field as string]);
        high = Math.max(high, row[field as string]);
      }
    }
  }
  if (!(high > low && high < NARROW * low)) return {};
  const apart = Math.ceil(Math.log10(high / (high - low))) + 2, whole = Math.floor(Math.log10(high)) + 1;
  const digits = Math.min(Math.max(apart, whole), 17);
  return { scale: { nice: false }, axis: { format: `,.${digits}~g` } };
}

/**
 * Returns a mark whose own computed numbers fit a logarithmic scale: bars of counts begin at a
 * half, so that a count of 1 is seen, and densities that are 0 are left out.
 */
export function computedOnLog(mark: Mark): Mark {
  const { transform, encoding } = mark as { transform?: object[]; encoding: Record<string, Channel> };
  if (transform?.some((step) => "density" in step)) {
    return { ...mark, transform: [...transform, { filter: "datum.density > 0" }] };
  }
  const { y } = encoding;
  if (y?.aggregate !== "count") return mark;
  return { ...mark, encoding: { ...encoding, y: { ...y, scale: { ...y.scale, domainMin: 0.5 } } } };
}
