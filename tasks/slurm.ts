/**
 * Starts a cluster of Slurm's on this machine, for tests, until it is ended: `deno task slurm
 * [DIR]`.
 *
 * @module
 */
import { type CommandSpec, runCommand } from "./runner/arguments.ts";
import { systemSignal } from "./runner/system_signal.ts";
import { startCluster } from "./slurm/cluster.ts";

const command: CommandSpec = {
  name: "slurm",
  summary:
    "Starts Slurm (Debian's slurm-wlm and munge, as root) on this machine, a node a core, and stops it at the end of this command.",
  positionals: "[DIR]",
  maximum: 1,
  options: {
    nodes: { kind: "integer", help: "the number of nodes, of one core each (default 2)" },
  },
};

if (import.meta.main) {
  Deno.exit(
    await runCommand(command, Deno.args, async ({ values, positionals: [folder] }) => {
      const place = folder ?? await Deno.makeTempDir({ prefix: "pyrosaur-slurm-" }), signal = systemSignal();
      await using _cluster = await startCluster(place, { nodes: (values.nodes ?? 2) as number });
      console.log(`export SLURM_CONF=${place}/slurm.conf\nCtrl-C ends it.`);
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      return 0;
    }),
  );
}
