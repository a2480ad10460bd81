#!/usr/bin/env bash
# onnxruntime 1.31.1 (PyPI, CPU provider) with onnx 1.22.0: of the element-wise functions that ONNX defines for double,
# many have no kernel at double: the checker passes the model, making a session raises NOT_IMPLEMENTED. Seen below, in two lists.
# A model that is exported in float64 has to be composed from the first list (softplus from Exp and Log, erf by polynomials ...).
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check onnx==1.22.0 onnxruntime==1.31.1 numpy==2.2.6
cd "$folder"
venv/bin/python - <<'PY'
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper

OPS = """Abs Acos Acosh Asin Asinh Atan Atanh Ceil Cos Cosh Elu Erf Exp Floor HardSigmoid Log Neg Reciprocal Relu Round
Selu Sigmoid Sign Sin Sinh Softplus Softsign Sqrt Tan Tanh""".split()

def runs(op):
    make = lambda name: helper.make_tensor_value_info(name, TensorProto.DOUBLE, [2])
    graph = helper.make_graph([helper.make_node(op, ["x"], ["y"])], op, [make("x")], [make("y")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    onnx.checker.check_model(model, full_check=True)
    try:
        ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        return True
    except Exception as error:
        assert "NOT_IMPLEMENTED" in str(error), error
        return False

ort.set_default_logger_severity(4)
have = [op for op in OPS if runs(op)]
lack = [op for op in OPS if op not in have]
print("onnxruntime", ort.__version__, "onnx", onnx.__version__)
print("with a kernel:", *have)
print("without:", *lack)
SEEN = "Acos Acosh Asin Asinh Atan Atanh Cosh Elu Erf HardSigmoid Selu Sinh Softplus Softsign Tan"
assert lack == SEEN.split(), "behaviour changed"
print("as seen")
PY
