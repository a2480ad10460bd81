/** Chromium, for tests of the page: Debian's, driven by playwright-core. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { chromiumProgram, launchChromium } from "../../../tasks/screenshot/chromium.ts";
import { openPlayground, type PlaygroundOptions } from "../../../lib/serve/mod.ts";

const program = chromiumProgram();

/** What a test's name says where there is no browser. */
export const lacking: string = program ? "" : ": skipped, there is no /usr/bin/chromium";

let browser: Promise<Browser> | undefined;

/** Ends the browser. */
export async function closeBrowser(): Promise<void> {
  await (await browser)?.close();
}

/** A page of the playground in the browser. */
export interface Opened {
  readonly page: Page;
  /** The repository's folder. */
  readonly repository: string;
  /** The server's address, with a slash at its end. */
  readonly address: string;
  /** What the browser complained of: errors of scripts, in the console, and of its policy. */
  readonly complaints: string[];
  /** The addresses of all requests. */
  readonly requests: string[];
  /** Ends the server. */
  endServer(): Promise<void>;
  /** Opens the page, with settings behind `#`, and waits until it is ready. */
  open(settings?: string): Promise<void>;
}

/** Options of `withPage`. */
export interface PageOptions extends BrowserContextOptions, Pick<PlaygroundOptions, "token"> {
  /** Runs in the browser before the page's own scripts. */
  before?: string;
}

/** Runs `body` with the playground of a repository in a browser. */
export async function withPage(
  repository: string,
  body: (opened: Opened) => Promise<void>,
  { before, token, ...options }: PageOptions = {},
): Promise<void> {
  browser ??= launchChromium(program!);
  const playground = openPlayground(repository, { token });
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => playground.handle(request) ?? new Response("There is nothing", { status: 404 }),
  );
  const context = await (await browser).newContext(options);
  try {
    const page = await context.newPage(), complaints: string[] = [], requests: string[] = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("request", (request) => requests.push(request.url()));
    // A machine may be busy with other things.
    page.setDefaultTimeout(120_000);
    if (before) await page.addInitScript(before);
    const address = `http://127.0.0.1:${server.addr.port}/`;
    const open = async (settings = "") => {
      await page.goto(`${address}${settings}`);
      await page.locator("body[data-ready]").waitFor();
    };
    await body({ page, repository, address, complaints, requests, open, endServer: () => server.shutdown() });
  } finally {
    await context.close();
    await server.shutdown();
  }
}
