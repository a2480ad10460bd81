import { hostname } from "node:os";
import { type ProgramResult, runProgram } from "../../lib/system/mod.ts";

/** A cluster of Slurm's on this machine, for tests. */
export interface Cluster extends AsyncDisposable {
  /** The folder of its configuration, state and logs. */
  readonly folder: string;
  /** Environment variables by which Slurm's programs find it. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs one of Slurm's programs, and throws where it fails. Resolves to what it wrote. */
  run(program: string, ...args: string[]): Promise<string>;
  /** Starts the daemon of a node. */
  startNode(node: string): Promise<void>;
  /** Kills a node: its daemon and all that runs on it, at once. */
  killNode(node: string): Promise<void>;
  /** Ends all jobs and daemons. */
  stop(): Promise<void>;
}

/** The size of a cluster. */
export interface ClusterOptions {
  /** The number of nodes, of one core each (default 2). */
  readonly nodes?: number;
  /** The first of the ports that it takes, one more than two a node (default 16817). */
  readonly port?: number;
}

/** The nodes' names: n1, n2 ... */
const namesOf = (nodes: number): string[] => Array.from({ length: nodes }, (_, i) => `n${i + 1}`);

/**
 * Returns the configuration: no accounting, two partitions, of which `urgent` requeues jobs of
 * `main`.
 */
