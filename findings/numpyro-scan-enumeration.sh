#!/usr/bin/env bash
# numpyro 0.22.0 with funsor 0.4.8 and jax 0.10.2 (PyPI), CPU: an enumerated chain within contrib.control_flow.scan. log_density sums
# over its paths, which is right (-3.918 here, by all 8 paths); TraceEnum_ELBO of the same model, with an empty guide, is -4.636,
# without a warning, and infer_discrete fails with a ValueError at both temperatures. As a Python loop with
# markov all of them work. A hidden Markov model trained by SVI through scan is trained on a wrong loss.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpyro==0.22.0 funsor==0.4.8 jax==0.10.2
cat > "$folder/chain.py" <<'PY'
import itertools
import math

import jax
import jax.numpy as jnp
import numpyro
import numpyro.distributions as dist
from numpyro.contrib.control_flow import scan
from numpyro.contrib.funsor import config_enumerate, enum, infer_discrete, log_density, markov
from numpyro.handlers import seed
from numpyro.infer import TraceEnum_ELBO

moves = jnp.array([[0.7, 0.3], [0.2, 0.8]])
data = jnp.array([0.5, 1.5, -0.3])


def step(before, y):
    x = numpyro.sample("x", dist.Categorical(moves[before]))
    numpyro.sample("y", dist.Normal(x, 1.0), obs=y)
    return x, None


@config_enumerate
def scanned():
    scan(step, 0, data)


@config_enumerate
def looped():
    x = 0
    for t in markov(range(3)):
        x = numpyro.sample(f"x{t}", dist.Categorical(moves[x]))
        numpyro.sample(f"y{t}", dist.Normal(x, 1.0), obs=data[t])


def path(states):
    log, before = 0.0, 0
    for state, y in zip(states, data.tolist()):
        log += math.log(float(moves[before, state])) - 0.5 * (y - state) ** 2 - 0.5 * math.log(2 * math.pi)
        before = state
    return math.exp(log)


def outcome(model, temperature):
    try:
        seed(infer_discrete(model, first_available_dim=-1, temperature=temperature, rng_key=jax.random.key(0)), 0)()
        return "works"
    except Exception as error:
        return type(error).__name__


exact = math.log(sum(path(states) for states in itertools.product([0, 1], repeat=3)))
found = {}
for name, model in [("scan", scanned), ("loop", looped)]:
    density = float(log_density(enum(model, first_available_dim=-1), (), {}, {})[0])
    elbo = -float(TraceEnum_ELBO().loss(jax.random.key(0), {}, model, lambda: None))
    found[name] = density, elbo, outcome(model, 0), outcome(model, 1)
    print(f"{name}: exact {exact:.3f}, log_density {density:.3f}, -TraceEnum_ELBO {elbo:.3f}, infer_discrete {found[name][2:]}")
density, elbo, *outcomes = found["loop"]
assert abs(density - exact) < 1e-5 and abs(elbo - exact) < 1e-5 and outcomes == ["works", "works"]
density, elbo, *outcomes = found["scan"]
assert abs(density - exact) < 1e-5
assert abs(elbo - exact) > 0.01, "behaviour changed: TraceEnum_ELBO"
assert outcomes == ["ValueError", "ValueError"], "behaviour changed: infer_discrete"
print("as seen")
PY
"$folder/venv/bin/python" "$folder/chain.py"
