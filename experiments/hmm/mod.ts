/**
 * Hidden Markov models of Bach's chorales in the forms of Pyro's example, states summed out; and
 * the plain one by Baum-Welch.
 *
 * @module
 */
import type { Experiment } from "@pyrosaur/pyrosaur/results";
import { rowsOf } from "./notes.ts";
import { report } from "./report.ts";
import { type HmmConfig, profiles } from "./settings.ts";
import { recovery, targets } from "./targets.ts";
import type { HmmResult, HmmTask } from "./task.ts";

/** The experiment. */
export const experiment: Experiment<HmmConfig, HmmTask, HmmResult> = {
  name: "hmm",
  title: "Hidden Markov models",
  question:
    "How well do sixteen hidden states explain Bach's chorales, learned by the gradient of their exact likelihood, and what do " +
    "the states mean? Pyro's example in four forms, beside Baum-Welch and the Deep Markov Model.",
  data: ["jsb"],
  profiles,
  targets,
  recovery,
  steps: "steps",
  worker: new URL("./worker.ts", import.meta.url),
  tasks({ config: { forms, pieces, tested, seeds: _, ...config }, seeds: [seed], compile, dataset }) {
    const { value } = dataset("jsb"), { steps, rounds } = config;
    const train = rowsOf(value.train.slice(0, pieces)), test = rowsOf(value.test.slice(0, tested));
    return (["baum_welch", ...forms] as const).map((kind) => ({
      name: kind.replace(" ", "_"),
      steps: kind === "baum_welch" ? rounds : steps,
      seconds: 60,
      data: { kind, train, test, seed, config, compile },
    }));
  },
  report,
};

export default experiment;
