import process from "node:process";

/**
 * Starts a stopwatch and returns what reads it: the seconds since, by the clock or of the processor
 * in this process, whichever are fewer, so that a limit holds on a machine that is busy otherwise.
 */
export function stopwatch(): () => number {
  const began = performance.now(), before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return Math.min((performance.now() - began) / 1000, (user + system) / 1e6);
  };
}
