import { checkOptions, type OptionNames } from "../system/mod.ts";
import { rounded } from "./digits.ts";

/** Numbers of one variable, in any array type. */
export type Values = ArrayLike<number>;

/** A name for a whole mark, or one for each value, which the colour and the legend distinguish. */
export type Group = string | readonly string[];

/** A layer of a chart: part of a Vega-Lite specification. */
export type Mark = Readonly<Record<string, unknown>>;

/** Options of any mark. */
export interface MarkOptions {
  /** Groups told apart by colour. Default: none, and no legend. */
  readonly by?: Group;
  /** From 0 (invisible) to 1. */
  readonly opacity?: number;
  /** A colour of its own, for a mark without groups. */
  readonly color?: string;
}

const optionNames: OptionNames<MarkOptions> = { by: true, opacity: true, color: true };

/** A datum of a mark. */
export type Row = Record<string, number | string | null>;

/** Returns rows from columns, with the group of each. Throws where lengths differ. */
export function rows(mark: string, columns: Record<string, Values>, by?: Group): Row[] {
  const lengths = Object.entries(columns).map(([name, values]) => [name, values.length] as const);
  if (Array.isArray(by)) lengths.push(["by", by.length]);
  const [[, length]] = lengths, odd = lengths.find(([, n]) => n !== length);
  if (odd) {
    throw new Error(
      `Cannot draw ${mark}: ${lengths[0][0]} has ${length} values, but ${odd[0]} has ${odd[1]}`,
    );
  }
  const kept = Object.entries(columns).map(([name, values]) => [name, rounded(values)] as const);
  return Array.from({ length }, (_, i) => {
    const row: Row = {};
    for (const [name, values] of kept) row[name] = values[i];
    if (by !== undefined) row.by = typeof by === "string" ? by : by[i];
    return row;
  });
}

/** Returns a channel that shows numbers; its axis need not begin at 0. */
export const quantitative = (field: string): Record<string, unknown> => ({
  field,
  type: "quantitative",
  scale: { zero: false },
});

/** The colours of more groups than the seven that figures have colours for. */
const MANY = [
  ...["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#999999", "#882255"],
  ...["#5d3a9b", "#8c6d31", "#aad400"],
];

/** Returns the scale of the colours of groups, where there are many. */
function colors(by: Group): object {
  return typeof by !== "string" && new Set(by).size > 7 ? { scale: { range: MANY } } : {};
}

/** Returns a mark with the look that its options fix, and a colour for each of its groups. */
export const styled = (
  layer: Mark & { readonly mark: object; readonly encoding: object },
  options: MarkOptions,
): Mark => {
  checkOptions("draw a mark", options, optionNames);
  const { by, opacity, color } = options;
  return {
    ...layer,
    mark: { ...layer.mark, ...(opacity !== undefined && { opacity }), ...(color !== undefined && { color }) },
    encoding: {
      ...layer.encoding,
      ...(by !== undefined && { color: { field: "by", type: "nominal", title: null, ...colors(by) } }),
    },
  };
};
