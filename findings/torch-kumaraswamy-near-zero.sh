#!/usr/bin/env bash
# torch 2.15.0 (PyPI), CPU, float64: Kumaraswamy(2, 3).log_prob(1e-9) is -inf, where the density is 6e-9 (its log -18.93): it is made by
# transforms whose inverses take 1 - (1 - x^a), which is 0 where x^a is below the rounding unit. The formula itself has no such limit.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.15.0 numpy==2.3.5
"$folder/venv/bin/python" - <<'PY'
import math
import torch

torch.set_default_dtype(torch.float64)
print("torch", torch.__version__)
a, b = 2.0, 3.0
off = {}
for x in (1e-3, 1e-7, 1e-9):
    found = torch.distributions.Kumaraswamy(a, b).log_prob(torch.tensor(x)).item()
    right = math.log(a * b) + (a - 1) * math.log(x) + (b - 1) * math.log1p(-(x**a))
    off[x] = abs(found - right)
    print(f"x = {x:.0e}: {found:.12f}, by the formula {right:.12f}")
assert off[1e-3] < 1e-9 and off[1e-7] < 1e-6 and off[1e-9] == math.inf, "behaviour changed"
print("as seen")
PY
