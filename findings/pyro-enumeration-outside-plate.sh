#!/usr/bin/env bash
# pyro-ppl 1.9.2 with torch 2.15.0, and numpyro 0.22.0 with funsor 0.4.8 and jax 0.10.2 (PyPI), CPU: a site outside of a plate may
# depend on an enumerated site inside of it, though each member of the plate has one of its own. Both sum, without an error or a
# warning, over one value for all members, and count its prior once a member: log density -2.117 for two members, where one site of
# the same prior without the plate has -1.424. A latent site that left its plate by mistake gives a wrong posterior in silence.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpyro==0.22.0 funsor==0.4.8 jax==0.10.2 pyro-ppl==1.9.2 torch==2.15.0
cat > "$folder/plates.py" <<'PY'
import contextlib
import math
import warnings

import jax
import numpyro
import numpyro.distributions as jdist
import pyro
import pyro.distributions as dist
import torch
from numpyro.contrib.funsor import config_enumerate, enum, log_density
from pyro.infer import TraceEnum_ELBO

warnings.simplefilter("error", UserWarning)


def model(lib, d, inside, datum):
    with lib.plate("members", 2) if inside else contextlib.nullcontext():
        z = lib.sample("z", d.Bernoulli(0.5), infer={"enumerate": "parallel"})
    lib.sample("x", d.Normal(z, 1.0), obs=datum)


def by_numpyro(inside):
    dim = -2 if inside else -1
    run = enum(config_enumerate(lambda: model(numpyro, jdist, inside, jax.numpy.array(1.5))), first_available_dim=dim)
    return float(log_density(run, (), {}, {})[0])


def by_pyro(inside):
    return -TraceEnum_ELBO(max_plate_nesting=1).loss(lambda: model(pyro, dist, inside, torch.tensor(1.5)), lambda: None)


def exact(priors):
    return math.log(sum(0.5**priors * math.exp(-0.5 * (1.5 - z) ** 2) / math.sqrt(2 * math.pi) for z in (0, 1)))


print("exact, one site", exact(1), "counted twice", exact(2))
for name, density in [("numpyro", by_numpyro), ("pyro", by_pyro)]:
    print(name, "one site", density(False), "in a plate of two", density(True))
    assert abs(density(False) - exact(1)) < 1e-5
    assert abs(density(True) - exact(2)) < 1e-5, "behaviour changed"
print("as seen")
PY
"$folder/venv/bin/python" "$folder/plates.py"
