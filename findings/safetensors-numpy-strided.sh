#!/usr/bin/env bash
# safetensors 0.8.0 (PyPI) with NumPy 2.2.6: safetensors.numpy.save_file writes the memory of an array that is not
# contiguous in its own order, under the shape of the view. Nothing is raised; the file is valid; its values are not the array's.
# Seen: the transpose of [[0 1 2], [3 4 5]] is read back as [[0, 1], [2, 3], [4, 5]] in place of [[0, 3], [1, 4], [2, 5]].
# A way around: numpy.ascontiguousarray before saving, and reading back what was written.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check safetensors==0.8.0 numpy==2.2.6
cd "$folder"
venv/bin/python - <<'PY'
import numpy as np
import safetensors
from safetensors.numpy import load_file, save_file

view = np.arange(6, dtype=np.float32).reshape(2, 3).T
save_file({"view": view, "copy": np.ascontiguousarray(view)}, "arrays.safetensors")
read = load_file("arrays.safetensors")
print("safetensors", safetensors.__version__, "numpy", np.__version__)
print("given    ", view.tolist())
print("read view", read["view"].tolist())
print("read copy", read["copy"].tolist())
assert read["view"].tolist() == [[0, 1], [2, 3], [4, 5]], "behaviour changed: the view"
assert read["copy"].tolist() == view.tolist(), "behaviour changed: the contiguous copy"
print("as seen")
PY
