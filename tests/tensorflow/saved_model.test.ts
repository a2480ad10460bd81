import assert from "node:assert/strict";
import { type Tensor, tf } from "../../lib/tensor/mod.ts";
import { chooseBackend } from "../../lib/backend/mod.ts";
import { context } from "../../lib/tensorflow/mod.ts";
import { inTemporaryFolder } from "../temporary.ts";
import { isProvisioned } from "./provisioned.ts";

/** A field of a protocol buffer: a number, or bytes, text or fields of its own. */
const field = (id: number, value: number | string | number[]): number[] => {
  if (typeof value === "number") return [id << 3, value];
  const bytes = typeof value === "string" ? [...new TextEncoder().encode(value)] : value;
  return [
    id << 3 | 2,
    ...(bytes.length > 127 ? [bytes.length & 127 | 128, bytes.length >> 7] : [bytes.length]),
    ...bytes,
  ];
};

/** A node of a graph of float32. */
const node = (name: string, op: string, attribute: string, ...inputs: string[]): number[] =>
  field(1, [
    ...field(1, name),
    ...field(2, op),
    ...inputs.flatMap((input) => field(3, input)),
    ...field(5, [...field(1, attribute), ...field(2, field(6, 1))]),
  ]);

/** A SavedModel, tagged `serve`, of `y = x * x` and `z = x + y`. */
const model = Uint8Array.from([
  ...field(1, 1),
  ...field(2, [
    ...field(1, field(4, "serve")),
    ...field(2, [
      ...node("x", "Placeholder", "dtype"),
      ...node("y", "Square", "T", "x"),
      ...node("z", "AddV2", "T", "x", "y"),
      ...field(4, field(1, 22)),
    ]),
  ]),
]);

/** The part of tfjs-node's backend that SavedModels are run by. */
interface Models {
  loadSavedModelMetaGraph(folder: string, tags: string): number;
  runSavedModel(id: number, inputs: Tensor[], infos: { name: string }[], outputs: string[]): Tensor[];
  deleteSavedModel(id: number): void;
  getNumOfSavedModels(): number;
}

Deno.test({
  name: "tensorflow: a SavedModel is loaded, run and freed",
  ignore: !isProvisioned,
  fn: () =>
    inTemporaryFolder(async (folder) => {
      await Deno.writeFile(`${folder}/saved_model.pb`, model);
      await chooseBackend("tensorflow");
      try {
        const models = tf.findBackend("tensorflow") as unknown as Models, before = context().handles.size;
        const id = models.loadSavedModelMetaGraph(folder, "serve"), x = tf.tensor1d([1, 2, 3]);
        assert.equal(models.getNumOfSavedModels(), 1);
        const [z, y] = models.runSavedModel(id, [x], [{ name: "x:0" }], ["z:0", "y"]);
        assert.deepEqual(z.arraySync() as unknown, [2, 6, 12]);
        assert.deepEqual(y.arraySync() as unknown, [1, 4, 9]);
        const wrong: [() => unknown, string | RegExp][] = [
          [
            () => models.runSavedModel(id, [x], [{ name: "w:0" }], ["z:0"]),
            /^Unknown operation "w": the SavedModel's graph has/,
          ],
          [() => models.runSavedModel(id, [], [], ["z:0"]), /^Cannot run a SavedModel: .*placeholder/is],
          [
            () => models.runSavedModel(id + 1, [x], [{ name: "x:0" }], ["z:0"]),
            /^Unknown SavedModel \d+: it was freed, or never loaded$/,
          ],
          [
            () => models.loadSavedModelMetaGraph(folder, "other"),
            /^Cannot load the SavedModel .*: Could not find meta graph def/,
          ],
          [
            () => models.loadSavedModelMetaGraph(`${folder}/none`, "serve"),
            /^Cannot load the SavedModel .*none: /,
          ],
        ];
        for (const [body, message] of wrong) assert.throws(body, { message });
        models.deleteSavedModel(id);
        assert.equal(models.getNumOfSavedModels(), 0);
        tf.dispose([x, y, z]);
        assert.equal(context().handles.size, before);
      } finally {
        await chooseBackend("cpu");
      }
    }),
});
