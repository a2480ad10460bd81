"""Four chains of NUTS in nutpie, of a PyMC model compiled by Numba.

usage: nuts_nutpie.py MODEL FOLDER REPEATS
"""
import sys
import time

import numba
import numpy as np
import nutpie
import pymc as pm
import pytensor
import pytensor.tensor as pt
from nutpie.compile_pymc import address_as_void_pointer
from nuts_data import read, report


def schools(y, sigma):
    mu, tau = pm.Normal("mu", 0, 5), pm.HalfCauchy("tau", 5)
    base = pm.Normal("theta_base", 0, 1, shape=len(y))
    pm.Normal("obs", mu + tau * base, sigma, observed=y)


def rugged(isAfrica, ruggedness, logGdp):
    a, b_a, b_r, b_ar = pm.Normal("a", 0, 10), pm.Normal("bA", 0, 1), pm.Normal("bR", 0, 1), pm.Normal("bAR", 0, 1)
    sigma = pm.Uniform("sigma", 0, 10)
    mean = a + b_a * isAfrica + b_r * ruggedness + b_ar * isAfrica * ruggedness
    pm.Normal("obs", mean, sigma, observed=logGdp)


def logistic(x, y):
    w = pm.Normal("w", 0, 1, shape=x.shape[1])
    pm.Bernoulli("obs", logit_p=pt.dot(x, w), observed=y)


def volatility(y):
    mu, phi, sigma = pm.Cauchy("mu", 0, 10), pm.Uniform("phi", -1, 1), pm.HalfCauchy("sigma", 5)
    first = mu + sigma / pt.sqrt(1 - phi**2) * pm.Normal("first", 0, 1)
    noise = pm.Normal("noise", 0, 1, shape=len(y))
    step = lambda e, before, mu, phi, sigma: mu + phi * (before - mu) + sigma * e
    h = pytensor.scan(step, sequences=[noise], outputs_info=[first], non_sequences=[mu, phi, sigma], return_updates=False)
    pm.Normal("obs", 0, pt.exp(h / 2), observed=y)


models = {"schools": schools, "rugged": rugged, "logistic_1k": logistic, "logistic_20k": logistic, "volatility": volatility}
name, folder, repeats = sys.argv[1:]
with pm.Model() as model:
    models[name](**read(folder))
names = [variable.name for variable in model.free_RVs]
compiled = nutpie.compile_pymc_model(model)


def run(seed):
    trace = nutpie.sample(compiled, draws=1000, tune=1000, chains=4, cores=2, seed=seed, progress_bar=False)
    return [trace.posterior[name].values for name in names], trace.sample_stats.n_steps.values.sum()


def gradient_us(rounds=25, seconds=0.02):
    function, size = compiled.compiled_logp_func.ctypes, compiled.n_dim
    place, gradient, density = np.full(size, 0.1), np.empty(size), np.empty(1)
    user = compiled.user_data.ctypes.data

    @numba.njit
    def evaluate(count, place, gradient, density):
        for _ in range(count):
            function(size, place.ctypes, gradient.ctypes, density.ctypes, address_as_void_pointer(user))

    def taken(count):
        begin = time.perf_counter()
        evaluate(count, place, gradient, density)
        return time.perf_counter() - begin

    taken(1)
    count = max(1, int(seconds / (taken(20) / 20)))
    return 1e6 * min(taken(count) for _ in range(rounds)) / count


report(folder, int(repeats), run, gradient_us)
