import assert from "node:assert/strict";
import { datasets, resolveDataset } from "../../../lib/data/mod.ts";
import { inTemporaryFolder } from "../../temporary.ts";

/** A file as IDX has it: bytes behind a header with their sizes. */
function idx(sizes: readonly number[], fill = 0, length = sizes.reduce((a, b) => a * b, 1)): Uint8Array {
  const header = 4 + 4 * sizes.length, file = new Uint8Array(header + length).fill(fill, header);
  const view = new DataView(file.buffer);
  view.setUint32(0, 0x800 + sizes.length);
  sizes.forEach((size, i) => view.setUint32(4 + 4 * i, size));
  return file;
}

const images = idx([3, 28, 28], 255), labels = idx([3], 7);
const { parse, files } = datasets.mnist;

Deno.test("mnist is made of two pairs of IDX files", () => {
  const { train, test } = parse([images, labels, idx([2, 28, 28]), idx([2])]);
  assert.deepEqual([train.count, train.rows, train.columns, test.count], [3, 28, 28, 2]);
  assert.deepEqual([train.images[0], train.labels[2], test.images[0], test.labels[1]], [255, 7, 0, 0]);
});

const original = "Replace the file by the original one";

const damaged: [what: string, files: [number, Uint8Array], message: string][] = [
  [
    "empty",
    [0, new Uint8Array(0)],
    `Cannot read train-images-idx3-ubyte: found 0 bytes, expected an IDX header of 16. ${original}`,
  ],
  [
    "not IDX",
    [1, new TextEncoder().encode("<html>404</html>")],
    "Cannot read train-labels-idx1-ubyte: found the first bytes 0x3c68746d, expected 0x00000801 " +
    `(bytes, 1 axes). ${original}`,
  ],
  [
    "labels in the place of images",
    [2, idx([20])],
    "Cannot read t10k-images-idx3-ubyte: found the first bytes 0x00000801, expected 0x00000803 " +
    `(bytes, 3 axes). ${original}`,
  ],
  [
    "cut short",
    [0, images.subarray(0, 1000)],
    "Cannot read train-images-idx3-ubyte: found 984 bytes after the header, expected 3 x 28 x 28 = 2352, " +
    `as the header says. ${original}`,
  ],
  [
    "too long",
    [3, idx([2], 0, 3)],
    `Cannot read t10k-labels-idx1-ubyte: found 3 bytes after the header, expected 2 = 2, as the header says. ${original}`,
  ],
  [
    "of another size",
    [0, idx([3, 32, 32])],
    "Cannot use train-images-idx3-ubyte: found 3 images of 32 x 32 pixels, expected some of 28 x 28. " +
    original,
  ],
  [
    "without images",
    [2, idx([0, 28, 28])],
    "Cannot use t10k-images-idx3-ubyte: found 0 images of 28 x 28 pixels, expected some of 28 x 28. " +
    original,
  ],
  [
    "with labels of other images",
    [1, idx([4])],
    "Cannot pair train-images-idx3-ubyte with train-labels-idx1-ubyte: found 3 images and 4 labels, expected as many. " +
    "Take both files from one source",
  ],
  [
    "with a label that is no digit",
    [3, Uint8Array.from([...idx([1], 3), 10]).with(7, 2)],
    `Cannot use t10k-labels-idx1-ubyte: label 1 is 10, expected a digit from 0 to 9. ${original}`,
  ],
];

for (const [what, [place, file], message] of damaged) {
  Deno.test(`mnist is refused where a file is ${what}`, () => {
    const all = [images, labels, idx([2, 28, 28]), idx([2])].with(place, file);
    assert.throws(() => parse(all), { name: "Error", message });
  });
}

Deno.test("mnist with one altered file and others that are missing is refused, not simulated", async () => {
  await inTemporaryFolder(async (root) => {
    await Deno.mkdir(`${root}/mnist`);
    await Deno.writeFile(`${root}/mnist/${files.at(-1)!.name}`, images);
    const options = { dir: root, environmentDir: null, cache: null, fetch: false } as const;
    await assert.rejects(resolveDataset("mnist", options), {
      name: "UnusableDataError",
      message: /t10k-labels/,
    });
  });
});

Deno.test("mnist with altered files in the user's folder is refused, not simulated", async () => {
  await inTemporaryFolder(async (root) => {
    await Deno.mkdir(`${root}/mnist`);
    for (const { name } of files) await Deno.writeFile(`${root}/mnist/${name}`, images);
    await assert.rejects(resolveDataset("mnist", { dir: root, environmentDir: null, cache: null }), {
      name: "UnusableDataError",
      message: new RegExp(
        `^Cannot use .*/mnist/train-images-idx3-ubyte: it has sha256 [0-9a-f]{64} \\(2368 bytes\\), ` +
          "expected ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db \\(47040016 bytes\\). " +
          "Replace it by the original, or remove it to have it fetched$",
      ),
    });
  });
});
