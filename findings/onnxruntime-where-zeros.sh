#!/usr/bin/env bash
# onnxruntime 1.31.1 (PyPI, CPU provider) with onnx 1.22.0: Where gives 0 for a -0 that it takes from its second input (the
# condition holds), and keeps one from its third, in float32 and float64 alike; Identity and NumPy's where keep both. Reciprocal
# behind it gives Infinity in place of -Infinity.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check onnx==1.22.0 onnxruntime==1.31.1 numpy==2.2.6
cd "$folder"
venv/bin/python - <<'PY'
import numpy as np
import onnxruntime as ort
from onnx import TensorProto, helper

signs = {}
for kind, dtype in [(TensorProto.FLOAT, np.float32), (TensorProto.DOUBLE, np.float64)]:
    info = helper.make_tensor_value_info
    nodes = [
        helper.make_node("Where", ["c", "a", "b"], ["chosen"]),
        helper.make_node("Reciprocal", ["chosen"], ["inverse"]),
        helper.make_node("Identity", ["a"], ["same"]),
    ]
    inputs = [info("c", TensorProto.BOOL, [4]), info("a", kind, [4]), info("b", kind, [4])]
    outputs = [info(name, kind, [4]) for name in ["chosen", "inverse", "same"]]
    graph = helper.make_graph(nodes, "g", inputs, outputs)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    c, a = np.array([True, True, False, False]), np.array([-0.0, 2, -0.0, 3], dtype)
    b = np.array([5, -0.0, -0.0, -0.0], dtype)
    chosen, inverse, same = session.run(None, {"c": c, "a": a, "b": b})
    print(dtype.__name__, "Where", chosen, "Reciprocal", inverse, "Identity", same, "NumPy", np.where(c, a, b))
    assert np.signbit(np.where(c, a, b)).tolist() == [True, False, True, True] and np.signbit(same[0])
    assert inverse[0] == np.inf and inverse[2] == -np.inf, "behaviour changed"
    signs[dtype.__name__] = np.signbit(chosen).tolist()
assert signs == {"float32": [False, False, True, True], "float64": [False, False, True, True]}, f"behaviour changed: {signs}"
print("as seen")
PY
