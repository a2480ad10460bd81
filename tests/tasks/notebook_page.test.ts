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

Deno.test("figures of notebooks are images with their titles, and what scrolls can be reached by keys", () => {
  const mark = '<g class="mark-line" role="graphics-symbol" aria-roledescription="line mark container"/>';
  const title = (kind: string, text: string) =>
    `<g class="mark-text role-${kind}" aria-hidden="true"><text x="1">${text}</text></g>`;
  const svg = `<svg class="marks">${title("title-text", "Loss")}${title("axis-title", "step")}${
    title("axis-title", "step")
  }${mark}</svg>`;
  const outputs = [
    { output_type: "display_data", data: { "image/svg+xml": svg } },
    { output_type: "stream", text: ["a\n", "b"] },
    { output_type: "execute_result", data: { "text/plain": "1" } },
    { output_type: "display_data", data: { "image/png": "AA==" } },
  ];
  const cells = [{ cell_type: "code", source: "1", outputs }];
  const html = notebookHtml(JSON.stringify({ cells }), assert.fail);
  assert.ok(html.includes('<svg role="img" aria-label="Figure: Loss; step" class="marks">'), html);
  assert.ok(!html.includes("graphics-symbol") && !html.includes("aria-roledescription"));
  assert.equal(html.match(/<pre class="output" tabindex="0">/g)?.length, 2);
  assert.ok(html.includes('<img alt="Figure of the cell above"'));
});
