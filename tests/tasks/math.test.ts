import assert from "node:assert/strict";
import { Marked } from "marked";
import { math } from "../../tasks/pages/math.ts";
import { notebookHtml } from "../../tasks/site/notebook.ts";

const shown = (text: string): { html: string; warned: string[] } => {
  const warned: string[] = [], marked = new Marked(math((line) => void warned.push(line)));
  return { html: marked.parse(text, { async: false }), warned };
};

Deno.test("formulas of a text are MathML: in a line, and on lines of their own", () => {
  const { html, warned } = shown(
    "The rate $\\lambda_1$ and $a * b$ and *more*:\n\n$$\\frac{1}{2}\n\\sum_i x_i$$\n\nEnd.",
  );
  assert.match(html, /rate <math><msub><mi>λ<\/mi><mn>1<\/mn><\/msub><\/math> and <math>/);
  assert.match(html, /<em>more<\/em>/);
  assert.match(
    html,
    /<div class="formula" tabindex="0"><math display="block"[^]*<mfrac>[^]*<\/math><\/div>\s*<p>End/,
  );
  assert.deepEqual([html.match(/<math/g)?.length, html.includes("$"), warned], [3, false, []]);
});

Deno.test("dollars of prices, of code and behind a backslash are no formulas", () => {
  const text = "From $5 to $10, `$x$`, \\$y\\$, 3 $ and $ 4.\n\n```sh\necho $HOME $PATH\n```";
  const { html, warned } = shown(text);
  assert.ok(!html.includes("<math"), html);
  for (const part of ["$5 to $10", "<code>$x$</code>", "$y$", "3 $ and $ 4", "echo $HOME $PATH"]) {
    assert.ok(html.includes(part), part);
  }
  assert.deepEqual(warned, []);
});

Deno.test("a formula that cannot be read is shown as it is written, and named", () => {
  const { html, warned } = shown("Here $\\frac{a}{<b>$ ends.");
  assert.ok(html.includes("Here <code>$\\frac{a}{&lt;b&gt;$</code> ends"), html);
  assert.equal(warned.length, 1);
  assert.match(warned[0], /^Cannot read the formula \$\\frac\{a\}\{<b>\$: Unexpected end of input/);
});

Deno.test("all formulas of the notebooks can be read", async () => {
  const folder = new URL("../../notebooks/", import.meta.url), warned: string[] = [];
  let count = 0;
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.endsWith(".ipynb")) continue;
    const text = await Deno.readTextFile(new URL(name, folder));
    const html = notebookHtml(text, (line) => void warned.push(`${name}: ${line}`));
    const prose = html.replace(/<(pre|code|svg|style|script)\b[^]*?<\/\1>/g, "");
    assert.ok(!/\$[^$\n]*\\[a-z]+[^$\n]*\$/.test(prose), `${name} has LaTeX in its text`);
    count += prose.match(/<math/g)?.length ?? 0;
  }
  assert.deepEqual(warned, []);
  assert.ok(count > 15, `${count} formulas`);
});
