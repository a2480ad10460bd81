/** The end of a program: its time, and the most memory that it had. */
export interface Ended {
  /** Seconds from its start to its end. */
  readonly seconds: number;
  /** Megabytes that were resident at most. */
  readonly megabytes: number;
}

/**
 * Runs a program to its end; its memory is looked at only where that is asked for, as it takes
 * time. Throws where it fails.
 */
export async function timed(
  program: string,
  args: readonly string[],
  { memory = false, ...options }: Deno.CommandOptions & { memory?: boolean } = {},
): Promise<Ended> {
  const began = performance.now();
  const child = new Deno.Command(program, {
    ...options,
    args: [...args],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let megabytes = 0, isOpen = memory;
  // The most that it had so far, as the system counts it.
  const watch = (async () => {
    for (; isOpen; await new Promise((resolve) => setTimeout(resolve, 250))) {
      const { stdout } = await new Deno.Command("grep", {
        args: ["VmHWM", `/proc/${child.pid}/status`],
        stderr: "null",
      }).output();
      const kilobytes = /(\d+)/.exec(new TextDecoder().decode(stdout))?.[1];
      megabytes = Math.max(megabytes, Number(kilobytes ?? 0) / 1000);
    }
  })();
  const { code, stderr } = await child.output();
  const seconds = (performance.now() - began) / 1000;
  isOpen = false;
  await watch;
  if (code !== 0) {
    throw new Error(
      `Cannot run ${program} ${args.join(" ")}: ${new TextDecoder().decode(stderr).slice(-2000)}`,
    );
  }
  return { seconds, megabytes };
}
