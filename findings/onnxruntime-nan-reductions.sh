#!/usr/bin/env bash
# onnxruntime 1.31.1 (PyPI, CPU provider) with onnx 1.22.0: ReduceMax and ReduceMin give NaN only where it comes first in the
# axis and pass over it elsewhere, where Max and Min of two tensors, ReduceSum and ReduceL1 keep it (NumPy's max keeps it). And
# Cast to int64 followed by Cast to int32 keeps to int32's limits as one Cast does: 3e9 gives -2^31, not its lowest 32 bits.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check onnx==1.22.0 onnxruntime==1.31.1 numpy==2.2.6
cd "$folder"
venv/bin/python - <<'PY'
import numpy as np
import onnxruntime as ort
from onnx import TensorProto, helper

def run(nodes, x, kind=TensorProto.FLOAT, constants=()):
    info = helper.make_tensor_value_info
    graph = helper.make_graph(nodes, "g", [info("x", TensorProto.FLOAT, x.shape)], [info("y", kind, None)], list(constants))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": x})[0]

nan = np.nan
x = np.array([[nan, 1, 2], [1, nan, 2], [1, 2, nan]], np.float32)
axes = helper.make_tensor("axes", TensorProto.INT64, [1], [1])
found = {}
for op in ["ReduceMax", "ReduceMin", "ReduceSum", "ReduceL1"]:
    y = run([helper.make_node(op, ["x", "axes"], ["y"], keepdims=0)], x, constants=[axes])
    found[op] = np.isnan(y).tolist()
    print(op, y)
one = helper.make_tensor("one", TensorProto.FLOAT, [], [1.0])
both = run([helper.make_node("Max", ["one", "x"], ["y"])], x, constants=[one])
casts = [helper.make_node("Cast", ["x"], ["w"], to=TensorProto.INT64), helper.make_node("Cast", ["w"], ["y"], to=TensorProto.INT32)]
low = run(casts, np.array([3e9, -1.5], np.float32), TensorProto.INT32)
print("Max of 1 and each", np.isnan(both).sum(), "NaN; casts", low, "NumPy", np.array([3e9]).astype(np.int64).astype(np.int32))
assert found["ReduceMax"] == found["ReduceMin"] == [True, False, False], "behaviour changed"
assert found["ReduceSum"] == found["ReduceL1"] == [True] * 3 and np.isnan(both).sum() == 3, "behaviour changed"
assert low.tolist() == [-2**31, -1], "behaviour changed"
print("as seen")
PY
