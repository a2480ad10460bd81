import { fileURLToPath } from "node:url";
import { median } from "../../lib/statistics/mod.ts";
import { experiment } from "../../experiments/dmm/mod.ts";
import type { Measurement } from "../shared/measurement.ts";
import type { EpochTime } from "./epochs.ts";

const { full } = experiment.profiles;

const OWN = fileURLToPath(new URL("../../", import.meta.url)).replace(/[\\/]$/, "");
const SCRIPT = fileURLToPath(new URL("./epochs.ts", import.meta.url));

/**
 * The learning rate: a tenth of the profile's, which is near the edge of what is stable, where a
 * training of some epochs may end in numbers that are not finite. It makes no step shorter.
 */
const RATE = 4e-5;

/** A training in a process of its own, of the build in a folder. */
class Training {
  readonly #process: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  #rest = "";

  constructor(readonly root: string, data: string, iafs: number) {
    const { training, flows } = full, optimiser = { ...training.optimiser, lr: RATE };
    const settings = [optimiser, flows].map((value) => JSON.stringify(value));
    this.#process = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "--allow-all", "--no-check", "--config", `${root}/deno.json`],
        ...[SCRIPT, root, data, String(iafs), ...settings],
      ],
      env: { ORT_DISABLE_TELEMETRY: "1" },
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#lines = this.#process.stdout.pipeThrough(new TextDecoderStream()).getReader();
    this.#input = this.#process.stdin.getWriter();
  }

  /** Resolves to the next line that it prints. @throws (rejects) Error where it ends before. */
  async line(): Promise<string> {
    while (!this.#rest.includes("\n")) {
      const { value, done } = await this.#lines.read();
      if (done) throw new Error(`Cannot train with the build in ${this.root}: its process ended`);
      this.#rest += value;
    }
    const end = this.#rest.indexOf("\n"), line = this.#rest.slice(0, end);
    this.#rest = this.#rest.slice(end + 1);
    return line;
  }

  /** Trains for an epoch. */
  async epoch(): Promise<EpochTime> {
    await this.#input.write(new TextEncoder().encode("epoch\n"));
    return JSON.parse(await this.line());
  }

  /** Ends the process, which may have ended already. */
  async end(): Promise<void> {
    await this.#input.close().catch(() => {});
    await this.#process.status;
  }
}

/**
 * Measures the three trainings of the profile `full` beside those of another build, epoch by epoch
 * in turns, with the same sequences and keys. The ratios are medians of those of two epochs that
 * follow each other, of the seconds that passed and of those of the processor, which other work on
 * the machine disturbs less. A build from before the stable form of flows trains its own form.
 *
 * @param before the folder of the other build
 * @param data the chorales' file
 * @param epochs of each training
 */
export async function besideBefore(before: string, data: string, epochs: number): Promise<Measurement[]> {
  const found: Measurement[] = [];
  for (const iafs of full.iafs) {
    const trainings = [OWN, before].map((root) => new Training(root, data, iafs));
    try {
      for (const training of trainings) await training.line();
      const pairs: EpochTime[][] = [];
      for (let i = 0; i < epochs; i++) {
        const pair: EpochTime[] = [];
        for (const training of trainings) pair.push(await training.epoch());
        pairs.push(pair);
      }
      const of = (f: (pair: EpochTime[]) => number) => median(pairs.map(f)), name = `dmm/full/iafs=${iafs}`;
      found.push(
        { name: `${name}/epoch_s`, value: of(([own]) => own.s), unit: "s", n: epochs },
        { name: `${name}/epoch_s/before`, value: of(([, other]) => other.s), unit: "s", n: epochs },
        { name: `${name}/ratio`, value: of(([own, other]) => own.s / other.s), unit: "", n: epochs },
        {
          name: `${name}/cpu_ratio`,
          value: of(([own, other]) => own.cpu_s / other.cpu_s),
          unit: "",
          n: epochs,
        },
        {
          name: `${name}/loss_ratio`,
          value: of(([own, other]) => own.loss / other.loss),
          unit: "",
          n: epochs,
        },
      );
    } finally {
      for (const training of trainings) await training.end();
    }
  }
  return found;
}
