#!/usr/bin/env bash
# numpyro 0.22.0 with jax 0.10.2 (PyPI), float64, CPU: the log density of TruncatedNormal cut on both sides in the upper tail loses its
# digits (low = 8: off by 0.068) and is inf from low = 9 on, where its mirror image in the lower tail and the one-sided form are right:
# the mass between the ends is a difference of cdfs, which are both 1 there.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpyro==0.22.0 jax==0.10.2 jaxlib==0.10.2 mpmath==1.3.0
"$folder/venv/bin/python" - <<'PY'
import mpmath, numpyro
from numpyro.distributions import TruncatedNormal

numpyro.enable_x64()
mpmath.mp.dps = 40
print("numpyro", numpyro.__version__)
off = {}
for low in (5.0, 8.0, 9.0):
    at, high = low + 0.1, low + 1
    upper = float(TruncatedNormal(0.0, 1.0, low=low, high=high).log_prob(at))
    lower = float(TruncatedNormal(0.0, 1.0, low=-high, high=-low).log_prob(-at))
    right = float(mpmath.log(mpmath.npdf(at) / (mpmath.ncdf(-low) - mpmath.ncdf(-high))))
    off[low] = upper - right
    print(f"[{low:.0f}, {high:.0f}] at {at:.1f}: {upper:.10f}; mirrored {lower:.10f}; exactly {right:.10f}")
    assert abs(lower - right) < 1e-9, "behaviour changed"
assert 1e-11 < abs(off[5.0]) < 1e-8 and 0.01 < abs(off[8.0]) < 0.2 and off[9.0] == float("inf"), "behaviour changed"
print("as seen")
PY
