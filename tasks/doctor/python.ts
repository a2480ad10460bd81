import { type Finding, output } from "./finding.ts";

/** Names the version of Python, and of those of its packages that are used. */
export async function python(): Promise<Finding> {
  const command = Deno.env.get("PYROSAUR_PYTHON") ?? "python3";
  const version = await output(command, ["--version"]);
  if (!version) {
    return {
      subject: "python",
      ok: false,
      finding:
        `${command} is not there; needed only for peers, notebooks and parity with onnxruntime in Python`,
    };
  }
  const script =
    "import importlib.metadata as m\nfor p in ['numpyro','jax','pyro-ppl','torch','onnxruntime','nbclient']:\n try: print(p, m.version(p))\n except Exception: pass";
  const packages = await output(command, ["-c", script]) ?? "";
  return {
    subject: "python",
    ok: true,
    finding: `${version} (${
      packages.split("\n").filter(Boolean).join(", ") || "none of the packages that are used"
    })`,
  };
}
