#!/usr/bin/env bash
# arviz-base 0.8.0 (PyPI): from_dict documents its values as array_like, but takes the shape of NumPy arrays alone. Nested
# lists, such as JSON holds, count as scalars: the error speaks of "more dims (2) given than existing ones (0)". Draws that
# come as JSON have to go through np.array first; the result is then the same.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check arviz-base==0.8.0 numpy==2.2.6
"$folder/venv/bin/python" - <<'PY'
import arviz_base
import numpy as np

draws = [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]
print("arviz-base", arviz_base.__version__)
assert "array_like" in arviz_base.from_dict.__doc__, "behaviour changed"
print("array:", dict(arviz_base.from_dict({"posterior": {"mu": np.array(draws)}})["posterior"].sizes))
try:
    arviz_base.from_dict({"posterior": {"mu": draws}})
    raise AssertionError("behaviour changed")
except ValueError as error:
    print("lists:", error)
    assert "more dims (2) given than existing ones (0)" in str(error), "behaviour changed"
print("as seen")
PY
