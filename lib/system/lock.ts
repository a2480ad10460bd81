import { dirname } from "node:path";
import process from "node:process";
import { fileSystem, nodeModule } from "./node_module.ts";
import { checkOptions, type OptionNames } from "./options.ts";
import { reasonOf } from "./reason.ts";
import { transientError } from "./transient.ts";

/** The holder of a lock, as its file says. */
export interface LockHolder {
  /** Its process. */
  readonly pid: number;
  /** Its machine. */
  readonly host: string;
  /** The time since when, ISO 8601. */
  readonly since: string;
}

/** A lock that is held. */
export interface Lock extends Disposable {
  /** Gives it up. */
  release(): void;
}

/** An open file that no other process has locked. */
interface Locked {
  /** Replaces the file's contents. */
  write(text: string): Promise<void>;
  /** Removes the file and closes it. */
  end(): void;
}

function machine(): string {
  try {
    return nodeModule("os").hostname();
  } catch {
    return "this machine";
  }
}

/** Returns the holder that a file of a lock names; undefined where it does not (yet). */
function holderIn(path: string): LockHolder | undefined {
  try {
    return JSON.parse(nodeModule("fs").readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * Locks a file by the operating system, which frees what a process held when it ends, however it
 * ends. Undefined where another holds it.
 */
async function underDeno(path: string): Promise<Locked | undefined> {
  const file = await Deno.open(path, { create: true, read: true, write: true });
  // The file that was opened may have been removed by its holder since: the lock is then no one's.
  const isThere = () => {
    try {
      return Deno.statSync(path).ino === file.statSync().ino;
    } catch {
      return false;
    }
  };
  const isLocked = file.tryLockSync(true);
  if (!isLocked || !isThere()) {
    file.close();
    return isLocked ? await underDeno(path) : undefined;
  }
  return {
    async write(text) {
      await file.truncate(0);
      await file.write(new TextEncoder().encode(text));
    },
    end() {
      try {
        nodeModule("fs").unlinkSync(path);
      } catch { /* a file that is in the way is no one's lock */ }
      file.close();
    },
  };
}

/** Tells whether a process of this machine is there. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as { code?: string }).code !== "ESRCH";
  }
}

/** Creates the file of a lock, where there is none of a process that lives. */
async function underNode(path: string): Promise<Locked | undefined> {
  try {
    const file = await fileSystem().open(path, "wx");
    await file.close();
  } catch (error) {
    if ((error as { code?: string }).code !== "EEXIST") throw error;
    const holder = holderIn(path), isDead = holder?.host === machine() && !isAlive(holder.pid);
    if (!isDead) return undefined;
    await fileSystem().unlink(path).catch(() => {});
    return await underNode(path);
  }
  return {
    async write(text) {
      const file = await fileSystem().open(path, "w");
      await file.writeFile(text).finally(() => file.close());
    },
    end: () => nodeModule("fs").unlinkSync(path),
  };
}

/** Says who holds a lock: `process 12 on host since 2026-01-02T03:04:05Z`. */
const described = (holder?: LockHolder): string =>
  holder ? `process ${holder.pid} on ${holder.host} since ${holder.since}` : "another process";

/** Options of a lock. */
export interface LockOptions {
  /** The seconds to wait for it (default 0). */
  readonly wait?: number;
  /** The advice at the end of the message where it is not had. */
  readonly advice?: string;
}

const optionNames: OptionNames<LockOptions> = { wait: true, advice: true };

/**
 * Takes a lock: a file that says who holds it, and is gone when it is given up. What a process held
 * that has ended, however it ended, is free.
 *
 * @param purpose what it is taken for, for messages: "write results"
 * @throws (rejects) Error that says who holds it; or that the file cannot be written.
 *
 * @example One holder at a time
 * ```ts
 * import { takeLock } from "@pyrosaur/pyrosaur/system";
 * import assert from "node:assert/strict";
 *
 * const path = `${await Deno.makeTempDir()}/run.lock`;
 * {
 *   using _lock = await takeLock(path, "run");
 *   await assert.rejects(takeLock(path, "run again"), /Cannot run again: process \d+ on .* holds/);
 * }
 * (await takeLock(path, "run again")).release();
 * ```
 */
export async function takeLock(path: string, purpose: string, options: LockOptions = {}): Promise<Lock> {
  checkOptions(purpose, options, optionNames);
  const { wait = 0, advice = "" } = options, end = performance.now() + 1000 * wait;
  for (;;) {
    let locked: Locked | undefined;
    try {
      await fileSystem().mkdir(dirname(path), { recursive: true });
      locked = await (typeof Deno === "undefined" ? underNode : underDeno)(path);
      await locked?.write(
        `${JSON.stringify({ pid: process.pid, host: machine(), since: new Date().toISOString() })}\n`,
      );
    } catch (cause) {
      locked?.end();
      throw new Error(`Cannot ${purpose}: ${path} cannot be written (${reasonOf(cause)})`, { cause });
    }
    if (locked) {
      const { end } = locked;
      let isHeld = true;
      const release = () => void (isHeld && (isHeld = false, end()));
      return { release, [Symbol.dispose]: release };
    }
    if (performance.now() >= end) {
      throw transientError(
        `Cannot ${purpose}: ${described(holderIn(path))} holds ${path}${advice && `; ${advice}`}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 20 + 30 * Math.random()));
  }
}
