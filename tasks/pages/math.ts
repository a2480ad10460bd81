import temml from "temml";
import type { MarkedExtension, Tokens } from "marked";
import { escapeHtml } from "../../lib/plot/mod.ts";

/** A formula in a text: on a line of its own between `$$`, in a line between `$`. */
const DISPLAYED = /^\$\$((?:[^$\\]|\\[^])+?)\$\$/;
/** A formula in a line: no blank just inside its dollars, no digit behind, as prices have. */
const INLINE = /^\$(?![\s$])((?:[^$\\`\n]|\\[^\n])*?(?:[^\s$\\`]|\\[^\s\n]))\$(?!\d)/;

/**
 * Returns an extension of Marked that writes formulas in LaTeX, `$...$` and `$$...$$`, as MathML,
 * which browsers show without fonts or scripts. A formula that cannot be read stays as it is
 * written.
 *
 * @param warn is told of each formula that cannot be read, and why
 */
export function math(warn: (line: string) => void): MarkedExtension {
  const find = (level: "block" | "inline", name: string, opening: RegExp) => ({
    name,
    level,
    // A paragraph ends where a line begins with a formula.
    start: (source: string) => opening.exec(source)?.index,
    tokenizer(source: string): Tokens.Generic | undefined {
      const displayed = DISPLAYED.exec(source),
        found = displayed ?? (level === "inline" ? INLINE.exec(source) : null);
      return found
        ? { type: name, raw: found[0], text: found[1], isDisplayed: displayed !== null }
        : undefined;
    },
    renderer: ({ raw, text, isDisplayed }: Tokens.Generic) =>
      formulaHtml(raw, text.trim(), isDisplayed, warn),
  });
  return { extensions: [find("block", "displayedFormula", /^\$\$/m), find("inline", "formula", /\$/)] };
}

function formulaHtml(raw: string, tex: string, displayMode: boolean, warn: (line: string) => void): string {
  try {
    const html = temml.renderToString(tex, { displayMode, throwOnError: true });
    return displayMode ? `<div class="formula" tabindex="0">${html}</div>` : html;
  } catch (error) {
    const why = (error instanceof Error ? error.message : String(error)).replace(/^ParseError:\s*/, "")
      .trim();
    warn(`Cannot read the formula ${raw.replace(/\s+/g, " ")}: ${why}; it is shown as it is written`);
    return `<code>${escapeHtml(raw)}</code>`;
  }
}
