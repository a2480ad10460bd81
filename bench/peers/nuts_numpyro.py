"""Four chains of NUTS in NumPyro, in float64 as ours.

usage: nuts_numpyro.py MODEL FOLDER REPEATS vectorized|sequential
"""
import sys
import time

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from nuts_data import read, report
from numpyro.infer import MCMC, NUTS
from numpyro.infer.util import initialize_model

numpyro.enable_x64()


def schools(y, sigma):
    mu = numpyro.sample("mu", dist.Normal(0, 5))
    tau = numpyro.sample("tau", dist.HalfCauchy(5))
    with numpyro.plate("schools", len(y)):
        base = numpyro.sample("theta_base", dist.Normal(0, 1))
        numpyro.sample("obs", dist.Normal(mu + tau * base, sigma), obs=y)


def rugged(isAfrica, ruggedness, logGdp):
    a = numpyro.sample("a", dist.Normal(0, 10))
    b_a = numpyro.sample("bA", dist.Normal(0, 1))
    b_r = numpyro.sample("bR", dist.Normal(0, 1))
    b_ar = numpyro.sample("bAR", dist.Normal(0, 1))
    sigma = numpyro.sample("sigma", dist.Uniform(0, 10))
    mean = a + b_a * isAfrica + b_r * ruggedness + b_ar * isAfrica * ruggedness
    with numpyro.plate("data", len(ruggedness)):
        numpyro.sample("obs", dist.Normal(mean, sigma), obs=logGdp)


def logistic(x, y):
    n, d = x.shape
    with numpyro.plate("weights", d):
        w = numpyro.sample("w", dist.Normal(0, 1))
    with numpyro.plate("rows", n):
        numpyro.sample("obs", dist.Bernoulli(logits=x @ w), obs=y)


def volatility(y):
    mu = numpyro.sample("mu", dist.Cauchy(0, 10))
    phi = numpyro.sample("phi", dist.Uniform(-1, 1))
    sigma = numpyro.sample("sigma", dist.HalfCauchy(5))
    first = mu + sigma / jnp.sqrt(1 - phi**2) * numpyro.sample("first", dist.Normal(0, 1))
    with numpyro.plate("time", len(y)):
        noise = numpyro.sample("noise", dist.Normal(0, 1))

    def step(before, e):
        h = mu + phi * (before - mu) + sigma * e
        return h, h

    h = jax.lax.scan(step, first, noise)[1]
    with numpyro.plate("days", len(y)):
        numpyro.sample("obs", dist.Normal(0, jnp.exp(h / 2)), obs=y)


models = {"schools": schools, "rugged": rugged, "logistic_1k": logistic, "logistic_20k": logistic, "volatility": volatility}
name, folder, repeats, method = sys.argv[1:]
model, data = models[name], {name: jnp.asarray(x) for name, x in read(folder).items()}
mcmc = MCMC(NUTS(model), num_warmup=1000, num_samples=1000, num_chains=4, chain_method=method, progress_bar=False)


def run(seed):
    mcmc.run(jax.random.PRNGKey(seed), **data, extra_fields=("num_steps",))
    draws = [np.asarray(x) for x in mcmc.get_samples(group_by_chain=True).values()]
    return draws, np.asarray(mcmc.get_extra_fields()["num_steps"]).sum()


def gradient_us(rounds=25, seconds=0.02):
    info = initialize_model(jax.random.PRNGKey(0), model, model_kwargs=data)
    gradient = jax.value_and_grad(info.potential_fn)
    start = jax.tree_util.tree_map(lambda x: jnp.full_like(x, 0.1), info.param_info.z)

    @jax.jit
    def steps(start, count):
        # Each place depends on the gradient before.
        move = lambda _, z: jax.tree_util.tree_map(lambda x, g: x - 1e-9 * g, z, gradient(z)[1])
        return jax.lax.fori_loop(0, count, move, start)

    def taken(count):
        begin = time.perf_counter()
        jax.block_until_ready(steps(start, count))
        return time.perf_counter() - begin

    taken(1)
    count = max(1, int(seconds / (taken(20) / 20)))
    return 1e6 * min(taken(count) for _ in range(rounds)) / count


report(folder, int(repeats), run, gradient_us)
