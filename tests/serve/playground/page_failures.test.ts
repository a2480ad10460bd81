import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { writeModels } from "../../../lib/serve/mod.ts";
import { rows } from "../served.ts";
import { compose, composed, testPage } from "./page_tests.ts";

const notice = async (page: Page): Promise<string> => {
  await page.getByRole("alert").waitFor();
  return (await page.locator("#notice-text").textContent())!;
};

const other = await Deno.makeTempDir({ prefix: "pyrosaur-" });
await writeModels(other, [rows()]);
const refused = await Deno.makeTempDir({ prefix: "pyrosaur-" });
await writeModels(refused, [rows("dmm_transition"), rows("dmm_emitter")]);
Deno.test.afterAll(async () => {
  for (const folder of [other, refused]) await Deno.remove(folder, { recursive: true });
});

testPage(
  "a repository without the model gives a page that says so, and looks again",
  async ({ page, open }) => {
    await open();
    assert.match(
      await notice(page),
      /^This repository has no Deep Markov Model.*“deno task export dmm” puts one into it\.$/,
    );
    assert.ok(!await page.locator("#composer").isVisible() && !await page.locator("#map").isVisible());
    await Deno.remove(`${other}/rows`, { recursive: true });
    await Deno.remove(other);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText(/^The server cannot give the list of models: .*there is no such folder\.$/)
      .waitFor();
    await Deno.mkdir(other);
  },
  { repository: other },
);

testPage("a model that cannot be read, loaded or run is named, with the reason", async ({ page, open }) => {
  await open();
  assert.match(await notice(page), /^The model dmm_transition does not tell its first state, z_0\.$/);
  await Deno.writeTextFile(`${refused}/dmm_emitter/1/model.onnx`, "damaged");
  await open("#again");
  await page.reload();
  assert.match(
    await notice(page),
    /^The server cannot give the model dmm_emitter: .*version 1 is no ONNX model\.$/,
  );
  await Deno.writeTextFile(`${refused}/dmm_emitter/config.pbtxt`, "name: [");
  await page.reload();
  assert.match(
    await notice(page),
    /^The model dmm_emitter of the repository cannot be read: Cannot read .*config\.pbtxt/,
  );
  assert.ok(!await page.locator("#composer").isVisible());
}, { repository: refused });

testPage(
  "a repository without the guide composes, and offers no openings",
  async ({ page, open, repository }) => {
    await open("#bars=8&opening=old-hundredth");
    await composed(page);
    assert.ok(await page.getByLabel("Begin with").isVisible());
    const away = `${repository}/.guide`;
    await Deno.rename(`${repository}/dmm_guide`, away);
    try {
      await page.reload();
      await composed(page);
      assert.match((await page.locator("#status").textContent())!, /^32 beats composed/);
      assert.ok(!await page.getByLabel("Begin with").isVisible());
      assert.ok(!await page.getByLabel("or with a MIDI file of yours").isVisible());
    } finally {
      await Deno.rename(away, `${repository}/dmm_guide`);
    }
  },
);

testPage("a browser without WebAssembly is told that it needs it", async ({ page, open }) => {
  await open();
  assert.match(
    await notice(page),
    /This browser has no WebAssembly, which the models run in\. Another one will do\.$/,
  );
}, { before: "delete globalThis.WebAssembly" });

testPage(
  "a server that is gone is told, and what was loaded goes on to work",
  async ({ page, open, endServer }) => {
    await open("#bars=8");
    await composed(page);
    await endServer();
    await page.getByLabel("Seed", { exact: true }).fill("9");
    await compose(page);
    await page.getByLabel("Begin with").selectOption({ index: 1 });
    await page.getByRole("button", { name: "Compose" }).click();
    assert.match(
      await notice(page),
      /^The server does not answer: it may have ended\. It was asked for the model dmm_guide\.$/,
    );
    assert.equal(await page.locator("#status").textContent(), "Nothing was composed");
    await page.getByLabel("Begin with").selectOption({ index: 0 });
    await page.getByRole("button", { name: "Try again" }).click();
    await composed(page);
    assert.ok(!await page.getByRole("alert").isVisible());
  },
);

testPage("a server with a token asks for it, until it is right", async ({ page, open }) => {
  await open("#bars=8");
  const field = page.getByLabel("This server asks for its token");
  await field.fill("wrong");
  await page.keyboard.press("Enter");
  await page.getByText("The token is not the server's").waitFor();
  await field.fill("secret");
  await page.getByRole("button", { name: "Open" }).click();
  await composed(page);
  assert.ok(!await field.isVisible());
}, { token: "secret" });

testPage(
  "the policy holds: no script of a text runs, and nothing is asked or loaded from elsewhere",
  async ({ page, open }) => {
    await open("#bars=8");
    const server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {} },
      () => new Response("elsewhere", { headers: { "access-control-allow-origin": "*" } }),
    );
    try {
      const elsewhere = `http://127.0.0.1:${server.addr.port}/`;
      const tried = await page.evaluate(async (elsewhere) => {
        const violated: string[] = [];
        addEventListener("securitypolicyviolation", (event) => violated.push(event.effectiveDirective));
        const script = document.createElement("script");
        script.textContent = "globalThis.isRun = true";
        document.body.append(script);
        const button = document.createElement("button");
        button.setAttribute("onclick", "globalThis.isRun = true");
        document.body.append(button);
        button.click();
        const image = new Image();
        image.src = `${elsewhere}image.png`;
        const fetched = await fetch(elsewhere).then(() => true, () => false);
        const other = await import(`${elsewhere}module.js`).then(() => true, () => false);
        await new Promise((resolve) => setTimeout(resolve, 50));
        return { isRun: "isRun" in globalThis, fetched, other, violated: [...new Set(violated)].sort() };
      }, elsewhere);
      assert.deepEqual(tried, {
        isRun: false,
        fetched: false,
        other: false,
        violated: ["connect-src", "img-src", "script-src-attr", "script-src-elem"],
      });
    } finally {
      await server.shutdown();
    }
  },
);
