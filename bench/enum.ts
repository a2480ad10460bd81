import { fileURLToPath } from "node:url";
import { resolveDataset } from "../lib/data/mod.ts";
import { chainForms } from "./enum/forms.ts";
import { child } from "./shared/child.ts";
import type { BenchOptions, Measurement } from "./shared/measurement.ts";
import { Peers } from "./peers/peers.ts";
import { seconds, Times } from "./shared/times.ts";

const SCRIPT = fileURLToPath(new URL("./enum/train.ts", import.meta.url));
/** Whole processes of the mixture; of the chain, whose steps are measured within, fewer. */
const MIXTURES = 3, CHAINS = 2, GROWTHS = 1;
/** Steps of the chain that are timed. */
const STEPS = 5;
/** Lengths at 16 states, and numbers of states at 128 steps, of 20 sequences. */
const LENGTHS = [32, 64, 128, 256, 512], STATES = [4, 8, 16, 32, 64], LANES = 20, STEP = 128;

/** The output of a program in any library about a chain. */
interface Chain {
  readonly ready_s: number;
  readonly step_ms: number;
  readonly peak_mb: number;
}

async function written(pieces: unknown): Promise<string> {
  const path = await Deno.makeTempFile({ suffix: ".json" });
  await Deno.writeTextFile(path, JSON.stringify(pieces));
  return path;
}

async function mixtures(times: Times, peers: Peers, found: readonly string[]): Promise<void> {
  for (let run = 0; run < MIXTURES; run++) {
    const add = async (suffix: string, body: () => Promise<{ again_ms: number }>) => {
      let again = NaN;
      times.add(`enum/gmm/first_s${suffix}`, await seconds(async () => again = (await body()).again_ms));
      times.add(`enum/gmm/again_ms${suffix}`, again);
    };
    await add("", () => child(SCRIPT, ["gmm"]));
    for (const peer of found) {
      await add(`/peer=${peer}`, async () => JSON.parse(await peers.run(`enum_${peer}.py`, ["gmm"])));
    }
  }
}

async function chains(
  times: Times,
  name: string,
  pieces: unknown,
  states: number,
  peers: Peers,
  found: readonly string[],
  runs = GROWTHS,
): Promise<void> {
  const path = await written(pieces), args = ["hmm", path, String(states), String(STEPS)];
  try {
    for (let run = 0; run < runs; run++) {
      const add = (suffix: string, chain: Chain) => {
        for (const key of ["ready_s", "step_ms", "peak_mb"] as const) {
          times.add(`${name}/${key}${suffix}`, chain[key]);
        }
      };
      add("", await child<Chain>(SCRIPT, args));
      for (const peer of found) add(`/peer=${peer}`, JSON.parse(await peers.run(`enum_${peer}.py`, args)));
    }
  } finally {
    await Deno.remove(path);
  }
}

/**
 * Measures sums over discrete sites: the mixture tutorial's 200 steps; the hidden Markov model on
 * all training chorales at once, beside NumPyro's and Pyro's; its growth with length and states,
 * beside NumPyro's; and chains by the loop and by products in pairs.
 */
export async function run({ peers: wanted }: BenchOptions): Promise<Measurement[]> {
  const times = new Times(), peers = new Peers();
  const found = wanted ? await peers.present(["numpyro", "pyro"]) : [];
  await mixtures(times, peers, found);
  const { value, notice } = await resolveDataset("jsb");
  if (notice !== null) console.error(notice);
  await chains(times, "enum/hmm", value.train, 16, peers, found, CHAINS);
  const pieceOf = (length: number, shift: number) =>
    Array.from({ length }, (_, t) => value.train[shift % value.train.length][t % 25]);
  const pieces = (length: number) => Array.from({ length: LANES }, (_, shift) => pieceOf(length, shift));
  const others = found.filter((peer) => peer === "numpyro");
  for (const length of LENGTHS) {
    await chains(times, `enum/hmm/steps=${length}`, pieces(length), 16, peers, others);
  }
  for (const states of STATES) {
    await chains(times, `enum/hmm/states=${states}`, pieces(STEP), states, peers, others);
  }
  const medians = times.medians().map((m) => m.name.includes("peak_mb") ? { ...m, unit: "MB" } : m);
  return [...medians, ...await chainForms()];
}
