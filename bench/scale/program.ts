/** The end of a program: its time, and the most memory that it had. */
export interface Ended {
  /** Seconds from its start to its end. */
  readonly seconds: number;
  /** Megabytes that were resident at most. */
  readonly megabytes: number;
}

/** Runs a program to its end. Throws where it fails. */
export async function timed(
  program: string,
  args: readonly string[],
  options: Deno.CommandOptions = {},
): Promise<Ended> {
  const began = performance.now();
  const child = new Deno.Command(program, {
    ...options,
    args: [...args],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let megabytes = 0;
  const look = setInterval(() => {
    try {
      const kilobytes = /VmHWM:\s+(\d+)/.exec(Deno.readTextFileSync(`/proc/${child.pid}/status`))?.[1];
      megabytes = Math.max(megabytes, Number(kilobytes ?? 0) / 1000);
    } catch { /* it has ended */ }
  }, 20);
  const { code, stderr } = await child.output();
  clearInterval(look);
  const seconds = (performance.now() - began) / 1000;
  if (code !== 0) {
    throw new Error(
      `Cannot run ${program} ${args.join(" ")}: ${new TextDecoder().decode(stderr).slice(-2000)}`,
    );
  }
  return { seconds, megabytes };
}
