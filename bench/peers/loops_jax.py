"""Single kinds of work on arrays in JAX, jitted, on one thread: those of `deno task bench loops`.

Prints as JSON the milliseconds of one run, the least of several blocks, by `NAME/DTYPE`.
"""
import json
import os
import time

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import jax
import jax.numpy as jnp
import numpy as np
from jax.nn import softplus
from jax.scipy.special import gammaln

jax.config.update("jax_enable_x64", True)

MANY, PARAMETERS, STEPS, ROWS, COLUMNS = 20_000, 1_000_000, 10, 1000, 20
ROUNDS, BLOCK = 15, 0.015


def adam(p, m, v):
    def step(state, _):
        p, m, v = state
        g = p * 0.01
        m = m * 0.9 + g * 0.1
        v = v * 0.999 + g * g * 0.001
        return (p - m * 1e-3 / (jnp.sqrt(v) + 1e-8), m, v), None

    return jax.lax.scan(step, (p, m, v), None, length=STEPS)[0]


def logistic(w, x, y):
    logits = x @ w
    return (softplus(logits) - y * logits).sum()


CASES = {
    "exp": (jnp.exp, [[MANY]]),
    "log": (jnp.log, [[MANY]]),
    "sigmoid": (jax.nn.sigmoid, [[MANY]]),
    "tanh": (jnp.tanh, [[MANY]]),
    "lgamma": (gammaln, [[MANY]]),
    "axpy": (lambda x, y: x * 2.5 + y, [[MANY], [MANY]]),
    "sum": (jnp.sum, [[MANY]]),
    "softmax": (jax.nn.softmax, [[200, 100]]),
    "adam": (adam, [[PARAMETERS]] * 3),
    "matmul_32": (jnp.matmul, [[32, 32], [32, 32]]),
    "matmul_128": (jnp.matmul, [[128, 128], [128, 128]]),
    f"logistic_gradient_{ROWS}x{COLUMNS}": (jax.value_and_grad(logistic), [[COLUMNS], [ROWS, COLUMNS], [ROWS]]),
}


def numbers(shape, dtype):
    i = np.arange(1, np.prod(shape) + 1)
    return jnp.asarray((0.1 + 1.9 * ((0.6180339887 * i) % 1)).reshape(shape), dtype)


def least(function, arguments):
    run = jax.jit(function)
    jax.block_until_ready(run(*arguments))
    best = float("inf")
    for _ in range(ROUNDS):
        times = 2 if best == float("inf") else max(1, round(BLOCK / best))
        start = time.perf_counter()
        for _ in range(times):
            result = run(*arguments)
        jax.block_until_ready(result)
        best = min(best, (time.perf_counter() - start) / times)
    return best * 1000


print(json.dumps({
    f"{name}/{dtype}": least(function, [numbers(shape, dtype) for shape in shapes])
    for name, (function, shapes) in CASES.items()
    for dtype in ("float32", "float64")
}))
