/** Stands in for pip in tests of provisioning: `engine_pip.ts copy FILE|fail|hang download ... --dest=DIR name==version`. */
const [behaviour, ...rest] = Deno.args;
if (!rest.includes("--version")) {
  const folder = rest.find((argument) => argument.startsWith("--dest="))!.slice("--dest=".length);
  if (behaviour === "fail") {
    console.error("WARNING: retrying\nERROR: No matching distribution found for tiny==1.0");
    Deno.exit(1);
  }
  if (behaviour === "hang") {
    Deno.writeTextFileSync(`${Deno.env.get("TMPDIR")}/half`, "half a wheel");
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  }
  if (behaviour === "copy") Deno.copyFileSync(rest[0], `${folder}/${rest[0].split("/").at(-1)}`);
}
