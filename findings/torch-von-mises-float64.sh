#!/usr/bin/env bash
# torch 2.15.0 (PyPI), CPU: VonMises.log_prob of float64 tensors is right to seven digits alone (off by 4.6e-7 at concentration 80),
# since log I0 comes from polynomials for single precision whatever the type; torch.special.i0e gives it to 1e-15. Pyro takes VonMises
# from there.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.15.0 numpy==2.3.5 mpmath==1.3.0
"$folder/venv/bin/python" - <<'PY'
import math
import mpmath, torch

torch.set_default_dtype(torch.float64)
mpmath.mp.dps = 40
print("torch", torch.__version__)
off = {}
for k in (1.0, 10.0, 80.0, 1000.0):
    found = torch.distributions.VonMises(0.0, k).log_prob(torch.tensor(0.0)).item()
    scaled = -math.log(2 * math.pi) - torch.special.i0e(torch.tensor(k)).log().item()
    right = k - mpmath.log(2 * mpmath.pi * mpmath.besseli(0, k))
    off[k] = float(found - right)
    print(f"concentration {k:6.1f}: {found:.15f}, by i0e {scaled:.15f}, exactly {mpmath.nstr(right, 16)}, off by {off[k]:.1e}")
    assert abs(float(scaled - right)) < 1e-13, "behaviour changed"
assert 3e-7 < off[80.0] < 6e-7 and 1e-8 < off[1.0] < 1e-7, "behaviour changed"
print("as seen")
PY
