import type { Cell } from "./grid.ts";

/** The ways to run a sweep. */
export const ENGINES = ["snakemake", "slurm-array"] as const;

/** A sweep to be written. */
export interface Sweep {
  /** Its cells. */
  readonly cells: readonly Cell[];
  /** The way to run it. */
  readonly engine: typeof ENGINES[number];
  /** The cells of a chunk, which is one job. */
  readonly chunk: number;
  /** The data, as `reproduce --data` takes them. */
  readonly data: string;
  /** The folder of the project. */
  readonly project: string;
  /** The folder of the sweep. */
  readonly out: string;
  /** Megabytes of memory of a job's first attempt. */
  readonly memory: number;
  /** Minutes of a job. */
  readonly minutes: number;
}

/** The permissions of the programs of a sweep: those of `reproduce`. */
const ALLOWED = "--allow-read --allow-env --allow-sys --allow-ffi --allow-write --allow-net --allow-run=git";

/** The largest number of attempts at a chunk. */
const ATTEMPTS = 4;

/**
 * The workflow: it says nothing of the sweep, which lies in its configuration and in names of
 * files.
 */
const SNAKEFILE = `# Written by \`deno task plan\`. Run it in this folder: snakemake --profile profiles/local
configfile: "config.yaml"


rule all:
    input:
        "table.csv",


# A chunk of cells, one job: its records lie in cells/, its checkpoints in .pyrosaur/, which no rule removes.
rule chunk:
    input:
        "chunks/{chunk}.txt",
    output:
        "done/{chunk}.txt",
    threads: 1
    retries: ${ATTEMPTS - 1}
    resources:
        mem_mb=lambda wildcards, attempt: attempt * config["mem_mb"],
        runtime=config["minutes"],
    shell:
        "{config[run]} {input} {output}"


# All cells as one table: means, standard errors and counts.
rule merge:
    input:
        expand("done/{chunk}.txt", chunk=config["chunks"]),
    output:
        "table.csv",
        "failures.csv",
    localrule: True
    shell:
        "{config[merge]} table.csv failures.csv"
`;

/** Lines of a Slurm job. */
const job = (name: string, { memory, minutes }: Sweep, more: readonly string[] = []): string =>
  [
    "#!/bin/bash",
    `#SBATCH --job-name=${name}`,
    "#SBATCH --cpus-per-task=1",
    `#SBATCH --mem=${memory}M`,
    `#SBATCH --time=${minutes}`,
    "#SBATCH --open-mode=append",
    ...more.map((line) => `#SBATCH ${line}`),
  ].join("\n");

/** The job of all chunks: what passes (exit code 75) is queued again by itself. */
function arrayScript(sweep: Sweep, chunks: number, run: string): string {
  const head = job("sweep", sweep, [`--array=0-${chunks - 1}`, "--requeue", "--output=logs/%a.txt"]);
  return `${head}
# Written by \`deno task plan\`. Submit it by submit.sh.
chunk=$(printf %04d "$SLURM_ARRAY_TASK_ID")
# A step of srun's, which every SIGTERM reaches: at the end of the time, and before another's job.
srun ${run} "chunks/$chunk.txt" "done/$chunk.txt" &
trap 'kill -TERM $! 2>/dev/null' TERM
wait $!
code=$?
while kill -0 $! 2>/dev/null; do wait $!; code=$?; done
# Ended by SIGTERM: what becomes of the job is for Slurm to say, which would take an end of its own for the last one.
if [ "$code" = 143 ]; then sleep 300; fi
if [ "$code" = 75 ]; then
  echo "attempt" >> "attempts/$chunk.txt"
  if [ "$(wc -l < "attempts/$chunk.txt")" -lt ${ATTEMPTS} ]; then scontrol requeue "$SLURM_JOB_ID"; fi
fi
exit "$code"
`;
}

/**
 * The job of the merge. A chunk that is queued again counts as ended: the merge then waits anew.
 */
const mergeScript = (sweep: Sweep, merge: string): string =>
  `${job("merge", sweep, ["--output=logs/merge.txt"])}
if squeue --noheader --jobs "$ARRAY" 2>/dev/null | grep -q .; then
  exec sbatch --dependency="afterany:$ARRAY" --export=ALL,ARRAY="$ARRAY" merge.sh
fi
${merge} table.csv failures.csv
`;

