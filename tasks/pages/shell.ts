import { readFile } from "node:fs/promises";
import { escapeHtml } from "../../lib/plot/mod.ts";

/** A link of the navigation that all pages of a site have. */
export interface PageLink {
  /** The file it leads to, from the root of the site. */
  readonly path: string;
  /** Its text. */
  readonly label: string;
}

/** The parts of a page. */
export interface PageParts {
  /** Its file, from the root of the site. */
  readonly path: string;
  /** Its title. */
  readonly title: string;
  /** Its contents, HTML. */
  readonly body: string;
  /** The file of the style, from the root of the site. */
  readonly style: string;
  /** The links to the other pages. */
  readonly navigation: readonly PageLink[];
  /** Scripts, from the root of the site (default: none). */
  readonly scripts?: readonly string[];
}

/** Returns a page of a static site, which works from a folder, too: all its links are relative. */
export function shellHtml({ path, title, body, style, navigation, scripts = [] }: PageParts): string {
  const up = "../".repeat(path.split("/").length - 1);
  const links = navigation.map((link) =>
    `<a href="${up}${link.path}"${link.path === path ? ' aria-current="page"' : ""}>${
      escapeHtml(link.label)
    }</a>`
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${up}${style}">
${scripts.map((script) => `<script defer src="${up}${script}"></script>`).join("\n")}
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

/**
 * Reads the style of all sites, and after it one of a site's own.
 *
 * @param own its file (default: none)
 */
export async function styleSheet(own?: URL): Promise<string> {
  const files = [new URL("style.css", import.meta.url), ...own ? [own] : []];
  return (await Promise.all(files.map((file) => readFile(file, "utf8")))).join("\n");
}
