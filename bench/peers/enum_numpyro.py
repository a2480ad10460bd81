"""Discrete sites summed out in NumPyro: the mixture tutorial's 200 steps.

usage: enum_numpyro.py gmm

Prints as JSON the milliseconds of the 200 steps once compiled.
"""
import json
import time

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpyro import handlers
from numpyro.contrib.funsor import config_enumerate
from numpyro.infer import SVI, TraceEnum_ELBO
from numpyro.infer.autoguide import AutoDelta
from numpyro.infer.initialization import init_to_value


def guide_of(model, discrete, **options):
    hidden = handlers.block(handlers.seed(model, jax.random.PRNGKey(0)), hide_fn=lambda site: site.get("name") == discrete)
    return AutoDelta(hidden, **options)


def mixture():
    points = jnp.array([0.0, 1.0, 10.0, 11.0, 12.0])

    @config_enumerate
    def model(points):
        weights = numpyro.sample("weights", dist.Dirichlet(0.5 * jnp.ones(2)))
        scale = numpyro.sample("scale", dist.LogNormal(0.0, 2.0))
        with numpyro.plate("components", 2):
            locs = numpyro.sample("locs", dist.Normal(0.0, 10.0))
        with numpyro.plate("data", len(points)):
            assignment = numpyro.sample("assignment", dist.Categorical(weights))
            numpyro.sample("obs", dist.Normal(locs[assignment], scale), obs=points)

    values = {"weights": jnp.ones(2) / 2, "scale": jnp.sqrt(points.var() / 2), "locs": points[jnp.array([1, 2])]}
    guide = guide_of(model, "assignment", init_loc_fn=init_to_value(values=values))
    svi = SVI(model, guide, numpyro.optim.Adam(0.1, b1=0.8, b2=0.99), TraceEnum_ELBO())

    @jax.jit
    def steps(state):
        return jax.lax.scan(lambda s, _: svi.update(s, points), state, None, length=200)

    state = svi.init(jax.random.PRNGKey(0), points)
    np.asarray(steps(state)[1])
    begin = time.perf_counter()
    losses = np.asarray(steps(state)[1])
    return {"again_ms": 1000 * (time.perf_counter() - begin), "loss": float(losses[-1])}


print(json.dumps(mixture()))
