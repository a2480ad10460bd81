/** The Python of tests that need one. */
const python = Deno.env.get("PYROSAUR_PYTHON") ?? "python3";

/** Runs a script in it. What cannot be run at all is no success, with the reason as its text. */
export async function run(script: string, ...args: string[]): Promise<{ success: boolean; text: string }> {
  try {
    const { success, stdout, stderr } = await new Deno.Command(python, { args: ["-c", script, ...args] })
      .output();
    return { success, text: new TextDecoder().decode(success ? stdout : stderr).trim() };
  } catch (error) {
    return {
      success: false,
      text: `${python} cannot be run: ${error instanceof Error ? error.message : error}`,
    };
  }
}
