"""The models of `bench middle` in NumPyro, on the same numbers: steps of Adam.

usage: middle_numpyro.py MODEL first|again|calls

`first` runs svi.run once and ends: the whole process is timed from outside. `again` prints, as JSON, the milliseconds of runs
behind the first, compiled once. `calls` prints the microseconds of a call of the jitted svi.update.
"""
import json
import sys
import time

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpyro.contrib.control_flow import scan
from numpyro.infer import SVI, Trace_ELBO
from numpyro.infer.autoguide import AutoIAFNormal, AutoNormal

GROUPS, COMPONENTS = 40, 3


def computed(shape, seed, of):
    i = np.arange(int(np.prod(shape)))
    x = np.sin(i + 1 + 0.5 * seed) * 43758.5453
    return jnp.asarray(of(x - np.floor(x), i).reshape(shape), jnp.float32)


def logistic(x, y):
    n, d = x.shape
    intercept = numpyro.sample("intercept", dist.Normal(0.0, 1.0))
    weights = numpyro.sample("weights", dist.Normal(jnp.zeros(d), 1.0).to_event(1))
    with numpyro.plate("rows", n):
        numpyro.sample("y", dist.Bernoulli(logits=x @ weights + intercept), obs=y)


def eight_schools(y, sigma):
    mu = numpyro.sample("mu", dist.Normal(0.0, 5.0))
    tau = numpyro.sample("tau", dist.HalfCauchy(5.0))
    with numpyro.plate("schools", len(y)):
        base = numpyro.sample("base", dist.Normal(0.0, 1.0))
        numpyro.sample("y", dist.Normal(mu + tau * base, sigma), obs=y)


def poisson(x, group, y):
    mean = numpyro.sample("mean", dist.Normal(0.0, 1.0))
    spread = numpyro.sample("spread", dist.HalfNormal(1.0))
    slope = numpyro.sample("slope", dist.Normal(0.0, 1.0))
    with numpyro.plate("groups", GROUPS):
        effects = numpyro.sample("effects", dist.Normal(0.0, 1.0))
    with numpyro.plate("rows", len(x)):
        numpyro.sample("y", dist.Poisson(jnp.exp(mean + spread * effects[group] + slope * x)), obs=y)


def gaussian_process(x, y):
    variance = numpyro.sample("variance", dist.LogNormal(0.0, 1.0))
    length = numpyro.sample("length", dist.LogNormal(0.0, 1.0))
    noise = numpyro.sample("noise", dist.LogNormal(-1.0, 1.0))
    distance = (x[:, None] - x[None, :]) / length
    covariance = variance * jnp.exp(-0.5 * distance**2) + (noise + 1e-3) * jnp.eye(len(x))
    numpyro.sample("y", dist.MultivariateNormal(jnp.zeros(len(x)), covariance_matrix=covariance), obs=y)


def local_level(y):
    walk = numpyro.sample("walk", dist.HalfNormal(1.0))
    noise = numpyro.sample("noise", dist.HalfNormal(1.0))

    def step(before, seen):
        level = numpyro.sample("level", dist.Normal(before, walk))
        numpyro.sample("y", dist.Normal(level, noise), obs=seen)
        return level, None

    scan(step, jnp.zeros(()), y)


def ppca(y):
    n, d = y.shape
    noise = numpyro.sample("noise", dist.HalfNormal(1.0))
    loadings = numpyro.sample("loadings", dist.Normal(jnp.zeros((d, COMPONENTS)), 1.0).to_event(2))
    with numpyro.plate("rows", n):
        z = numpyro.sample("z", dist.Normal(jnp.zeros(COMPONENTS), 1.0).to_event(1))
        numpyro.sample("y", dist.Normal(z @ loadings.T, noise).to_event(1), obs=y)


def linear(name, inputs, outputs):
    bound = inputs**-0.5
    w = numpyro.param(f"{name}.w", lambda key: jax.random.uniform(key, (inputs, outputs), minval=-bound, maxval=bound))
    b = numpyro.param(f"{name}.b", lambda key: jax.random.uniform(key, (outputs,), minval=-bound, maxval=bound))
    return lambda x: x @ w + b


