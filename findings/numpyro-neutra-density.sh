#!/usr/bin/env bash
# numpyro 0.22.0 with jax 0.10.2 (PyPI): NeuTraReparam puts the log volume of the guide's transform into the factor of the
# model's first latent site. Where that stands in a plate of N members the volume counts N times, and where it is scaled
# (handlers.scale) or masked the volume is too: with a flow for the guide the density is that of another posterior. A site
# outside of plates that comes first makes it right. Seen below: log densities, and what they should be.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpyro==0.22.0 jax==0.10.2 jaxlib==0.10.2
"$folder/venv/bin/python" - <<'PY'
import jax
import jax.numpy as jnp
import numpyro
import numpyro.distributions as dist
from numpyro import handlers
from numpyro.infer import SVI, Trace_ELBO
from numpyro.infer.autoguide import AutoIAFNormal
from numpyro.infer.reparam import NeuTraReparam
from numpyro.infer.util import log_density, potential_energy

numpyro.enable_x64()

def plate_after_a_site():
    numpyro.sample("y", dist.Normal(0, 1))
    with numpyro.plate("data", 3):
        numpyro.sample("x", dist.Normal(0, 1))

def first_site_in_a_plate():
    with numpyro.plate("data", 3):
        numpyro.sample("x", dist.Normal(0, 1))

def scaled():
    with handlers.scale(scale=0.25):
        numpyro.sample("x", dist.LogNormal(jnp.zeros(2), 1).to_event(1))

def densities(model, z):
    guide = AutoIAFNormal(model)
    svi = SVI(model, guide, numpyro.optim.Adam(0.01), Trace_ELBO())
    params = svi.get_params(svi.init(jax.random.PRNGKey(0)))
    neutra = NeuTraReparam(guide, params)
    found, _ = log_density(handlers.seed(neutra.reparam(model), 0), (), {}, {"auto_shared_latent": z})
    x = neutra.transform(z)
    energy = potential_energy(handlers.seed(model, 0), (), {}, guide._unpack_latent(x))
    return float(found), float(neutra.transform.log_abs_det_jacobian(z, x) - energy)

print("numpyro", numpyro.__version__, "jax", jax.__version__)
for model, size in [(plate_after_a_site, 4), (first_site_in_a_plate, 3), (scaled, 2)]:
    errors = []
    for z in [jnp.linspace(-1, 1, size), jnp.linspace(0.5, 2, size)]:
        found, expected = densities(model, z)
        errors.append(found - expected)
        print(f"{model.__name__:22} {found:.6f}, should be {expected:.6f}")
    # A constant would do no harm; this is none.
    is_right = abs(errors[0] - errors[1]) < 1e-9
    assert is_right == (model is plate_after_a_site), "behaviour changed"
print("as seen")
PY
