"""Draws and log densities of NumPyro's distributions, jitted, on one thread: those of `deno task bench distributions`.

The argument is a JSON list of {call, parameters}; prints for each a line of JSON, the milliseconds of one run, the least of
several blocks within a second, and how many numbers it drew and scored. Parameters and values are arrays on the device,
where results stay; each run is waited for.
"""
import json
import os
import sys
import time

# XLA would run independent parts of a program on all processors.
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import jax
import jax.numpy as jnp
import numpy as np
import numpyro.distributions as dist
from numpyro.distributions import *  # noqa: F403 the calls name them

COUNT, ROUNDS, BLOCK, LIMIT = 100_000, 8, 0.015, 1.0


def least(function, *arguments):
    """Returns the least milliseconds of a run, and its result."""
    run = jax.jit(function)
    result = jax.block_until_ready(run(*arguments))
    best, end = float("inf"), time.perf_counter() + LIMIT
    for round_ in range(ROUNDS):
        if round_ > 0 and time.perf_counter() > end:
            break
        times = 1 if best == float("inf") else max(1, round(BLOCK / best))
        start = time.perf_counter()
        for _ in range(times):
            jax.block_until_ready(run(*arguments))
        best = min(best, (time.perf_counter() - start) / times)
    return best * 1000, result


def measure(call, parameters):
    def make(*given):
        return eval(call, globals(), dict(zip("abcd", given)))

    given = [jnp.asarray(p, jnp.float32) for p in parameters]
    size = int(np.prod(make(*given).event_shape))
    count = -(-COUNT // size)
    draw = lambda key, *all: make(*all).sample(key, (count,))
    sample, values = least(draw, jax.random.PRNGKey(0), *given)
    log_prob, _ = least(lambda x, *all: make(*all).log_prob(x), values, *given)
    return {"numbers": count * size, "log_prob": log_prob, "sample": sample}


for case in json.loads(sys.argv[1]):
    print(json.dumps(measure(**case)), flush=True)
