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

/** A mark that shows each row by itself. */
const isPoint = (mark: unknown): boolean => ["point", "circle", "square", "rule"].includes(typeOf(mark));

const placeOf = (row: Spec, { x, y }: Spec): string => JSON.stringify([row[x?.field], row[y?.field]]);

/** Returns the places at which layers show each row by itself. */
function pointsIn(layers: readonly Spec[], outer: Spec, data: readonly Spec[] | undefined): Set<string> {
  const shown = layers.filter(({ mark, transform }) => isPoint(mark) && !transform);
  return new Set(shown.flatMap((layer) => {
    const encoding = channelsOf(layer, outer), rows: readonly Spec[] = layer.data?.values ?? data ?? [];
    return rows.map((row) => placeOf(row, encoding));
  }));
}

/** Returns the faults of one view; `points` are the places that layers beside it show. */
function viewFaults(
  { mark, transform }: Spec,
  encoding: Spec,
  rows: readonly Spec[] | undefined,
  points: ReadonlySet<string>,
): string[] {
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
      const lone = series.filter((_, i) => drawn[i] && drawn.length > 1 && !drawn[i - 1] && !drawn[i + 1]);
      if (lone.some((row) => !points.has(placeOf(row, encoding)))) {
        faults.push(`a value of ${y.field} between two that are missing is not drawn by a ${type}`);
      }
    }
  }
  return faults;
}

/**
 * Returns the faults of a figure that Vega passes over without an error: a number that is not above
 * 0 on a log scale, a lone value of a line between missing ones, and an error band that is drawn by
 * chance.
 */
export function figureFaults(spec: Spec): string[] {
  return [...new Set(faultsOf(spec, {}, undefined, new Set()))];
}

/** Returns the faults of a part, with the channels, rows and points of what is around it. */
function faultsOf(
  spec: Spec,
  outer: Spec,
  data: readonly Spec[] | undefined,
  points: ReadonlySet<string>,
): string[] {
  const rows = spec.data === undefined ? data : spec.data?.values, encoding = channelsOf(spec, outer);
  const inner = ["layer", "concat", "hconcat", "vconcat"].flatMap((name) => spec[name] ?? []);
  const parts = spec.spec ? [...inner, spec.spec] : inner;
  if (parts.length === 0) return viewFaults(spec, encoding, rows, points);
  const known = spec.transform ? undefined : rows;
  const near = spec.layer ? pointsIn(spec.layer, encoding, known) : points;
  return parts.flatMap((part: Spec) => faultsOf(part, encoding, known, near));
}
