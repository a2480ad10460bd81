import assert from "node:assert/strict";
import { plan } from "../../tasks/plan.ts";
import { mergeCells } from "../../tasks/plan/merge_cells.ts";
import { runCells } from "../../tasks/plan/run_cells.ts";
import { type Cluster, startCluster } from "../../tasks/slurm/cluster.ts";
import { SLURMCTLD, SNAKEMAKE } from "../tasks/schedulers.ts";
import { slowRegistry } from "./slow.ts";

/** Set by `deno task test:slurm`: these tests take minutes, and ports. */
const isAsked = Deno.env.get("PYROSAUR_SLURM") === "1";

const lack = !isAsked
  ? "deno task test:slurm runs it"
  : SLURMCTLD === undefined
  ? "no Slurm, or not root"
  : undefined;

const PROJECT = new URL("../../", import.meta.url).pathname;

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Waits until something is so, at most some seconds. */
async function until(what: string, seconds: number, isSo: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 1000 * seconds; performance.now() < end; await pause(200)) {
    if (await isSo()) return;
  }
  throw new Error(`Waited ${seconds} s in vain: ${what}`);
}

const textAt = (path: string): Promise<string> => Deno.readTextFile(path).catch(() => "");

const exists = (path: string): Promise<boolean> => Deno.stat(path).then(() => true, () => false);

/** A sweep over the slow experiment, whose jobs run the program of these tests. */
async function sweep(out: string, ...args: string[]): Promise<void> {
  const quiet: string[] = [];
  const code = await plan(["slow", "--out", out, ...args], {
    entries: slowRegistry,
    print: (line) => void quiet.push(line),
  });
  assert.equal(code, 0);
  for (const name of ["array.sh", "config.yaml"]) {
    const text = await textAt(`${out}/${name}`),
      own = text.replace(`${PROJECT}tasks/plan/run_cells.ts`, `${PROJECT}tests/slurm/slow.ts`);
    if (text) await Deno.writeTextFile(`${out}/${name}`, own);
  }
}

/** The table of the same sweep, run one cell after another in this process. */
async function sequentialTable(out: string, ...args: string[]): Promise<string> {
  await sweep(out, ...args);
  const here = Deno.cwd();
  try {
    Deno.chdir(out);
    for await (const { name } of Deno.readDir(`${out}/chunks`)) {
      assert.equal(await runCells(`chunks/${name}`, `done/${name}`, { registry: slowRegistry, cwd: out }), 0);
    }
  } finally {
    Deno.chdir(here);
  }
  await mergeCells(out, "table.csv", "failures.csv");
  return await Deno.readTextFile(`${out}/table.csv`);
}

/** Submits an array and returns its number. */
async function submit(cluster: Cluster, out: string): Promise<string> {
  return /array (\d+)/.exec(await cluster.run(`${out}/submit.sh`))![1];
}

/** The lines of the trainings' epochs that were done twice. */
async function repeated(out: string): Promise<string[]> {
  const lines = (await textAt(`${out}/epochs.txt`)).trim().split("\n");
  return lines.filter((line, i) => lines.indexOf(line) < i);
}

const isDone = (out: string) => () => exists(`${out}/table.csv`);

/**
 * Has a requeued job begin in a few seconds: Slurm would wait for two minutes. A node that was told
 * to end the job within the same second takes it for that one, and does not begin it.
 */
async function hurry(cluster: Cluster, job: string): Promise<void> {
  const start = await cluster.run("squeue", "--noheader", `--jobs=${job}`, "--states=pending", "--format=%S")
    .catch(() => "");
  if (!(Date.parse(start.trim()) > Date.now() + 5000)) return;
  await cluster.run("scontrol", "update", `JobId=${job}`, "StartTime=now+3").catch(() => {});
}

/** A test on a cluster of its own, in a folder that is left behind where it fails. */
function onSlurm(name: string, body: (cluster: Cluster, folder: string) => Promise<void>): void {
  Deno.test({
    name: lack ? `${name}: skipped, ${lack}` : name,
    ignore: lack !== undefined,
    async fn() {
      const folder = await Deno.makeTempDir({ prefix: "pyrosaur-slurm-" });
      {
        await using cluster = await startCluster(`${folder}/slurm`);
        await body(cluster, folder);
      }
      await Deno.remove(folder, { recursive: true });
    },
  });
}