function configuration(folder: string, host: string, nodes: number, port: number): string {
  const names = namesOf(nodes).join(",");
  return [
    "ClusterName=test",
    `SlurmctldHost=${host}(127.0.0.1)`,
    "AuthType=auth/munge",
    `AuthInfo=socket=${folder}/munge.socket`,
    "SlurmUser=root",
    "SlurmdUser=root",
    `SlurmctldPort=${port}`,
    `SlurmdPort=${port + 1}`,
    `StateSaveLocation=${folder}/state`,
    `SlurmdSpoolDir=${folder}/spool-%n`,
    `SlurmctldPidFile=${folder}/slurmctld.pid`,
    `SlurmdPidFile=${folder}/slurmd-%n.pid`,
    `SlurmctldLogFile=${folder}/slurmctld.log`,
    `SlurmdLogFile=${folder}/slurmd-%n.log`,
    "ProctrackType=proctrack/linuxproc",
    "TaskPlugin=task/none",
    "SelectType=select/cons_tres",
    "SelectTypeParameters=CR_CPU",
    "SchedulerParameters=sched_interval=2,bf_interval=2,batch_sched_delay=1",
    "ReturnToService=2",
    "MpiDefault=none",
    "JobAcctGatherType=jobacct_gather/none",
    "AccountingStorageType=accounting_storage/none",
    "KillWait=20",
    "SlurmdTimeout=15",
    "MinJobAge=300",
    "MaxArraySize=10001",
    "PreemptType=preempt/partition_prio",
    "PreemptMode=REQUEUE",
    ...namesOf(nodes).map((name, i) =>
      `NodeName=${name} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${port + 2 + i} CPUs=1 RealMemory=8000`
    ),
    `PartitionName=main Nodes=${names} Default=YES MaxTime=600 GraceTime=20 State=UP PriorityTier=1`,
    `PartitionName=urgent Nodes=${names} MaxTime=600 State=UP PriorityTier=10`,
    "",
  ].join("\n");
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Runs a program and throws where it fails. */
async function mustRun(
  program: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<string> {
  const { ok, out, err }: ProgramResult = await runProgram(program, args, { env });
  if (!ok) throw new Error(`Cannot run ${program} ${args.join(" ")}: ${err}`);
  return out;
}

/** Returns the process that one was started by; 0 where it has ended. */
async function parentOf(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`).catch(() => "");
  return Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1] ?? 0);
}

/** Sends a signal to a process that may have ended. */
function kill(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(pid, signal);
  } catch { /* it has ended */ }
}

const isAlive = (pid: number): boolean => {
  try {
    Deno.statSync(`/proc/${pid}`);
    return true;
  } catch {
    return false;
  }
};

/**
 * Links a path to a file and says whether it did: what is there stays, but for a link to a file
 * that is gone, as a cluster leaves it which was killed.
 */
async function linkTo(file: string, path: string): Promise<boolean> {
  const isLeft = await Deno.lstat(path).then(({ isSymlink }) => isSymlink, () => false) &&
    await Deno.stat(path).then(() => false, () => true);
  if (isLeft) await Deno.remove(path);
  return await Deno.symlink(file, path).then(() => true, () => false);
}

/**
 * Starts a cluster on this machine: munged, slurmctld and a slurmd a node, with all their files in
 * a folder, as root.
 *
 * @throws (rejects) Error where a daemon cannot be started, or no node answers within a minute.
 */
export async function startCluster(folder: string, options: ClusterOptions = {}): Promise<Cluster> {
  const { nodes = 2, port = 16817 } = options, names = namesOf(nodes);
  const path = (Deno.env.get("PATH") ?? "") + ":/usr/sbin";
  const env = { SLURM_CONF: `${folder}/slurm.conf`, PATH: path };
  for (const name of ["state", ...names.map((node) => `spool-${node}`)]) {
    await Deno.mkdir(`${folder}/${name}`, { recursive: true });
  }
  await Deno.writeFile(`${folder}/munge.key`, crypto.getRandomValues(new Uint8Array(1024)), { mode: 0o400 });
  await Deno.writeTextFile(env.SLURM_CONF, configuration(folder, hostname(), nodes, port));
  // Jobs find the cluster also where who submits them clears their environment, as Snakemake does.
  const usual = "/etc/slurm/slurm.conf", isLinked = await linkTo(env.SLURM_CONF, usual);
  const pidOf = async (daemon: string) =>
    Number(await Deno.readTextFile(`${folder}/${daemon}.pid`).catch(() => "0"));
  const run = (program: string, ...args: string[]) => mustRun(program, args, env);
  const startNode = async (node: string) => void await run("slurmd", "-N", node, "-f", env.SLURM_CONF);

  /**
   * The processes of a node's jobs: these are no children of its daemon, but their environment
   * names it.
   */
  const processesOf = async (node: string): Promise<number[]> => {
    const found: number[] = [];
    for await (const { name } of Deno.readDir("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      const environment = (await Deno.readTextFile(`/proc/${name}/environ`).catch(() => "")).split("\0");
      const isOwn = [`SLURMD_NODENAME=${node}`, `SLURM_CONF=${env.SLURM_CONF}`].every((line) =>
        environment.includes(line)
      );
      if (isOwn) found.push(Number(name));
    }
    return found;
  };
  const end = async (daemons: readonly string[], signal: Deno.Signal) => {
    const pids = (await Promise.all(daemons.map(pidOf))).filter((pid) => pid > 0);
    for (const pid of pids) kill(pid, signal);
    for (let i = 0; i < 100 && pids.some(isAlive); i++) await pause(100);
    for (const pid of pids.filter(isAlive)) kill(pid, "SIGKILL");
  };
  const killNode = async (node: string) => {
    const own = await processesOf(node), parents = await Promise.all(own.map(parentOf));
    const managers = parents.filter((pid) => pid > 1 && !own.includes(pid));
    // Those that would tell of the death of the others go first.
    for (const pid of new Set([await pidOf(`slurmd-${node}`), ...managers, ...own])) kill(pid, "SIGKILL");
  };
  const stop = async () => {
    await runProgram("scancel", ["--user=root"], { env }).catch(() => {});
    await pause(500);
    for (const node of names) for (const pid of await processesOf(node)) kill(pid, "SIGKILL");
    await end(names.map((node) => `slurmd-${node}`), "SIGTERM");
    await end(["slurmctld", "munged"], "SIGTERM");
    if (isLinked) await Deno.remove(usual).catch(() => {});
  };
  const cluster: Cluster = { folder, env, run, startNode, killNode, stop, [Symbol.asyncDispose]: stop };
  try {
    const munge = { key: "key-file", socket: "socket", pid: "pid-file", log: "log-file", seed: "seed-file" };
    const named = Object.entries(munge).map(([end, option]) =>
      `--${option}=${folder}/${end === "pid" ? "munged" : "munge"}.${end}`
    );
    await run("munged", "--force", ...named);
    await run("slurmctld", "-f", env.SLURM_CONF);
    for (const node of names) await startNode(node);
    for (let i = 0;; i++) {
      const { out } = await runProgram("sinfo", ["--noheader", "--Node", "--partition=main", "--format=%t"], {
        env,
      });
      if (out.trim().split("\n").filter((state) => state === "idle").length === nodes) return cluster;
      if (i === 120) {
        throw new Error(
          `Cannot start Slurm: found nodes ${out.trim()}, expected ${nodes} idle; see ${folder}`,
        );
      }
      await pause(500);
    }
  } catch (error) {
    await stop();
    throw error;
  }
}
