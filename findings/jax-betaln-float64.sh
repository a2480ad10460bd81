#!/usr/bin/env bash
# jax 0.10.2, scipy 1.17.1 (PyPI), float64, CPU: jax.scipy.special.betaln is right to 1e-15 while its larger argument is below 8, and
# wrong by up to 1e-6 of its value from there on, falling as the argument grows: betaln(3, 7.99) is exact, betaln(3, 8) off by 2.3e-7.
# NumPyro's BetaBinomial (0.22.0) takes it: a count of 10 with uniform probabilities has a log density off by 6e-7.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check jax==0.10.2 jaxlib==0.10.2 numpyro==0.22.0 scipy==1.17.1
"$folder/venv/bin/python" - <<'PY'
import jax, numpyro, scipy

numpyro.enable_x64()
print("jax", jax.__version__, "scipy", scipy.__version__, "numpyro", numpyro.__version__)
errors = {}
for a, b in [(3.0, 7.99), (3.0, 8.0), (0.5, 8.5), (3.0, 15.0), (3.0, 50.0)]:
    found, right = float(jax.scipy.special.betaln(a, b)), float(scipy.special.betaln(a, b))
    errors[a, b] = abs(found / right - 1)
    print(f"betaln({a}, {b})  jax {found:.15f}  scipy {right:.15f}  relative error {errors[a, b]:.1e}")
count = numpyro.distributions.BetaBinomial(1.0, 1.0, 10)
off = float(count.log_prob(1)) + float(jax.numpy.log(11.0))
print(f"BetaBinomial(1, 1, 10).log_prob(1) + log(11) = {off:.1e}, exactly 0")
assert errors[3.0, 7.99] < 1e-14, "behaviour changed"
assert 1e-7 < errors[3.0, 8.0] < 1e-6 and 5e-7 < errors[0.5, 8.5] < 2e-6, "behaviour changed"
assert 1e-9 < errors[3.0, 15.0] < 1e-7 and errors[3.0, 50.0] < 1e-9, "behaviour changed"
assert 3e-7 < abs(off) < 1e-6, "behaviour changed"
print("as seen")
PY
