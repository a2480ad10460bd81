/**
 * Takes the README's picture of the playground: `deno task screenshot [FILE]`.
 *
 * @module
 */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { openPlayground } from "../lib/serve/mod.ts";
import { exportCommand } from "./export.ts";
import { type CommandSpec, runCommand } from "./runner/arguments.ts";
import { systemTerminal, type Terminal } from "./runner/terminal.ts";
import { chromiumProgram, launchChromium } from "./screenshot/chromium.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

const command: CommandSpec = {
  name: "screenshot",
  summary:
    "Lets the trained Deep Markov Model of the results compose in Chromium, and takes a picture of the page.",
  positionals: "[FILE]",
  maximum: 1,
  options: {},
};

/** The settings of the piece that is shown. */
const PIECE = "#opening=old-hundredth&seed=4";

/** The page in pixels, without the latent map below it. */
const SIZE = { width: 1000, height: 830 };

/** Places for tests; the defaults are the project's own. */
interface ScreenshotCommandOptions {
  /** The folder that the file is relative to. */
  readonly cwd?: string;
  /** The place for texts. */
  readonly terminal?: Terminal;
}

/** Takes the picture. Resolves to the exit code. */
export function screenshot(args: readonly string[], options: ScreenshotCommandOptions = {}): Promise<number> {
  const { cwd = Deno.cwd(), terminal = systemTerminal() } = options;
  return runCommand(command, args, async ({ positionals: [file = `${ROOT}pictures/playground.png`] }) => {
    const program = chromiumProgram();
    if (!program) {
      throw new Error(
        "Cannot take a picture: there is no /usr/bin/chromium; install Debian's package chromium, or name another " +
          "in PYROSAUR_CHROMIUM",
      );
    }
    const repository = await Deno.makeTempDir({ prefix: "pyrosaur-" });
    try {
      const code = await exportCommand(["dmm", "--out", repository], { cwd: ROOT, terminal });
      if (code !== 0) return code;
      await Deno.writeFile(resolve(cwd, file), await pictureOf(repository, program));
      terminal.print(`Picture: ${resolve(cwd, file)}`);
      return 0;
    } finally {
      await Deno.remove(repository, { recursive: true });
    }
  });
}

/** Returns a picture of the page with a repository's model, as a PNG file. */
async function pictureOf(repository: string, program: string): Promise<Uint8Array> {
  const { handle } = openPlayground(repository);
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => handle(request) ?? new Response(null, { status: 404 }),
  );
  const browser = await launchChromium(program);
  try {
    const page = await browser.newPage({ viewport: SIZE, colorScheme: "light" });
    await page.goto(`http://127.0.0.1:${server.addr.port}/${PIECE}`);
    await page.getByRole("link", { name: "Download MIDI" }).waitFor({ timeout: 120_000 });
    return await page.screenshot();
  } finally {
    await browser.close();
    await server.shutdown();
  }
}

if (import.meta.main) Deno.exit(await screenshot(Deno.args));
