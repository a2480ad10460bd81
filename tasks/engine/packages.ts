import { PROVIDER_VERSION } from "../../lib/compile/engine/cuda/mod.ts";
import { VERSION } from "../../lib/tensorflow/mod.ts";

/** A wheel of PyPI, pinned: what is downloaded, and what of it is kept. */
export interface Wheel {
  /** The package's name. */
  readonly name: string;
  /** Its version. */
  readonly version: string;
  /** Its size. */
  readonly bytes: number;
  /** Its SHA-256, in lower-case hexadecimal. */
  readonly sha256: string;
  /** Matches those of its files that are kept. */
  readonly keep: RegExp;
}

/** The recipe of an engine. */
export interface Recipe {
  /** Its name in messages (default "TensorFlow"). */
  readonly title?: string;
  /** The script that tries it, beside this file (default that of TensorFlow). */
  readonly smoke?: string;
  /** The device it computes on. */
  readonly device: "cpu" | "gpu";
  /** The system it is for, as `linux x86_64`. */
  readonly system: string;
  /** The version of Python whose wheels are taken; no Python of that version need be there. */
  readonly python: string;
  /** The platforms, as wheels name them, that the wheels are for. */
  readonly platforms: readonly string[];
  /** The wheels. */
  readonly wheels: readonly Wheel[];
  /** The size of the kept files. */
  readonly kept: number;
  /** The file that is opened. */
  readonly main: string;
  /** A kept file's path in the engine's folder. */
  place(path: string): string;
}

const nvidia = (name: string, version: string, bytes: number, sha256: string, keep: RegExp): Wheel => ({
  name: `nvidia-${name}-cu12`,
  version,
  bytes,
  sha256,
  keep,
});

/** The engines that can be made, all of TensorFlow's published builds. */
export const recipes: readonly Recipe[] = [
  {
    device: "cpu",
    system: "linux x86_64",
    python: "3.11",
    platforms: ["manylinux_2_27_x86_64"],
    wheels: [{
      name: "tensorflow-cpu",
      version: VERSION,
      bytes: 273_829_956,
      sha256: "2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c",
      keep: /^tensorflow\/libtensorflow_(cc|framework)\.so\.2$/,
    }],
    kept: 853_308_936,
    main: "libtensorflow_cc.so.2",
    place: (path) => path.slice(path.lastIndexOf("/") + 1),
  },
  {
    device: "gpu",
    system: "linux x86_64",
    python: "3.11",
    platforms: [
      "manylinux_2_27_x86_64",
      "manylinux_2_17_x86_64",
      "manylinux2014_x86_64",
      "manylinux_2_12_x86_64",
      "manylinux2010_x86_64",
    ],
    wheels: [
      {
        name: "tensorflow",
        version: VERSION,
        bytes: 572_440_367,
        sha256: "9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124",
        keep: /^tensorflow\/libtensorflow_(cc|framework)\.so\.2$/,
      },
      nvidia(
        "cublas",
        "12.9.3.13",
        581_217_458,
        "d7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72",
        /libcublas(Lt)?\.so/,
      ),
      nvidia(
        "cuda-cupti",
        "12.8.90",
        10_248_621,
        "ea0cb07ebda26bb9b29ba82cda34849e73c166c18162d3913575b0c9db9a6182",
        /libcupti\.so/,
      ),
      // XLA assembles its programs with ptxas, and takes mathematical functions from libdevice.
      nvidia(
        "cuda-nvcc",
        "12.9.86",
        40_546_229,
        "5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0",
        /bin\/ptxas$|libdevice\.10\.bc$/,
      ),
      nvidia(
        "cuda-nvrtc",
        "12.9.86",
        89_568_129,
        "210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4",
        /libnvrtc(-builtins)?\.so/,
      ),
      nvidia(
        "cuda-runtime",
        "12.9.79",
        3_493_179,
        "25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3",
        /libcudart\.so/,
      ),
      nvidia(
        "cudnn",
        "9.28.0.42",
        716_538_495,
        "9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375",
        /libcudnn.*\.so/,
      ),
      nvidia(
        "cufft",
        "11.4.1.4",
        200_877_592,
        "c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28",
        /libcufft\.so/,
      ),
      nvidia(
        "curand",
        "10.3.10.19",
        68_295_626,
        "49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e",
        /libcurand\.so/,
      ),
      nvidia(
        "cusolver",
        "11.7.5.82",
        338_117_415,
        "15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88",
        /libcusolver\.so/,
      ),
      nvidia(
        "cusparse",
        "12.5.10.65",
        366_465_088,
        "73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78",
        /libcusparse\.so/,
      ),
      nvidia(
        "nccl",
        "2.32.3",
        351_526_311,
        "bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c",
        /libnccl\.so/,
      ),
      nvidia(
        "nvjitlink",
        "12.9.86",
        39_748_338,
        "e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9",
        /libnvJitLink\.so/,
      ),
    ],
    kept: 5_249_530_248,
    main: "tensorflow/libtensorflow_cc.so.2",
    // TensorFlow looks for NVIDIA's libraries beside its own folder, as in a Python environment.
    place: (path) => path,
  },
];

/**
 * ONNX Runtime's CUDA provider, of the very version of the package onnxruntime-node, and the CUDA
 * libraries that it needs.
 */
export const onnxCuda: Recipe = {
  title: "ONNX Runtime's CUDA provider",
  smoke: "smoke_onnx_cuda.ts",
  device: "gpu",
  system: "linux x86_64",
  python: "3.12",
  platforms: [
    "manylinux_2_28_x86_64",
    "manylinux_2_27_x86_64",
    "manylinux_2_17_x86_64",
    "manylinux2014_x86_64",
  ],
  wheels: [
    {
      name: "onnxruntime-gpu",
      version: PROVIDER_VERSION,
      bytes: 246_685_715,
      sha256: "6acc0f4b3d5ac5f2984432faa59dd8fcce6775f8b43a7140afa0f322c7a703b1",
      keep: /libonnxruntime(\.so\.[\d.]+|_providers_(cuda|shared)\.so)$/,
    },
    {
      name: "nvidia-cublas",
      version: "13.1.0.3",
      bytes: 423_133_236,
      sha256: "ee8722c1f0145ab246bccb9e452153b5e0515fd094c3678df50b2a0888b8b171",
      keep: /libcublas(Lt)?\.so/,
    },
    {
      name: "nvidia-curand",
      version: "10.4.0.35",
      bytes: 59_544_258,
      sha256: "1aee33a5da6e1db083fe2b90082def8915f30f3248d5896bcec36a579d941bfc",
      keep: /libcurand\.so/,
    },
    {
      name: "nvidia-cuda-runtime",
      version: "13.0.96",
      bytes: 2_243_632,
      sha256: "7f82250d7782aa23b6cfe765ecc7db554bd3c2870c43f3d1821f1d18aebf0548",
      keep: /libcudart\.so/,
    },
    {
      name: "nvidia-cudnn-cu13",
      version: "9.14.0.64",
      bytes: 350_763_257,
      sha256: "024ce8f7571d322991ecadbe82907df2e89b5f36597d03436413ec6dd7c9fe54",
      keep: /libcudnn.*\.so/,
    },
  ],
  kept: 1_502_741_952,
  main: "libonnxruntime.so.1.30.0",
  place: (path) => path.slice(path.lastIndexOf("/") + 1),
};
