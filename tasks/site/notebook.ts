import { Marked } from "marked";
import { math } from "../pages/math.ts";
import { escapeHtml, scrolling } from "./html.ts";

/** A cell of a notebook, as its file has it. */
interface NotebookCell {
  readonly cell_type: string;
  readonly source: readonly string[] | string;
  readonly outputs?: readonly any[];
}

const textOf = (source: readonly string[] | string | undefined): string =>
  Array.isArray(source) ? source.join("") : String(source ?? "");

// deno-lint-ignore no-control-regex
const withoutColours = (text: string): string => text.replace(/\x1b\[[0-9;]*m/g, "");

/**
 * Returns a drawing of Vega as one image, which is read out by its titles: Vega's own marks have
 * roles without names.
 */
function described(svg: string): string {
  const titles = svg.matchAll(
    /class="mark-text role-(?:title-text|axis-title)"[^>]*>\s*<text[^>]*>([^<]*)</g,
  );
  const label = ["Figure", ...new Set(Array.from(titles, ([, title]) => title.replaceAll('"', "&quot;")))];
  const plain = svg.replace(/\s(?:role|aria-[a-z]+)="[^"]*"/g, "");
  return plain.replace("<svg", `<svg role="img" aria-label="${label.join("; ").replace("; ", ": ")}"`);
}

/** Returns an output, in the best form that needs no program. */
function outputHtml({ output_type, text, data, traceback }: any): string {
  if (output_type === "stream") {
    return `<pre class="output" tabindex="0">${escapeHtml(withoutColours(textOf(text)))}</pre>`;
  }
  if (output_type === "error") {
    return `<pre class="output" tabindex="0">${
      escapeHtml(withoutColours((traceback ?? []).join("\n")))
    }</pre>`;
  }
  const svg = data?.["image/svg+xml"],
    html = data?.["text/html"],
    png = data?.["image/png"],
    plain = data?.["text/plain"];
  if (svg) return `<div class="output figure">${described(textOf(svg))}</div>`;
  if (png) {
    return `<div class="output figure"><img alt="Figure of the cell above" src="data:image/png;base64,${
      textOf(png).replace(/\s/g, "")
    }"></div>`;
  }
  if (html) return `<div class="output">${scrolling(textOf(html))}</div>`;
  return plain ? `<pre class="output" tabindex="0">${escapeHtml(withoutColours(textOf(plain)))}</pre>` : "";
}

/**
 * Returns a notebook's cells as HTML.
 *
 * @param warn is told of formulas that cannot be read
 */
export function notebookHtml(text: string, warn: (line: string) => void): string {
  const marked = new Marked(math(warn), {
    renderer: {
      // Links to files of the repository lead nowhere on the site.
      link({ href, text }) {
        return /^https?:/.test(href)
          ? `<a href="${escapeHtml(href)}">${escapeHtml(text)}</a>`
          : `<code>${escapeHtml(text)}</code>`;
      },
    },
  });
  const cells: NotebookCell[] = JSON.parse(text).cells;
  return cells.map(({ cell_type, source, outputs = [] }) => {
    if (cell_type === "markdown") return marked.parse(textOf(source), { async: false });
    if (cell_type !== "code") return "";
    return `<pre class="code" tabindex="0"><code>${escapeHtml(textOf(source))}</code></pre>${
      outputs.map(outputHtml).join("")
    }`;
  }).join("\n");
}
