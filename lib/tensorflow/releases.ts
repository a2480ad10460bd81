/** A file of an engine: where it lies in the engine's folder, and what it must be. */
export interface EngineFile {
  /** Its path in the folder. */
  readonly path: string;
  /** Its size. */
  readonly bytes: number;
  /** Its SHA-256, in lower-case hexadecimal. */
  readonly sha256: string;
}

/** A build of TensorFlow whose files are known. */
export interface Release {
  /** TensorFlow's version. */
  readonly version: string;
  /** The kind of device that it computes on. */
  readonly device: "cpu" | "gpu";
  /** The system it is for, as `linux x86_64`. */
  readonly system: string;
  /** The files of TensorFlow that are needed; the first is the one that is opened. */
  readonly files: readonly EngineFile[];
}

/** The version that engines are made of. */
export const VERSION = "2.21.0";

/** The builds that are pinned. */
export const RELEASES: readonly Release[] = [
  {
    version: VERSION,
    device: "cpu",
    system: "linux x86_64",
    files: [
      {
        path: "libtensorflow_cc.so.2",
        bytes: 788_086_608,
        sha256: "6505a4b9657e62100c6bdacb683957a395cb047725042945aaa50e40a71e429e",
      },
      {
        path: "libtensorflow_framework.so.2",
        bytes: 65_222_328,
        sha256: "f060b323b26ef80add21b9df9428de3aeaf2843d772c5bb098745f7abff3709b",
      },
    ],
  },
  {
    version: VERSION,
    device: "gpu",
    system: "linux x86_64",
    files: [
      {
        path: "tensorflow/libtensorflow_cc.so.2",
        bytes: 1_096_372_272,
        sha256: "2889ecc99d7641620f41a4bea538f4dd4b626f75aa3e12623161ae939054191c",
      },
      {
        path: "tensorflow/libtensorflow_framework.so.2",
        bytes: 162_648_808,
        sha256: "98847c6f0448308159f6d3ff55e13a9e92978598c7fbb34cde63aadf35c6fe84",
      },
    ],
  },
];

/** Returns the name of this system, as releases have it. */
export const thisSystem = (): string => `${Deno.build.os} ${Deno.build.arch}`;
