import { checkOptions, type OptionNames } from "../system/mod.ts";
import { Figure } from "./figure.ts";
import type { Mark } from "./encode.ts";
import { closeUp, computedOnLog, withGaps } from "./log_scale.ts";
import { withLonePoints } from "./lone_points.ts";

/** Options of a chart's axes. */
export interface AxisOptions {
  /** The title of x, with its unit. */
  readonly x?: string;
  /** The title of y, with its unit. */
  readonly y?: string;
  /**
   * Draws y on a logarithmic scale (default false). Numbers that are not positive are refused; with
   * "gaps" they are left out, as those that are not finite.
   */
  readonly logY?: boolean | "gaps";
  /** The part of x that is shown (default: all). */
  readonly xDomain?: readonly [number, number];
  /** The part of y that is shown (default: all). */
  readonly yDomain?: readonly [number, number];
}

const axisNames: OptionNames<AxisOptions> = { x: true, y: true, logY: true, xDomain: true, yDomain: true };

/** Texts and size of a figure. */
export interface ChartOptions extends AxisOptions {
  /** The title. */
  readonly title?: string;
  /** A line below it. */
  readonly subtitle?: string;
  /** Width of the plane (of each, where there are several) in pixels. Default 320. */
  readonly width?: number;
  /** Height likewise. Default 220. */
  readonly height?: number;
  /** Stamps the figure: its data are simulated (default false). */
  readonly simulated?: boolean;
}

/** The names of the options of a chart. */
export const chartNames: OptionNames<ChartOptions> = {
  ...axisNames,
  title: true,
  subtitle: true,
  width: true,
  height: true,
  simulated: true,
};

/** The colour of the stamp on figures of simulated data. */
const STAMP = "#b00020";

const CONFIG = {
  // A label for every mark would be a third of the file; the title says what the figure is.
  aria: false,
  legend: { labelLimit: 0 },
  view: { stroke: "#ddd" },
  axis: { grid: true, gridColor: "#eee" },
  range: { category: ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"] },
  title: { anchor: "start" },
};

/** Returns the title block, with the stamp of simulated data, or nothing. */
function maybeTitle({ title, subtitle, simulated }: ChartOptions): Record<string, unknown> {
  const below = [subtitle, simulated ? "Simulated data" : undefined].filter((text) => text !== undefined);
  // A subtitle below an empty title would not be drawn.
  if (title === undefined) {
    return below.length > 0 ? { title: { text: below, ...(simulated && { color: STAMP }) } } : {};
  }
  return {
    title: {
      text: title,
      ...(below.length > 0 && { subtitle: below }),
      ...(simulated && { subtitleColor: STAMP }),
    },
  };
}

type Channel = Record<string, unknown> & { scale?: object; axis?: object };

/** Properties of an axis and its scale, added to a channel's own. */
interface Amendment {
  readonly title?: string;
  readonly scale?: object;
  readonly axis?: object;
}

/** Rejects an end of an axis that is not finite, and an axis of no length. */
function checkDomain(name: string, domain?: readonly [number, number]): void {
  if (domain && !(domain.every(Number.isFinite) && domain[0] !== domain[1])) {
    throw new Error(`Cannot draw ${name} from ${domain.join(" to ")}: expected two different finite numbers`);
  }
}

/** Returns a mark with the axes' titles and scales put into its encoding. */
function amended(mark: Mark, amendments: Record<"x" | "y", Amendment>, clip: boolean): Mark {
  const encoding = { ...(mark.encoding as Record<string, Channel>) };
  for (const [name, { title, scale, axis }] of Object.entries(amendments)) {
    const channel = encoding[name];
    if (!channel) continue;
    encoding[name] = {
      ...channel,
      title: title ?? null,
      scale: { ...channel.scale, ...scale },
      ...(axis && { axis: { ...channel.axis, ...axis } }),
    };
  }
  return { ...mark, encoding, ...(clip && { mark: { ...(mark.mark as object), clip: true } }) };
}

/** Returns the layers of a plane: its marks, with what its axes add to them. */
function layers(marks: readonly Mark[], { x, y, logY, xDomain, yDomain }: AxisOptions): Mark[] {
  checkDomain("x", xDomain);
  checkDomain("y", yDomain);
  const fitting = marks.map((mark) => logY ? computedOnLog(logY === "gaps" ? withGaps(mark) : mark) : mark);
  const near = logY && !yDomain ? closeUp(fitting) : {};
  const amendments = {
    x: { title: x, scale: xDomain && { domain: xDomain } },
    y: {
      title: y,
      scale: { ...(logY && { type: "log" }), ...near.scale, ...(yDomain && { domain: yDomain }) },
      axis: near.axis,
    },
  };
  return fitting.flatMap(withLonePoints).map((mark) =>
    amended(mark, amendments, Boolean(xDomain || yDomain))
  );
}

/** Returns a plane with marks in it, a part of a specification. */
export const plane = (marks: readonly Mark[], { width = 320, height = 220, ...axes }: ChartOptions) => ({
  width,
  height,
  layer: layers(marks, axes),
});

/**
 * Returns a figure of one plane with marks in it, the last one on top.
 *
 * @example A line above dots
 * ```ts
 * import { chart, line, points } from "@pyrosaur/pyrosaur/plot";
 * import assert from "node:assert/strict";
 *
 * const x = [1, 2, 3], y = [2, 4, 5];
 * const marks = [points({ x, y }), line({ x, y: [2, 3.5, 5] })];
 * const figure = chart(marks, { title: "A fit", x: "time", y: "value" });
 * assert.match(await figure.toSVG(), /^<svg[^]*A fit/);
 * ```
 */
export function chart(marks: readonly Mark[], options: ChartOptions = {}): Figure {
  checkOptions("draw a chart", options, chartNames);
  if (marks.length === 0) throw new Error("Cannot draw a chart: it has no marks");
  return arranged(plane(marks, options), options);
}

/** Returns a figure of planes in some arrangement. */
export const arranged = (planes: object, options: ChartOptions): Figure =>
  new Figure({ ...maybeTitle(options), ...planes, config: CONFIG });

/** The arrangement of several planes in a figure. */
export interface FacetOptions extends ChartOptions {
  /** Number of planes side by side (default: all). */
  readonly columns?: number;
  /** Axes of planes that differ from the others', by the plane's name. */
  readonly axes?: Readonly<Record<string, AxisOptions>>;
}

const facetNames: OptionNames<FacetOptions> = { ...chartNames, columns: true, axes: true };

/** Returns a figure of several planes by name, with the options' axes or those in `axes`. */
export function facets(
  planes: Readonly<Record<string, readonly Mark[]>>,
  options: FacetOptions = {},
): Figure {
  checkOptions("draw facets", options, facetNames);
  for (const [name, axes] of Object.entries(options.axes ?? {})) {
    checkOptions(`draw the plane "${name}"`, axes, axisNames);
  }
  const names = Object.keys(planes);
  if (names.length === 0) throw new Error("Cannot draw facets: there are no planes");
  const concat = names.map((name) => ({
    title: name,
    ...plane(planes[name], { ...options, ...options.axes?.[name] }),
  }));
  return arranged({ concat, columns: options.columns ?? names.length }, options);
}