def vae_model(images, hidden=400, size=20):
    first, second = linear("d1", size, hidden), linear("d2", hidden, images.shape[1])
    with numpyro.plate("data", len(images)):
        z = numpyro.sample("z", dist.Normal(jnp.zeros(size), 1.0).to_event(1))
        logits = second(jax.nn.softplus(first(z)))
        # Bernoulli's score at grey values as they are.
        numpyro.factor("x", (images * logits - jax.nn.softplus(logits)).sum(-1))


def vae_guide(images, hidden=400, size=20):
    first, loc, scale = linear("e1", images.shape[1], hidden), linear("e21", hidden, size), linear("e22", hidden, size)
    with numpyro.plate("data", len(images)):
        units = jax.nn.softplus(first(images))
        numpyro.sample("z", dist.Normal(loc(units), jnp.exp(scale(units))).to_event(1))


def schools():
    return jnp.array([28.0, 8, -3, 7, -1, 1, 18, 12]), jnp.array([15.0, 10, 16, 11, 9, 11, 10, 18])


def process(n, steps):
    x = computed([n], 1, lambda u, i: 10 * i / n)
    y = computed([n], 2, lambda u, i: np.sin(10 * i / n) + 0.2 * (u - 0.5))
    return gaussian_process, AutoNormal(gaussian_process), (x, y), steps


def training(name):
    if name == "logistic":
        data = computed([500, 8], 1, lambda u, i: 4 * u - 2), computed([500], 2, lambda u, i: u < 0.4)
        return logistic, AutoNormal(logistic), data, 1000
    if name == "eight_schools":
        return eight_schools, AutoNormal(eight_schools), schools(), 1000
    if name == "poisson":
        x = computed([1000], 1, lambda u, i: 2 * u - 1)
        group = jnp.arange(1000) % GROUPS
        return poisson, AutoNormal(poisson), (x, group, computed([1000], 3, lambda u, i: np.floor(5 * u))), 1000
    if name == "gp_60":
        return process(60, 500)
    if name == "gp_400":
        return process(400, 20)
    if name == "local_level":
        data = computed([200], 1, lambda u, i: np.sin(i / 20) + u - 0.5)
        return local_level, AutoNormal(local_level), (data,), 500
    if name == "ppca":
        data = computed([200, 10], 1, lambda u, i: np.sin(i % 10 + i / 300) + u - 0.5)
        return ppca, AutoNormal(ppca), (data,), 500
    if name == "flow":
        return eight_schools, AutoIAFNormal(eight_schools), schools(), 500
    return vae_model, vae_guide, (computed([128, 784], 1, lambda u, i: np.maximum(0, 5 * u - 4)),), 20


name, mode = sys.argv[1:]
model, guide, data, steps = training(name)
rate = 1e-3 if name == "vae" else 0.01
svi = SVI(model, guide, numpyro.optim.Adam(rate), Trace_ELBO())
key = jax.random.PRNGKey(1)

if mode == "first":
    losses = np.asarray(svi.run(key, steps, *data, progress_bar=False).losses)
    print(json.dumps({"losses": [float(losses[0]), float(losses[-1])], "ms": []}))
elif mode == "again":
    # The loop of svi.run, jitted once for all runs.
    loop = jax.jit(lambda state: jax.lax.scan(lambda s, _: svi.update(s, *data), state, None, length=steps))
    state, ms = svi.init(key, *data), []
    losses = np.asarray(loop(state)[1])
    for _ in range(15):
        start = time.perf_counter()
        np.asarray(loop(state)[1])
        ms.append(1000 * (time.perf_counter() - start))
    print(json.dumps({"losses": [float(losses[0]), float(losses[-1])], "ms": ms}))
else:
    update, count, times = jax.jit(svi.update), 200, []
    state = svi.init(key, *data)
    for _ in range(11):
        start = time.perf_counter()
        for _ in range(count):
            state, loss = update(state, *data)
            float(loss)
        times.append(1e6 * (time.perf_counter() - start) / count)
    print(json.dumps({"step_us": sorted(times[1:])[5]}))
