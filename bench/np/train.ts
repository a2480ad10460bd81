import type { CompileOptions } from "../../lib/compile/mod.ts";
import { adam, SVIEnsemble, TraceMeanFieldELBO } from "../../lib/infer/mod.ts";
import { withRandomContext } from "../../lib/models/mod.ts";
import { random } from "../../lib/tensor/mod.ts";
import { column, processWith, X, Y } from "../../experiments/np_collapse/notebook.ts";

/** Runs that are trained side by side. */
interface Runs {
  readonly runs: number;
  readonly steps: number;
  /** Default: as predicted, on the processor. */
  readonly engine?: CompileOptions["engine"];
  readonly device?: CompileOptions["device"];
}

/** Trains them as the experiment does, without looks. Gives the loss of each at its last step. */
export async function train({ runs, steps, engine, device }: Runs): Promise<number[]> {
  const np = processWith("normal");
  const { loss } = new TraceMeanFieldELBO({ numParticles: 10, vectorizeParticles: true });
  const ensemble = new SVIEnsemble(np.model, np.guide, adam({ lr: 1e-3 }), withRandomContext(loss, 1, 3), {
    members: runs,
    threads: 1,
    ...(engine && { engine }),
    ...(device && { device }),
  });
  const { losses } = await ensemble.run(random.key(0), steps, [column(X), column(Y)], { progress: false });
  await ensemble.release();
  return Array.from(losses.data.subarray(-runs));
}
