#!/usr/bin/env bash
# numpyro 0.22.0 with funsor 0.4.8 and jax 0.10.2 (PyPI), CPU: to sum a site out, values of DiscreteUniform(3, 5) are the
# indices 0, 1, 2, not the support 3, 4, 5. The log density of one datum at 4 with mean x is -inf with validation, where the
# exact marginal is -1.223; without it it is -3.936, that of the means 0, 1, 2: a posterior by NUTS or SVI is wrong
# in silence. DiscreteUniform.enumerate_support itself returns 3, 4, 5.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet numpyro==0.22.0 funsor==0.4.8 jax==0.10.2
cat > "$folder/uniform.py" <<'PY'
import math

import numpyro
import numpyro.distributions as dist
from numpyro.contrib.funsor import config_enumerate, enum, log_density


def density(validate):
    def model():
        x = numpyro.sample("x", dist.DiscreteUniform(3, 5, validate_args=validate), infer={"enumerate": "parallel"})
        numpyro.sample("y", dist.Normal(x, 1.0), obs=4.0)

    return float(log_density(enum(config_enumerate(model), first_available_dim=-1), (), {}, {})[0])


def marginal(means):
    return math.log(sum(math.exp(-0.5 * (4 - m) ** 2) / math.sqrt(2 * math.pi) / 3 for m in means))


support = [int(v) for v in dist.DiscreteUniform(3, 5).enumerate_support()]
strict, loose, exact, wrong = density(True), density(False), marginal([3, 4, 5]), marginal([0, 1, 2])
print(f"support {support}, exact {exact:.3f}; found {strict:.3f} with validation, {loose:.3f} without")
assert support == [3, 4, 5]
assert abs(exact - -1.223) < 5e-4
assert strict == -math.inf, "behaviour changed"
assert math.isfinite(loose) and abs(loose - exact) > 0.1, "behaviour changed"
print("as seen")
PY
"$folder/venv/bin/python" "$folder/uniform.py"
