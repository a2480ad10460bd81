import { existsSync } from "node:fs";
import type { Browser } from "playwright-core";
import { environmentVariable } from "../../lib/system/mod.ts";

/**
 * Returns the program of Chromium: `PYROSAUR_CHROMIUM`, or where Debian has it; undefined where
 * there is none.
 */
export function chromiumProgram(): string | undefined {
  return [environmentVariable("PYROSAUR_CHROMIUM"), "/usr/bin/chromium"].find((path) =>
    path && existsSync(path)
  );
}

/** Starts Chromium without a window, which can neither be heard. */
export async function launchChromium(program: string): Promise<Browser> {
  // Unless this is set, playwright-core looks at places of the system that Deno opens to no program
  // but one that may do everything, to see whether it is Windows' Linux.
  Deno.env.set("__IS_WSL_TEST__", "1");
  const { chromium } = await import("playwright-core");
  return await chromium.launch({ executablePath: program, args: ["--no-sandbox", "--mute-audio"] });
}
