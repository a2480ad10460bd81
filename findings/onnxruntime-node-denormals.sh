#!/usr/bin/env bash
# onnxruntime-node 1.30.0 (npm), with a model of one Identity from onnx 1.22.0: where the first session of a process has the
# option session.set_denormal_as_zero, the thread of JavaScript itself computes with subnormal numbers as 0 from then on, for
# good and outside of ONNX Runtime: 2^-1022 / 2 is 0 and Number.MIN_VALUE > 0 is false, as computed from a variable. Seen under
# Deno 2.9.6 and Node 20. In a second session the option changes nothing in that thread.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check onnx==1.22.0
cd "$folder"
venv/bin/python - <<'PY'
from onnx import TensorProto, checker, helper, save

x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in "xy")
graph = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "same", [x], [y])
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
checker.check_model(model, full_check=True)
save(model, "same.onnx")
PY
cat > package.json <<'JSON'
{"type": "module", "dependencies": {"onnxruntime-node": "1.30.0", "deno": "2.9.6", "node": "20.19.5"}}
JSON
ONNXRUNTIME_NODE_INSTALL=skip npm install --silent --no-audit --no-fund > /dev/null
cat > run.js <<'JS'
import { createRequire } from "node:module";
import process from "node:process";
const ort = createRequire(import.meta.url)("onnxruntime-node");
const numbers = Float64Array.of(2 ** -1022, Number.MIN_VALUE);
const seen = () => [numbers[0] / 2 !== 0, numbers[1] > 0];
const result = { before: seen() };
for (const [i, flush] of [...process.argv[2]].entries()) {
  await ort.InferenceSession.create("same.onnx", {
    intraOpNumThreads: 1,
    ...(flush === "1" && { extra: { session: { set_denormal_as_zero: "1" } } }),
  });
  result[`session ${i + 1}`] = seen();
}
console.log(JSON.stringify(result));
JS
first='{"before":[true,true],"session 1":[false,false],"session 2":[false,false]}'
second='{"before":[true,true],"session 1":[true,true],"session 2":[true,true]}'
for runtime in "deno run --allow-all" node; do
  for order in 10 01; do
    output=$(npx $runtime run.js "$order"); echo "$runtime $order: $output"
    [ "$order" = 10 ] && expected=$first || expected=$second
    [ "$output" = "$expected" ] || { echo "behaviour changed"; exit 1; }
  done
done
echo "as seen"
