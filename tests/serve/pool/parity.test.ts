import assert from "node:assert/strict";
import { exportParts, loadModel, openService, readRepository } from "../../../lib/serve/mod.ts";
import { dmm, dmmParts } from "../../../lib/models/mod.ts";
import { parameterShapes } from "../../../lib/nn/mod.ts";
import { type HostArray, random, type Tensor, toHostArray } from "../../../lib/tensor/mod.ts";
import { inTemporaryFolder } from "../../temporary.ts";
import { binaryAnswer, binaryBody } from "../served.ts";

const sizes = {
  inputDim: 88,
  zDim: 20,
  emissionDim: 30,
  transitionDim: 40,
  rnnDim: 48,
  iafDim: 24,
  numIafs: 1,
};
const normal = (seed: number, ...shape: number[]): HostArray =>
  toHostArray(random.normal(random.key(seed), shape));

const bytesOf = ({ data }: HostArray): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();

const datatype = ({ data }: HostArray): string => data instanceof Int32Array ? "INT32" : "FP32";

Deno.test("answers equal those of loadModel in process bit for bit, joined or not, at three batch sizes and lengths", () =>
  inTemporaryFolder(async (folder) => {
    const shapes = Object.entries(parameterShapes("dmm", dmm(sizes).net));
    const params = Object.fromEntries(
      shapes.map(([name, shape], i) => [name, toHostArray(random.normal(random.key(i), shape).mul(0.3))]),
    );
    const { emitter, guide } = dmmParts(dmm(sizes), params);
    const sequences = (steps: number, count: number): Record<string, HostArray> => ({
      notes: normal(1, steps, count, 88),
      lengths: { data: Int32Array.from({ length: count }, (_, i) => Math.max(1, steps - i)), shape: [count] },
      noise: normal(2, steps, count, 20),
    });
    await exportParts(
      [
        {
          name: "emitter",
          part: (z: Tensor) => ({ ...emitter(z) }),
          inputs: { z: ["rows", null] },
          batches: true,
          examples: [[normal(0, 2, 20)]],
        },
        {
          name: "guide",
          part: (...inputs: Tensor[]) => ({ ...guide(...inputs as [Tensor, Tensor, Tensor]) }),
          inputs: { notes: ["time", "rows", null], lengths: ["rows"], noise: ["time", "rows", null] },
          batches: false,
          examples: [Object.values(sequences(3, 2))],
        },
      ],
      {},
      folder,
    );
    const models = await readRepository(folder), service = await openService(folder, { workers: 1 });
    try {
      for (const { config: { name }, versions: [{ path }] } of models) {
        const requests = name === "emitter"
          ? [1, 3, 64, 1, 1, 2, 5, 64, 200].map((count, i) => ({ z: normal(i, count, 20) }))
          : [[1, 1], [7, 3], [33, 16]].map(([steps, count]) => sequences(steps, count));
        const model = await loadModel(await Deno.readFile(path), { threads: 1 });
        const expected = [];
        for (const inputs of requests) expected.push(await model.run(inputs));
        await model.release();
        const ask = async (inputs: Record<string, HostArray>) => {
          const entries = Object.entries(inputs), data = entries.map(([, array]) => bytesOf(array));
          const [body, init] = binaryBody({
            inputs: entries.map(([name, array], i) => ({
              name,
              datatype: datatype(array),
              shape: array.shape,
              parameters: { binary_data_size: data[i].length },
            })),
            parameters: { binary_data_output: true },
          }, ...data);
          return await binaryAnswer(
            await service.handle(
              new Request(`http://h/v2/models/${name}/infer`, { method: "POST", body, ...init }),
            ),
          );
        };
        const together = await Promise.all(requests.map(ask));
        const alone = [];
        for (const inputs of requests) alone.push(await ask(inputs));
        for (const answers of [together, alone]) {
          for (const [i, { json, data }] of answers.entries()) {
            assert.deepEqual(json.outputs.map((o: any) => o.name), Object.keys(expected[i]));
            for (const [k, { name, shape }] of json.outputs.entries()) {
              assert.deepEqual(shape, expected[i][name].shape);
              assert.deepEqual(data[k], bytesOf(expected[i][name]), `${name} of request ${i}`);
            }
          }
        }
        const stats = await (await service.handle(new Request(`http://h/v2/models/${name}/stats`))).json();
        const { success } = stats.model_stats[0].inference_stats, runs = stats.model_stats[0].execution_count;
        assert.equal(success.count, 2 * requests.length);
        assert.equal(runs < success.count, name === "emitter", `${runs} runs`);
      }
      // ONNX Runtime has no Scan over no steps.
      const { notes, noise } = sequences(0, 2),
        empty = { notes, noise, lengths: { data: new Int32Array(2), shape: [2] } };
      const inputs = Object.entries(empty).map(([name, array]) => ({
        name,
        datatype: datatype(array),
        shape: array.shape,
        data: [...array.data],
      }));
      const response = await service.handle(
        new Request("http://h/v2/models/guide/infer", { method: "POST", body: JSON.stringify({ inputs }) }),
      );
      const answer = await response.json();
      if (response.status === 200) assert.deepEqual(answer.outputs[0].shape, [0, 2, 20]);
      else {assert.match(
          `${response.status} ${answer.error}`,
          /^400 the model "guide" cannot run on these inputs: /,
        );}
    } finally {
      await service.close();
    }
  }));