onSlurm(
  "an array gives the table of a sequential run bit for bit, and again has nothing to do",
  async (cluster, folder) => {
    const args = ["--seeds", "4", "--set", "rate=0.1,0.2", "--chunk", "2", "--engine", "slurm-array"],
      out = `${folder}/sweep`;
    await sweep(out, ...args);
    await submit(cluster, out);
    await until("the table", 180, isDone(out));
    assert.equal(
      await Deno.readTextFile(`${out}/table.csv`),
      await sequentialTable(`${folder}/alone`, ...args),
    );
    const epochs = await textAt(`${out}/epochs.txt`);
    assert.equal(epochs.trim().split("\n").length, 8 * 4);
    await Deno.remove(`${out}/table.csv`);
    await submit(cluster, out);
    await until("the table again", 180, isDone(out));
    assert.equal(await textAt(`${out}/epochs.txt`), epochs, "no cell was run again");
  },
);

onSlurm("a run that fails for good is told, once, and holds up no other", async (cluster, folder) => {
  const args = ["--seeds", "2", "--set", "wrong=false,true", "--chunk", "1", "--engine", "slurm-array"],
    out = `${folder}/sweep`;
  await sweep(out, ...args);
  await submit(cluster, out);
  await until("the table", 180, isDone(out));
  assert.equal((await textAt(`${out}/failures.csv`)).match(/It is wrong for good/g)?.length, 2);
  assert.match(await textAt(`${out}/table.csv`), /slow,quick,wrong=false,loc,[^,]+,[^,]+,2,0,/);
  assert.equal((await textAt(`${out}/epochs.txt`)).trim().split("\n").length, 4 * 4);
});

onSlurm(
  "a job over its time leaves a checkpoint, from which the next one goes on without repeating an epoch",
  async (cluster, folder) => {
    const args = ["--set", "epochs=110", "--set", "pause=1000", "--minutes", "1", "--engine", "slurm-array"],
      out = `${folder}/sweep`;
    await sweep(out, ...args);
    const job = await submit(cluster, out);
    await until(
      "the end of the job's time",
      150,
      async () => /State=TIMEOUT/i.test(await cluster.run("scontrol", "show", "job", `${job}_0`)),
    );
    const before = (await textAt(`${out}/epochs.txt`)).trim().split("\n").length;
    assert.ok(before > 20 && before < 110, `${before} epochs`);
    await until(
      "the merge that has not all",
      60,
      async () => (await textAt(`${out}/logs/merge.txt`)).includes("found no"),
    );
    // On a machine that is busy with other things a second job's time may end, too.
    for (let i = 0; i < 5 && !await isDone(out)(); i++) {
      const next = await submit(cluster, out);
      const isOver = async () =>
        /State=TIMEOUT/i.test(await cluster.run("scontrol", "show", "job", `${next}_0`));
      await until(
        "the table, or the end of its time",
        240,
        async () => await isDone(out)() || await isOver(),
      );
    }
    await until("the table", 60, isDone(out));
    assert.deepEqual(await repeated(out), []);
    assert.equal((await textAt(`${out}/epochs.txt`)).trim().split("\n").length, 110);
    const table = await sequentialTable(
      `${folder}/alone`,
      ...args.map((arg) => arg === "pause=1000" ? "pause=0" : arg),
    );
    assert.equal((await textAt(`${out}/table.csv`)).replace("pause=1000", "pause=0"), table);
  },
);

onSlurm("a pre-empted job is queued again, and goes on from its checkpoint", async (cluster, folder) => {
  const args = ["--set", "epochs=60", "--set", "pause=500", "--engine", "slurm-array"],
    out = `${folder}/sweep`;
  await sweep(out, ...args);
  const job = await submit(cluster, out);
  await until("the first epochs", 60, async () => (await textAt(`${out}/epochs.txt`)).split("\n").length > 4);
  await cluster.run(
    "sbatch",
    "--partition=urgent",
    "--nodes=2",
    "--ntasks=2",
    "--output=/dev/null",
    "--wrap=sleep 3",
  );
  const states = async () => await cluster.run("squeue", "--noheader", "--jobs", job, "--format=%T %r");
  await until(
    "the requeue",
    90,
    async () => /PENDING/.test(await states()) && /Ended by SIGTERM/.test(await textAt(`${out}/logs/0.txt`)),
  );
  const before = (await textAt(`${out}/epochs.txt`)).trim().split("\n").length;
  assert.ok(before < 60);
  await until("the table", 300, async () => {
    await hurry(cluster, `${job}_0`);
    return await isDone(out)();
  });
  assert.deepEqual(await repeated(out), []);
  assert.equal((await textAt(`${out}/epochs.txt`)).trim().split("\n").length, 60);
});

