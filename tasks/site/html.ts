import { escapeHtml } from "../../lib/plot/mod.ts";

export { escapeHtml };

/** A page of the site. */
export interface SitePage {
  /** Its file. */
  readonly path: string;
  /** Its title. */
  readonly title: string;
  /** Its contents, HTML. */
  readonly body: string;
  /** True where it has live figures. */
  readonly isLive?: boolean;
}

/** Returns a page as HTML, with links to those of the navigation. */
export function pageHtml({ path, title, body, isLive }: SitePage, navigation: readonly SitePage[]): string {
  const links = navigation.map((page) =>
    `<a href="${page.path}"${page.path === path ? ' aria-current="page"' : ""}>${escapeHtml(page.title)}</a>`
  );
  const scripts = ["vega", "vega-lite", "vega-embed", "live"].map((name) =>
    `<script defer src="assets/${name}.js"></script>`
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="assets/style.css">
${isLive ? scripts.join("\n") : ""}
</head>
<body>
<nav aria-label="Pages">${links.join("\n")}</nav>
<main>
${body}
</main>
</body>
</html>
`;
}

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
