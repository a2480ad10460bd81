import assert from "node:assert/strict";
import fc from "fast-check";
import onnxProto from "onnx-proto";
import { Message } from "../../lib/compile/onnx/message.ts";
import { attributes, encodeModel, type GraphProto } from "../../lib/compile/onnx/proto.ts";

const { ModelProto } = (onnxProto as any).onnx;

/** The same model, written by the package onnx-proto. */
const peer = (graph: GraphProto, metadata: Record<string, string>): Uint8Array =>
  ModelProto.encode(ModelProto.create({
    irVersion: 9,
    opsetImport: [{ domain: "", version: 18 }],
    producerName: "pyrosaur",
    graph,
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  })).finish();

const text = fc.string({ unit: "grapheme", maxLength: 8 }), int = fc.maxSafeInteger();
const attribute = fc.oneof(
  fc.tuple(text, fc.oneof(int, fc.array(int), text)).map(([name, value]) => attributes({ [name]: value })[0]),
  fc.tuple(text, fc.float()).map(([name, f]) => ({ name, type: 1, f })),
);
const node = fc.record({
  opType: text,
  input: fc.array(text),
  output: fc.array(text),
  attribute: fc.array(attribute, { maxLength: 3 }),
}, { requiredKeys: ["opType", "input", "output", "attribute"] });
const dim = fc.oneof(fc.nat().map((dimValue) => ({ dimValue })), text.map((dimParam) => ({ dimParam })));
const value = fc.record({
  name: text,
  type: fc.record({
    tensorType: fc.record({ elemType: fc.nat(16), shape: fc.record({ dim: fc.array(dim) }) }),
  }),
});
const tensor = fc.record({
  name: text,
  dims: fc.array(fc.nat()),
  dataType: fc.nat(16),
  rawData: fc.uint8Array(),
});
const graph = fc.record({
  name: text,
  node: fc.array(node, { maxLength: 4 }),
  input: fc.array(value, { maxLength: 3 }),
  output: fc.array(value, { maxLength: 3 }),
  initializer: fc.array(tensor, { maxLength: 3 }),
});

Deno.test("encodeModel() writes the bytes that onnx-proto writes, graphs within graphs too", () => {
  fc.assert(fc.property(graph, graph, fc.dictionary(text, text), (outer, body, metadata) => {
    const loop = { opType: "Scan", input: ["x"], output: [], attribute: attributes({ body }) };
    const model = { ...outer, node: [...outer.node, loop] };
    assert.ok(encodeModel(model, metadata).toHex() === Uint8Array.from(peer(model, metadata)).toHex());
  }));
});

Deno.test("Message writes varints as the protocol buffers' encoding guide shows them", () => {
  const bytes = (value: number) => [...new Message().int(1, value).finish()];
  assert.deepEqual(bytes(150), [0x08, 0x96, 0x01]);
  assert.deepEqual(bytes(0), [0x08, 0x00]);
  assert.deepEqual(bytes(-2), [0x08, 0xfe, ...Array(8).fill(0xff), 0x01]);
});
