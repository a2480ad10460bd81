import { describeBackends } from "../../lib/backend/mod.ts";
import type { Finding } from "./finding.ts";

/** Lists the backends of tfjs, and marks the one that "auto" takes. */
export async function tfjsBackends(): Promise<Finding[]> {
  const backends = await describeBackends(), taken = backends.find((b) => b.available)!;
  return backends.map(({ name, available, reason }) => ({
    subject: `tfjs ${name}`,
    ok: available,
    finding: name === taken.name ? `${reason} (taken by "auto")` : reason,
  }));
}