const SUBMIT = `#!/bin/bash
# Submits the chunks as an array and the merge after them; again, it goes on with what is not done.
set -e
cd "$(dirname "$0")"
array=$(sbatch --parsable array.sh)
merge=$(sbatch --parsable --dependency="afterany:$array" --export=ALL,ARRAY="$array" merge.sh)
echo "array $array, merge $merge"
`;

const DOCKERFILE =
  `# The project with what it needs, for jobs that have no Deno: run it in the project's folder.
#   docker build -t pyrosaur-sweep -f container/Dockerfile PROJECT
FROM denoland/deno:2.9.6
RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY deno.json deno.lock ./
RUN deno install --frozen
COPY . .
# Data sets lie in the image, or in a folder that is mounted here.
ENV PYROSAUR_DATA=/data
VOLUME /data
`;

/** The paths that `COPY . .` leaves out: modules are of the machine that builds. */
const IGNORED = "node_modules\n";

const APPTAINER =
  `# The same for clusters: apptainer build sweep.sif container/apptainer.def (in the project's folder),
# then config.yaml has run: "apptainer exec --bind /data sweep.sif deno run ..."
Bootstrap: docker
From: denoland/deno:2.9.6

%files
    . /app

%post
    apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/*
    # Modules that were copied are of the machine that builds.
    cd /app && rm -rf node_modules && deno install --frozen

%environment
    export PYROSAUR_DATA=/data
`;

const profile = (title: string, lines: readonly string[]): string =>
  [
    `# ${title}`,
    "keep-going: true",
    "rerun-incomplete: true",
    "rerun-triggers: [mtime, params, input, software-env]",
    ...lines,
    "",
  ]
    .join("\n");

/** Returns the files of a sweep by their paths: the same sweep has the same bytes. */
export function filesOf(sweep: Sweep): Map<string, string> {
  const { cells, engine, chunk, data, project, memory, minutes } = sweep;
  const files = new Map<string, string>(), names: string[] = [];
  for (let first = 0; first < cells.length; first += chunk) {
    const name = String(names.length).padStart(4, "0");
    names.push(name);
    files.set(
      `chunks/${name}.txt`,
      cells.slice(first, first + chunk).map((cell) => `${JSON.stringify({ ...cell, data })}\n`).join(""),
    );
  }
  const quoted = (path: string) => /^[\w./+=-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
  const program = (script: string) =>
    `deno run --quiet ${ALLOWED} --config ${quoted(`${project}/deno.json`)} ${
      quoted(`${project}/tasks/plan/${script}.ts`)
    }`;
  const run = program("run_cells"), merge = program("merge_cells");
  files.set("container/Dockerfile", DOCKERFILE);
  files.set("container/Dockerfile.dockerignore", IGNORED);
  files.set("container/apptainer.def", APPTAINER);
  if (engine === "snakemake") {
    const texts = { run, merge },
      lines = Object.entries(texts).map(([key, text]) => `${key}: ${JSON.stringify(text)}`);
    files.set("Snakefile", SNAKEFILE);
    files.set(
      "config.yaml",
      [...lines, `mem_mb: ${memory}`, `minutes: ${minutes}`, `chunks: ${JSON.stringify(names)}`, ""].join(
        "\n",
      ),
    );
    files.set("profiles/local/config.yaml", profile("On this machine: a chunk a core.", ["cores: all"]));
    files.set(
      "profiles/slurm/config.yaml",
      profile("On Slurm: pip install snakemake-executor-plugin-slurm.", [
        "executor: slurm",
        "jobs: 100",
        "latency-wait: 30",
        "slurm-init-seconds-before-status-checks: 10",
      ]),
    );
  } else {
    files.set("array.sh", arrayScript(sweep, names.length, run));
    files.set("merge.sh", mergeScript(sweep, merge));
    files.set("submit.sh", SUBMIT);
    for (const folder of ["done", "logs", "attempts"]) files.set(`${folder}/.keep`, "");
  }
  const { project: _, out: _o, cells: _c, ...rest } = sweep;
  files.set(
    "plan.json",
    `${JSON.stringify({ ...rest, count: cells.length, cells: cells.map(({ path }) => path) }, null, 1)}\n`,
  );
  return files;
}
