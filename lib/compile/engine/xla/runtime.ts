import { type Context, context } from "../../../tensorflow/context.ts";
import type { Device, LoadOptions } from "../engine.ts";
import { programsDir, prune, xlaFlags } from "./disk_cache.ts";
import { selfTest } from "./self_test.ts";

/** Where modules run. */
export interface Runtime {
  /** TensorFlow's. */
  readonly context: Context;
  /** TensorFlow's name of the device. */
  readonly device: string;
  /** XLA's name of it. */
  readonly platform: Platform;
}

/** What XLA compiles for. */
export type Platform = "CPU" | "CUDA";

const PLATFORMS: Readonly<Partial<Record<Device, Platform>>> = { cpu: "CPU", cuda: "CUDA" };

const ready = new Map<Device, Runtime>();

/** XLA on a device: the library is opened and XLA tried at the first call. Throws where it is absent or does not work. */
export function runtimeOf({ device, threads }: Pick<LoadOptions, "device" | "threads">): Runtime {
  const known = ready.get(device);
  if (known) return known;
  const platform = PLATFORMS[device];
  if (!platform) {
    throw new Error(
      `Cannot compile: engine "xla" runs on ${Object.keys(PLATFORMS).join(" and ")}, not on ${device}`,
    );
  }
  const folder = programsDir();
  if (folder !== undefined) prune(folder);
  const environment = { TF_XLA_FLAGS: xlaFlags(Deno.env.get("TF_XLA_FLAGS") ?? "", folder) };
  // Where others made the context before, the flags come too late, and programs are compiled anew in each process.
  const tensorflow = context({ environment, intraOpThreads: threads > 0 ? threads : undefined });
  const found = tensorflow.devices.find(({ type }) => type === (platform === "CPU" ? "CPU" : "GPU"));
  if (!found) {
    throw new Error(
      `Cannot compile: engine "xla" has no GPU, TensorFlow ${tensorflow.library.version} finds ${
        tensorflow.devices.map((d) => d.name).join(", ")
      }; use device "cpu", or run \`deno task engine tensorflow --gpu\``,
    );
  }
  const runtime = { context: tensorflow, device: found.name, platform };
  selfTest(runtime);
  ready.set(device, runtime);
  return runtime;
}
