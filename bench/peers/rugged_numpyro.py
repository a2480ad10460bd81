"""The ruggedness regression in NumPyro: 1,000 steps of Adam(0.02).

usage: rugged_numpyro.py DATA.csv first|again autonormal|mvn

`first` runs svi.run once and ends: the whole process is timed from outside. `again` prints, as JSON, the seconds of a second
svi.run and of a second call of the update jitted in one scan.
"""
import json
import sys
import time

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpyro.infer import SVI, Trace_ELBO
from numpyro.infer.autoguide import AutoMultivariateNormal, AutoNormal


def load(path):
    import csv

    rows = [r for r in csv.DictReader(open(path, encoding="latin-1")) if r["rgdppc_2000"] not in ("", "NA")]
    column = lambda name: jnp.array([float(r[name]) for r in rows])
    return column("cont_africa"), column("rugged"), jnp.log(column("rgdppc_2000"))


def model(is_africa, ruggedness, log_gdp=None):
    a = numpyro.sample("a", dist.Normal(0.0, 10.0))
    b_a = numpyro.sample("bA", dist.Normal(0.0, 1.0))
    b_r = numpyro.sample("bR", dist.Normal(0.0, 1.0))
    b_ar = numpyro.sample("bAR", dist.Normal(0.0, 1.0))
    sigma = numpyro.sample("sigma", dist.Uniform(0.0, 10.0))
    mean = a + b_a * is_africa + b_r * ruggedness + b_ar * is_africa * ruggedness
    with numpyro.plate("data", len(ruggedness)):
        return numpyro.sample("obs", dist.Normal(mean, sigma), obs=log_gdp)


path, mode, name = sys.argv[1:4]
data = load(path)
guide = {"autonormal": AutoNormal, "mvn": AutoMultivariateNormal}[name](model)
svi = SVI(model, guide, numpyro.optim.Adam(0.02), Trace_ELBO())
key = jax.random.PRNGKey(1)
result = svi.run(key, 1000, *data, progress_bar=False)
losses = np.asarray(result.losses)
if mode == "again":
    start = time.perf_counter()
    np.asarray(svi.run(key, 1000, *data, progress_bar=False).losses)
    again = time.perf_counter() - start

    @jax.jit
    def steps(state):
        return jax.lax.scan(lambda s, _: svi.update(s, *data), state, None, length=1000)

    state = svi.init(key, *data)
    np.asarray(steps(state)[1])
    times = []
    for _ in range(20):
        start = time.perf_counter()
        np.asarray(steps(state)[1])
        times.append(time.perf_counter() - start)
    print(json.dumps({"again_s": again, "scan_s": sorted(times)[len(times) // 2], "loss": float(losses[-100:].mean())}))
