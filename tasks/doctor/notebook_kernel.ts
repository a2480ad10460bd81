import type { Finding } from "./finding.ts";

/** Tells whether the user's Jupyter knows Deno's kernel. */
export async function notebookKernel(): Promise<Finding> {
  const home = Deno.env.get("HOME") ?? Deno.env.get("USERPROFILE") ?? "", shared = "share/jupyter";
  const folders = [
    ...(Deno.env.get("JUPYTER_PATH")?.split(Deno.build.os === "windows" ? ";" : ":") ?? []),
    Deno.env.get("JUPYTER_DATA_DIR"),
    `${home}/.local/${shared}`,
    `${home}/Library/Jupyter`,
    `${Deno.env.get("APPDATA")}/jupyter`,
    `/usr/local/${shared}`,
    `/usr/${shared}`,
  ];
  for (const folder of folders) {
    const path = `${folder}/kernels/deno/kernel.json`;
    if (folder && await Deno.stat(path).then(() => true, () => false)) {
      return { subject: "notebook kernel", ok: true, finding: path };
    }
  }
  const finding = "not installed: `deno jupyter --install` does that; `deno task notebooks` brings its own";
  return { subject: "notebook kernel", ok: false, finding };
}
