import { checkOptions, groupBy, type OptionNames } from "../../system/mod.ts";
import type { RelatedSite } from "./relations.ts";

/** Options of a drawing of a model. */
export interface RenderOptions {
  /** Lists the sites' distributions and, with `parameters`, constraints (default false). */
  distributions?: boolean;
  /** Draws parameters (default false). */
  parameters?: boolean;
}

const optionNames: OptionNames<RenderOptions> = { distributions: true, parameters: true };

const quote = (text: string): string => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;

const styles: Record<RelatedSite["kind"], string> = {
  latent: "shape=ellipse, style=filled, fillcolor=white",
  observed: "shape=ellipse, style=filled, fillcolor=gray",
  deterministic: "shape=ellipse, style=dashed",
  param: "shape=plain",
};

/** Writes the sites of a model as a graph in Graphviz's DOT language. */
export function toDot(
  sites: readonly RelatedSite[],
  options?: RenderOptions,
): string {
  checkOptions("draw a model", options, optionNames);
  const { distributions = false, parameters = false } = options ?? {};
  const shown = sites.filter((s) => parameters || s.kind !== "param");
  const lines = ["digraph {"];
  writeBoxes(shown, 0, "  ", lines);
  const names = new Set(shown.map((s) => s.name));
  for (const { name, parents } of shown) {
    for (const parent of parents) if (names.has(parent)) lines.push(`  ${quote(parent)} -> ${quote(name)};`);
  }
  if (distributions) {
    const rows = shown.flatMap((s) =>
      s.distribution ? [`${s.name} ~ ${s.distribution}`] : s.constraint ? [`${s.name} : ${s.constraint}`] : []
    );
    const text = rows.map((row) => quote(row).slice(1, -1) + "\\l").join("");
    lines.push(`  "distributions" [label="${text}", shape=plaintext, fontsize=10];`);
  }
  lines.push("}");
  return lines.join("\n") + "\n";
}

/** Writes the nodes at one depth of boxes, then each box within. */
function writeBoxes(sites: readonly RelatedSite[], depth: number, indent: string, lines: string[]): void {
  for (const { name, kind, boxes } of sites) {
    if (boxes.length === depth) {
      lines.push(`${indent}${quote(name)} [label=${quote(name)}, ${styles[kind]}];`);
    }
  }
  const inside = groupBy(sites.filter((s) => s.boxes.length > depth), (s) => s.boxes[depth].id);
  for (const [id, members] of inside) {
    lines.push(`${indent}subgraph ${quote(`cluster_${id}`)} {`);
    lines.push(`${indent}  label=${quote(members[0].boxes[depth].label)}; labeljust=r; labelloc=b;`);
    writeBoxes(members, depth + 1, `${indent}  `, lines);
    lines.push(`${indent}}`);
  }
}
