import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { docsCommand } from "../../tasks/docs.ts";
import { page, PAGES } from "../../tasks/docs/pages.ts";
import { inTemporaryFolder } from "../temporary.ts";

Deno.test("docs builds a site whose links all lead somewhere", () =>
  inTemporaryFolder(async (folder) => {
    const out = join(folder, "site"), printed: string[] = [];
    const say = (line: string) => void printed.push(line), progress = () => assert.fail("there is no bar");
    assert.equal(await docsCommand([out], { terminal: { print: say, warn: say, progress } }), 0);
    assert.equal(printed.at(-1), join(out, "index.html"));
    const files = new Set(
      (await readdir(out, { recursive: true })).filter((path) => /\.(html|css)$/.test(path)),
    );
    for (const { path } of PAGES.values()) {
      const html = await readFile(join(out, path), "utf8");
      const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
      assert.ok(links.length > PAGES.size, path);
      for (const href of links.filter((href) => !/^(https?|data):/.test(href))) {
        const [to, anchor] = href.split("#"),
          target = to === "" ? path : relative(out, join(out, dirname(path), to));
        assert.ok(files.has(target), `${path} links to ${href}`);
        if (anchor === undefined) continue;
        assert.ok(
          (await readFile(join(out, target), "utf8")).includes(`id="${anchor}"`),
          `${path} links to ${href}`,
        );
      }
    }
    const reference = await readFile(join(out, "reference/index.html"), "utf8");
    for (const name of ["AutoNormal", "scan", "compile"]) assert.ok(reference.includes(name), name);
  }));

Deno.test("a page keeps code, gives headings anchors, and links to files without a page as code", () => {
  const html = page(
    "# A `b`\n\n[x](../lib/y.ts) [s](shapes.md#plates-own-batch-axes)\n\n```ts\na < b;\n```\n",
    "guides/extending.md",
  );
  assert.match(html, /<h1 id="a-b">A <code>b<\/code><\/h1>/);
  assert.match(html, /<code>x<\/code> <a href="shapes.html#plates-own-batch-axes">s<\/a>/);
  assert.match(html, /a &lt; b;/);
  assert.match(html, /<title>A b<\/title>/);
  assert.match(html, /href="..\/guides\/extending.html" aria-current="page"/);
});
