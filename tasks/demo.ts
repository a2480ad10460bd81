/**
 * Shows in a minute what Pyrosaur does, without files and without the network: `deno task demo`.
 *
 * @module
 */
import { resolve } from "node:path";
import { runDemo } from "./demo/run.ts";
import { type DemoSettings, demoSettings } from "./demo/settings.ts";
import { type CommandSpec, runCommand } from "./runner/arguments.ts";
import { systemTerminal, type Terminal } from "./runner/terminal.ts";

const command: CommandSpec = {
  name: "demo",
  summary:
    "Composes chorales by rule, trains a small Deep Markov Model on them, draws what it has learned and exports it.",
  positionals: "",
  maximum: 0,
  options: {
    out: { kind: "text", placeholder: "DIR", help: "where everything goes (default demo)" },
    seed: { kind: "integer", help: "of the chorales and the training (default 0)" },
  },
};

/** Places and sizes for tests; the defaults are the project's own. */
interface DemoCommandOptions {
  /** The folder that the output is relative to. */
  readonly cwd?: string;
  /** The sizes. */
  readonly settings?: DemoSettings;
  /** The place for texts. */
  readonly terminal?: Terminal;
}

/** Runs the demonstration. Resolves to the exit code. */
export function demo(args: readonly string[], options: DemoCommandOptions = {}): Promise<number> {
  const { cwd = Deno.cwd(), settings = demoSettings, terminal = systemTerminal() } = options;
  return runCommand(command, args, async ({ values }) => {
    const folder = resolve(cwd, String(values.out ?? "demo"));
    const started = performance.now();
    const { validNll, baseline, checks } = await runDemo(
      folder,
      (values.seed ?? 0) as number,
      settings,
      terminal,
    );
    const seconds = Math.round((performance.now() - started) / 1000);
    const apart = Math.max(...checks.map(({ eager, compiled }) => Math.max(eager, compiled)));
    terminal.print(`
In ${folder}, made in ${seconds} s:
  loss.svg                the loss by epoch: ${
      validNll.toFixed(2)
    } nats a step at last, independent Markov chains have ${baseline.toFixed(2)}
  reconstruction.svg      a chorale that was not trained on, and what the latent states keep of it
  composition.svg         what the model composes
  parameters.safetensors  its parameters: PyTorch's load_state_dict takes them
  model_repository/       ${checks.map(({ name }) => name).join(", ")}: ONNX models as Triton
                          serves them, in ONNX Runtime within ${apart.toExponential(0)} of the library

To go on: look at the figures in a browser; let it compose there, by
\`deno task serve --repository ${folder}/model_repository\`; see how the model is written in
lib/models/dmm/dmm.ts; \`deno task reproduce dmm\` trains on Bach's own chorales; \`deno task doctor\` says what this machine has.`);
    return 0;
  });
}

if (import.meta.main) Deno.exit(await demo(Deno.args));
