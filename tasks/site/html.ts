import { escapeHtml } from "../../lib/plot/mod.ts";

export { escapeHtml };

/** Returns something wide, which scrolls within the page. */
export const scrolling = (html: string): string => `<div class="scroll" tabindex="0">${html}</div>`;

/** Returns a table; its cells are HTML. */
export function tableHtml(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (tag: string, cells: readonly string[]) =>
    `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join("")}</tr>`;
  return scrolling(
    `<table><thead>${line("th", head)}</thead><tbody>${
      rows.map((row) => line("td", row)).join("\n")
    }</tbody></table>`,
  );
}

/** A value at a commit. */
export interface Point {
  /** The value; null where it was not finite. */
  readonly value: number | null;
  /** Its label. */
  readonly label: string;
}

const WIDTH = 120, HEIGHT = 24, EDGE = 3;

/** Returns a small drawing of a course: a point a value, the last one filled. */
export function sparkline(points: readonly Point[], title: string): string {
  const values = points.flatMap(({ value }) => value === null ? [] : [value]);
  const low = Math.min(...values), span = Math.max(...values) - low || 1;
  const at = (value: number, i: number) =>
    [
      EDGE + (WIDTH - 2 * EDGE) * (points.length > 1 ? i / (points.length - 1) : 1),
      HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (values.length > 1 ? (value - low) / span : 0.5),
    ].map((x) => x.toFixed(1));
  const places = points.map(({ value }, i) => value === null ? undefined : at(value, i));
  const path = places.map((place, i) =>
    place ? `${i > 0 && places[i - 1] ? "L" : "M"}${place.join(" ")}` : ""
  ).join("");
  const dots = places.map((place, i) =>
    place
      ? `<circle cx="${place[0]}" cy="${place[1]}" r="${i === points.length - 1 ? 2.5 : 1.5}"><title>${
        escapeHtml(points[i].label)
      }</title></circle>`
      : ""
  );
  return `<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${
    escapeHtml(title)
  }"><path d="${path}"/>${dots.join("")}</svg>`;
}

/** Returns the drawing of a course, and its values to be opened. */
export function courseHtml(points: readonly Point[], title: string): string {
  const values = points.map(({ label }) => escapeHtml(label)).join("<br>");
  return `${
    sparkline(points, title)
  }<details><summary>${points.length} versions</summary>${values}</details>`;
}
