import { checkForeign } from "../../../system/mod.ts";
import { type Context, context, withFlag } from "../../../tensorflow/mod.ts";
import type { Device, LoadOptions } from "../engine.ts";

/** The place where modules run. */
export interface Runtime {
  /** TensorFlow's. */
  readonly context: Context;
  /** TensorFlow's name of the device. */
  readonly device: string;
  /** XLA's name of it. */
  readonly platform: Platform;
}

/** The kinds of devices that XLA compiles for. */
type Platform = "CPU" | "CUDA";

const PLATFORMS: Readonly<Partial<Record<Device, Platform>>> = { cpu: "CPU", cuda: "CUDA" };

const ready = new Map<Device, Runtime>();

/**
 * XLA on a device: the library is opened at the first call. Throws where it is absent.
 *
 * @param tried tries it, once, and throws where it does not work
 */
export function runtimeOf(
  { device, threads }: Pick<LoadOptions, "device" | "threads">,
  tried: (runtime: Runtime) => void,
): Runtime {
  const known = ready.get(device);
  if (known) return known;
  const platform = PLATFORMS[device];
  if (!platform) {
    throw new Error(
      `Cannot compile: engine "xla" runs on ${Object.keys(PLATFORMS).join(" and ")}, not on ${device}`,
    );
  }
  checkForeign("use XLA");
  const own = Deno.env.get("XLA_FLAGS");
  // Without it the largest of some numbers may be one where another is not a number.
  Deno.env.set("XLA_FLAGS", withFlag(own ?? "", "--xla_cpu_enable_fast_min_max=", "false"));
  const tensorflow = context({ intraOpThreads: threads > 0 ? threads : undefined });
  const found = tensorflow.devices.find(({ type }) => type === (platform === "CPU" ? "CPU" : "GPU"));
  if (!found) {
    throw new Error(
      `Cannot compile: engine "xla" has no GPU, TensorFlow ${tensorflow.library.version} finds ${
        tensorflow.devices.map((d) => d.name).join(", ")
      }; use device "cpu", or run \`deno task engine tensorflow --gpu\``,
    );
  }
  const runtime = { context: tensorflow, device: found.name, platform };
  tried(runtime);
  // They are read by now. Processes started from here, of another XLA perhaps, are spared them.
  if (own === undefined) Deno.env.delete("XLA_FLAGS");
  else Deno.env.set("XLA_FLAGS", own);
  ready.set(device, runtime);
  return runtime;
}