onSlurm(
  "a node that dies loses no more than what came after the last checkpoint",
  async (cluster, folder) => {
    const args = [
      "--seeds",
      "2",
      "--set",
      "epochs=40",
      "--set",
      "pause=300",
      "--set",
      "checkpointMinutes=0.01",
    ];
    const all = [...args, "--chunk", "1", "--engine", "slurm-array"], out = `${folder}/sweep`;
    await sweep(out, ...all);
    const job = await submit(cluster, out);
    await until("the first epochs of both", 90, async () => {
      const text = await textAt(`${out}/epochs.txt`);
      return / 0 8\n/.test(text) && / 1 8\n/.test(text);
    });
    await cluster.killNode("n2");
    await until(
      "the loss of the node",
      120,
      async () =>
        /down/.test(await cluster.run("sinfo", "--noheader", "--Node", "--nodes=n2", "--format=%t")),
    );
    await until("the table", 400, async () => {
      for (const i of [0, 1]) {
        await hurry(cluster, `${job}_${i}`);
      }
      return await isDone(out)();
    });
    assert.ok((await repeated(out)).length <= 6, "epochs after the last checkpoint alone are done twice");
    const table = await sequentialTable(
      `${folder}/alone`,
      ...all.map((arg) => arg === "pause=300" ? "pause=0" : arg),
    );
    assert.equal((await textAt(`${out}/table.csv`)).replaceAll("pause=300", "pause=0"), table);
  },
);

onSlurm(
  "a full disk puts the job back into the queue; once there is room it goes on",
  async (cluster, folder) => {
    const out = `${folder}/sweep`, disk = `${out}/.pyrosaur`;
    await sweep(out, "--engine", "slurm-array");
    await Deno.mkdir(disk);
    await cluster.run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk);
    try {
      await Deno.writeFile(`${disk}/filler`, new Uint8Array(1 << 20)).catch(() => {});
      const job = await submit(cluster, out);
      await until(
        "the first attempt",
        90,
        async () => (await textAt(`${out}/attempts/0000.txt`)).includes("attempt"),
      );
      assert.match(await textAt(`${out}/logs/0.txt`), /no space left on device/i);
      await Deno.remove(`${disk}/filler`);
      await until("the table", 300, async () => {
        await hurry(cluster, `${job}_0`);
        return await isDone(out)();
      });
      assert.equal(await textAt(`${out}/failures.csv`), "path,error\n");
    } finally {
      await cluster.run("umount", disk);
    }
  },
);

Deno.test({
  name: "Snakemake runs the same sweep on Slurm" +
    (lack ? `: skipped, ${lack}` : SNAKEMAKE ? "" : ": skipped, no snakemake"),
  ignore: lack !== undefined || SNAKEMAKE === undefined,
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "pyrosaur-slurm-" });
    {
      await using cluster = await startCluster(`${folder}/slurm`);
      const args = ["--seeds", "4", "--set", "rate=0.1,0.2", "--chunk", "4"], out = `${folder}/sweep`;
      await sweep(out, ...args);
      const { code, stderr } = await new Deno.Command(SNAKEMAKE!, {
        // This cluster has no accounting, by which jobs are asked for otherwise.
        args: ["--profile", "profiles/slurm", "--slurm-status-command", "squeue"],
        cwd: out,
        env: {
          ...cluster.env,
          XDG_CACHE_HOME: `${folder}/cache`,
          PATH: `${SNAKEMAKE!.replace(/\/[^/]*$/, "")}:${cluster.env.PATH}`,
        },
        stdout: "null",
        stderr: "piped",
      }).output();
      assert.equal(code, 0, new TextDecoder().decode(stderr));
      assert.equal(await textAt(`${out}/table.csv`), await sequentialTable(`${folder}/alone`, ...args));
    }
    await Deno.remove(folder, { recursive: true });
  },
});
