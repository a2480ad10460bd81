/** A part of a Vega-Lite specification. */
type Spec = Readonly<Record<string, any>>;

const isLine = (mark: unknown): boolean => ["line", "area", "trail"].includes(typeOf(mark));

const typeOf = (mark: any): string => typeof mark === "string" ? mark : mark?.type ?? "";

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);

/** Returns the channels of a view: its own, and those of the views around it. */
const channelsOf = ({ encoding }: Spec, outer: Spec): Spec => ({ ...outer, ...encoding });

/** Returns the lines of a view: the rows of each colour, or another channel that parts them. */
function seriesOf(rows: readonly Spec[], encoding: Spec): Spec[][] {
  const parts = ["color", "detail", "strokeDash", "stroke", "opacity", "shape", "row", "column", "facet"];
  const fields = parts.flatMap((channel) =>
    [encoding[channel] ?? []].flat().map(({ field }: Spec) => field ?? "")
  );
  const series = new Map<string, Spec[]>();
  for (const row of rows) {
    const key = JSON.stringify(fields.map((field) => row[field]));
    series.set(key, [...series.get(key) ?? [], row]);
  }
  return [...series.values()];
}

/** Returns the faults of one view. */
function viewFaults({ mark, transform }: Spec, encoding: Spec, rows: readonly Spec[] | undefined): string[] {
  const faults: string[] = [], type = typeOf(mark);
  if (["errorband", "errorbar"].includes(type) && mark?.extent === "ci") {
    faults.push(`an ${type} with extent "ci" is another picture at each drawing`);
  }
  // What a transform makes of the rows is not known here.
  if (!rows || transform) return faults;
  for (const [channel, { field, scale, aggregate }] of Object.entries<Spec>(encoding)) {
    if (scale?.type !== "log" || field === undefined || aggregate) continue;
    const worst = rows.map((row) => row[field]).find((value) => isNumber(value) && value <= 0);
    if (worst !== undefined) {
      faults.push(`${field} has ${worst} on the log scale of ${channel}, which puts every point at 0`);
    }
  }
  const { x, y } = encoding, hasPoints = mark?.point === true || typeof mark?.point === "object";
  if (isLine(mark) && !hasPoints && x?.field && y?.field && !y.aggregate && !x.aggregate) {
    for (const series of seriesOf(rows, encoding)) {
      const drawn = series.map((row) => isNumber(row[y.field]));
      const lone = drawn.some((isThere, i) => isThere && drawn.length > 1 && !drawn[i - 1] && !drawn[i + 1]);
      if (lone) faults.push(`a value of ${y.field} between two that are missing is not drawn by a ${type}`);
    }
  }
  return faults;
}

/**
 * Returns the faults of a figure that Vega passes over without an error: a number that is not above
 * 0 on a log scale, a lone value of a line between missing ones, and an error band that is drawn by
 * chance.
 */
export function figureFaults(spec: Spec, outer: Spec = {}, data?: readonly Spec[]): string[] {
  const rows = spec.data === undefined ? data : spec.data?.values, encoding = channelsOf(spec, outer);
  const inner = ["layer", "concat", "hconcat", "vconcat"].flatMap((name) => spec[name] ?? []);
  const parts = spec.spec ? [...inner, spec.spec] : inner;
  if (parts.length === 0) return viewFaults(spec, encoding, rows);
  const all = parts.flatMap((part: Spec) => figureFaults(part, encoding, spec.transform ? undefined : rows));
  return [...new Set(all)];
}
