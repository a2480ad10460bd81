/**
 * Returns the path of a program, by an environment variable or on PATH; undefined where there is
 * none.
 */
function programAt(variable: string, name: string): string | undefined {
  const given = Deno.env.get(variable);
  if (given) return given;
  for (const folder of [...(Deno.env.get("PATH") ?? "").split(":"), "/usr/sbin"]) {
    try {
      if (Deno.statSync(`${folder}/${name}`).isFile) return `${folder}/${name}`;
    } catch { /* not there */ }
  }
}

/** Snakemake; undefined where it is not installed. */
export const SNAKEMAKE = programAt("PYROSAUR_SNAKEMAKE", "snakemake");

/** Slurm's controller; undefined where it is not installed, or cannot be started. */
export const SLURMCTLD = Deno.uid() === 0 && programAt("PYROSAUR_MUNGED", "munged")
  ? programAt("PYROSAUR_SLURMCTLD", "slurmctld")
  : undefined;
