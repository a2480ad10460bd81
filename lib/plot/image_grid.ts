import { checkOptions, type OptionNames } from "../system/mod.ts";
import { type ChartOptions, facets } from "./chart.ts";
import type { Mark } from "./encode.ts";
import type { Figure } from "./figure.ts";

/** Images of one size: the pixels of each row by row, from 0 (paper) to 1 (ink). */
export type Images = readonly ArrayLike<number>[];

/** Texts and size of a grid of images. */
export interface ImageGridOptions extends Pick<ChartOptions, "title" | "subtitle" | "simulated"> {
  /** Number of planes side by side (default 1). */
  readonly columns?: number;
  /** Number of images side by side in a plane (default 10). */
  readonly across?: number;
  /** Pixels of an image from left to right (default: as many as from top to bottom). */
  readonly width?: number;
  /** Size of a pixel in the figure (default 2). */
  readonly scale?: number;
}

const optionNames: OptionNames<ImageGridOptions> = {
  title: true,
  subtitle: true,
  simulated: true,
  columns: true,
  across: true,
  width: true,
  scale: true,
};

/** The number of shades of ink: neighbours that are at least as dark are drawn as one. */
const SHADES = 6;

/** Empty pixels between two images. */
const GAP = 2;

/**
 * Draws images as grids, several of them by name: no picture of pixels, but shapes, which every
 * viewer of SVG shows.
 *
 * @throws Error for planes without images, images of different sizes, and pixels outside [0, 1].
 *
 * @example A slash and its mirror image
 * ```ts
 * import { imageGrid } from "@pyrosaur/pyrosaur/plot";
 * import assert from "node:assert/strict";
 *
 * const slashes = [[0, 1, 1, 0], [1, 0, 0, 1]];
 * const figure = imageGrid({ slashes }, { title: "Two images", scale: 8 });
 * assert.match(await figure.toSVG(), /^<svg[^]*Two images/);
 * ```
 */
export function imageGrid(planes: Readonly<Record<string, Images>>, options: ImageGridOptions = {}): Figure {
  checkOptions("draw images", options, optionNames);
  const { across = 10, columns = 1, scale = 2, width = undefined, ...texts } = options;
  const names = Object.keys(planes), size = planes[names[0]]?.[0]?.length ?? 0;
  const wide = width ?? Math.round(Math.sqrt(size)), high = size / wide;
  const empty = names.length === 0 || names.some((name) => planes[name].length === 0);
  if (empty) throw new Error("Cannot draw images: there are none, expected some in each plane");
  if (!Number.isInteger(high)) {
    throw new Error(
      `Cannot draw images: found ${size} pixels, expected whole rows of ${wide}; give options.width`,
    );
  }
  const most = Math.max(...names.map((name) => planes[name].length)), side = Math.min(across, most);
  const [right, bottom] = [side * (wide + GAP), Math.ceil(most / side) * (high + GAP)];
  const marks = names.map((name) => [name, shadesOf(name, planes[name], { wide, high, side, scale })]);
  return facets(Object.fromEntries(marks), {
    ...texts,
    columns,
    width: scale * right,
    height: scale * bottom,
    xDomain: [0, right],
    yDomain: [bottom, 0],
  });
}

/** Returns a layer for each shade, the lightest below: all that is at least as dark. */
function shadesOf(
  name: string,
  images: Images,
  { wide, high, side, scale }: { wide: number; high: number; side: number; scale: number },
): Mark[] {
  const paths = Array.from({ length: SHADES }, () => "");
  images.forEach((image, i) => {
    if (image.length !== wide * high) {
      throw new Error(
        `Cannot draw images of "${name}": image ${i} has ${image.length} pixels, expected ${wide * high}`,
      );
    }
    const left = (i % side) * (wide + GAP) + GAP / 2, top = Math.floor(i / side) * (high + GAP) + GAP / 2;
    for (let y = 0; y < high; y++) {
      const row = Array.from({ length: wide }, (_, x) => shadeOf(image[y * wide + x], name, i));
      for (let shade = 1; shade <= SHADES; shade++) {
        for (const [from, to] of runs(row, shade)) {
          paths[shade - 1] += `M${left + from} ${top + y}h${to - from}v1h${from - to}z`;
        }
      }
    }
  });
  const values = paths.map((path, i) => ({ path, ink: inkOf(i + 1), x: 0, y: 0 })).filter(({ path }) => path);
  const place = { type: "quantitative", axis: null };
  return [{
    data: { values },
    // A symbol's path is scaled by half the root of its size.
    mark: { type: "point", filled: true, opacity: 1, strokeWidth: 0, size: 4 * scale * scale },
    encoding: {
      x: { field: "x", ...place },
      y: { field: "y", ...place },
      shape: { field: "path", type: "nominal", scale: null, legend: null },
      color: { field: "ink", type: "nominal", scale: null, legend: null },
    },
  }];
}

function shadeOf(value: number, name: string, index: number): number {
  if (value >= 0 && value <= 1) return Math.round(value * SHADES);
  throw new Error(
    `Cannot draw images of "${name}": image ${index} has the pixel ${value}, expected numbers from 0 to 1`,
  );
}

/** Returns the stretches of a row that are at least as dark as a shade. */
function* runs(row: readonly number[], shade: number): Generator<[from: number, to: number]> {
  let from = -1;
  for (let x = 0; x <= row.length; x++) {
    const dark = row[x] >= shade;
    if (dark && from < 0) from = x;
    if (!dark && from >= 0) {
      yield [from, x];
      from = -1;
    }
  }
}

/** The grey of a shade. */
function inkOf(shade: number): string {
  const level = Math.round(255 * (1 - shade / SHADES)).toString(16).padStart(2, "0");
  return `#${level.repeat(3)}`;
}
