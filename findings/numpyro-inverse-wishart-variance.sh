#!/usr/bin/env bash
# numpyro 0.22.0 with jax 0.10.2, scipy 1.17.1 (PyPI): InverseWishart.variance is wrong off the diagonal. With nu degrees of
# freedom and size p, that of entry ij is ((nu - p + 1) S_ij^2 + (nu - p - 1) S_ii S_jj) over the common denominator, as
# SciPy has it and as draws show; NumPyro has nu - p for both factors. Seen below: NumPyro's, SciPy's, and that of draws.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpyro==0.22.0 jax==0.10.2 jaxlib==0.10.2 scipy==1.17.1
"$folder/venv/bin/python" - <<'PY'
import jax.numpy as jnp
import numpy as np
import numpyro
from numpyro.distributions import InverseWishart
from scipy.stats import invwishart

numpyro.enable_x64()
scale = np.array([[1, 0.2], [0.2, 2]])
found = np.asarray(InverseWishart(14.0, scale_matrix=jnp.asarray(scale)).variance)
right = invwishart.var(14, scale=scale)
drawn = invwishart.rvs(14, scale=scale, size=400_000, random_state=1).var(0)
print("numpyro", numpyro.__version__)
for name, matrix in [("NumPyro", found), ("SciPy", right), ("draws", drawn)]:
    print(f"{name:8} {np.array2string(matrix.ravel(), precision=6)}")
assert np.allclose(drawn, right, rtol=0.02), "SciPy's are those of draws"
assert np.allclose(np.diag(found), np.diag(right)), "behaviour changed"
assert not np.isclose(found[0, 1], right[0, 1], rtol=0.03), "behaviour changed"
print("as seen")
PY
