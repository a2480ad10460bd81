import { posix } from "node:path";
import GithubSlugger from "github-slugger";
import { Marked, type Tokens } from "marked";
import { escapeHtml } from "../../lib/plot/mod.ts";
import { type PageLink, shellHtml } from "../pages/shell.ts";

/** The Markdown files of the site by their paths in the repository, and the page of each. */
export const PAGES: ReadonlyMap<string, PageLink> = new Map([
  ["README.md", { path: "index.html", label: "Pyrosaur" }],
  ["guides/from_pyro.md", { path: "guides/from_pyro.html", label: "From Pyro" }],
  ["guides/shapes.md", { path: "guides/shapes.html", label: "Shapes" }],
  ["guides/time_series.md", { path: "guides/time_series.html", label: "Time series" }],
  ["guides/extending.md", { path: "guides/extending.html", label: "Extending" }],
  ["guides/performance.md", { path: "guides/performance.html", label: "Performance" }],
  ["FEATURES.md", { path: "features.html", label: "Features" }],
  ["ARCHITECTURE.md", { path: "architecture.html", label: "Architecture" }],
]);

/** The folder of the reference that Deno's documentation generator writes. */
export const REFERENCE = "reference";

const isElsewhere = (href: string): boolean => /^[a-z]+:/.test(href);

/** Returns where a link of a Markdown file leads on the site; undefined for files that it lacks. */
function linkOnSite(href: string, file: string): string | undefined {
  if (isElsewhere(href) || href.startsWith("#")) return href;
  const [path, hash] = href.split("#"), target = PAGES.get(posix.join(posix.dirname(file), path));
  if (!target) return undefined;
  const from = posix.dirname(PAGES.get(file)!.path), relative = posix.relative(from, target.path);
  return hash === undefined ? relative : `${relative}#${hash}`;
}

/** Renders Markdown: headings have GitHub's anchors, links to files that have no page are code. */
function body(text: string, file: string): string {
  const slugger = new GithubSlugger();
  const renderer = {
    heading(this: any, { tokens, depth, text }: Tokens.Heading): string {
      const id = slugger.slug(text.replace(/[`*]/g, ""));
      return `<h${depth} id="${id}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
    },
    link(this: any, { href, tokens }: Tokens.Link): string {
      const inner = this.parser.parseInline(tokens), on = linkOnSite(href, file);
      return on === undefined ? `<code>${inner}</code>` : `<a href="${escapeHtml(on)}">${inner}</a>`;
    },
    // Pictures of the repository are not part of the site; their texts are.
    image({ text }: Tokens.Image): string {
      return `<em>${escapeHtml(text)}</em>`;
    },
  };
  return new Marked({ renderer }).parse(text, { async: false });
}

/** Renders a Markdown file of the repository as a page of the site. */
export function page(text: string, file: string): string {
  const title = (/^# (.*)$/m.exec(text)?.[1] ?? "Pyrosaur").replace(/`/g, "");
  const navigation = [...PAGES.values(), { path: `${REFERENCE}/index.html`, label: "Reference" }];
  return shellHtml({
    ...{ path: PAGES.get(file)!.path, title, body: body(text, file) },
    ...{ style: "style.css", navigation },
  });
}
