#!/usr/bin/env bash
# onnxruntime-node 1.30.0 (npm), with models of one Identity from onnx 1.22.0: a tensor of float16 cannot be an input under
# Deno 2.9.6 ("not enough space: expected 4, got 0": Tensor makes a Float16Array, of which Deno's Node-API gives no bytes),
# under Node 20 it can; a tensor over a SharedArrayBuffer is refused under both ("Invalid argument"), so that threads which
# share memory have to copy; and a text is cut at its first character NUL, under both, on its way in or out.
# Deno takes a tensor of uint16 whose type is set to float16 afterwards.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check onnx==1.22.0
cd "$folder"
venv/bin/python - <<'PY'
from onnx import TensorProto, checker, helper, save

for name, kind in [("half", TensorProto.FLOAT16), ("single", TensorProto.FLOAT), ("text", TensorProto.STRING)]:
    x, y = (helper.make_tensor_value_info(n, kind, [2]) for n in "xy")
    graph = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], name, [x], [y])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    checker.check_model(model, full_check=True)
    save(model, f"{name}.onnx")
PY
cat > package.json <<'JSON'
{"type": "module", "dependencies": {"onnxruntime-node": "1.30.0", "deno": "2.9.6", "node": "20.19.5"}}
JSON
ONNXRUNTIME_NODE_INSTALL=skip npm install --silent --no-audit --no-fund > /dev/null
cat > run.js <<'JS'
import { createRequire } from "node:module";
const ort = createRequire(import.meta.url)("onnxruntime-node");
const run = async (file, make) => {
  const session = await ort.InferenceSession.create(file);
  try {
    return [...(await session.run({ x: make() })).y.data];
  } catch (error) {
    return error.message;
  }
};
const bits = Uint16Array.of(0x3c00, 0x4000);
const half = await run("half.onnx", () => new ort.Tensor("float16", bits, [2]));
const other = await run("half.onnx", () => Object.assign(new ort.Tensor("uint16", bits, [2]), { type: "float16" }));
const shared = await run("single.onnx", () => new ort.Tensor("float32", new Float32Array(new SharedArrayBuffer(8)), [2]));
const text = await run("text.onnx", () => new ort.Tensor("string", ["a\0b", "c"], [2]));
console.log(JSON.stringify({ half, other, shared, text }));
JS
deno=$(npx deno run --allow-all run.js) node=$(npx node run.js)
echo "Deno: $deno"; echo "Node: $node"
[ "$deno" = '{"half":"not enough space: expected 4, got 0","other":[1,2],"shared":"Invalid argument","text":["a","c"]}' ] || { echo "behaviour changed"; exit 1; }
[ "$node" = '{"half":[15360,16384],"other":[15360,16384],"shared":"Invalid argument","text":["a","c"]}' ] || { echo "behaviour changed"; exit 1; }
echo "as seen"
