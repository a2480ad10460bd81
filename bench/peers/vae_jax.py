"""A training step of a variational autoencoder (784-400-20, batch B) in JAX: noise, loss, gradients and Adam in one jitted
program with donated state.

usage: vae_jax.py B [--reps R]

Prints as JSON `compile_s`, `step_ms` (the median), `n`, and `platform` (cpu or gpu).
"""
import argparse
import json
import time

import jax
import jax.numpy as jnp
import numpy as np
from jax.nn import log_sigmoid, softplus

SIZES = {"e1": (784, 400), "e2": (400, 40), "d1": (20, 400), "d2": (400, 784)}


def linear(layer, x):
    return x @ layer["w"] + layer["b"]


def loss(p, key, x):
    loc, raw = jnp.split(linear(p["e2"], softplus(linear(p["e1"], x))), 2, axis=1)
    sd = softplus(raw)
    z = loc + sd * jax.random.normal(key, loc.shape)
    logits = linear(p["d2"], softplus(linear(p["d1"], z)))
    log_x = jnp.where(x > 0, log_sigmoid(logits), log_sigmoid(-logits)).sum()
    return 0.5 * (sd**2 + loc**2 - 1 - 2 * jnp.log(sd)).sum() - log_x


def step(state, x):
    p, m, v, key, t = state
    key, own = jax.random.split(key)
    value, g = jax.value_and_grad(loss)(p, own, x)
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
    c1, c2 = 1 - 0.9**t, 1 - 0.999**t
    p = jax.tree.map(lambda p, m, v: p - 1e-3 * (m / c1) / (jnp.sqrt(v / c2) + 1e-8), p, m, v)
    return (p, m, v, key, t + 1), value


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("batch", type=int)
    parser.add_argument("--reps", type=int, default=30)
    args = parser.parse_args()
    rng = np.random.default_rng(0)
    p = {n: {"w": jnp.asarray(rng.uniform(-1, 1, s) * s[0] ** -0.5, jnp.float32), "b": jnp.zeros(s[1])}
         for n, s in SIZES.items()}
    zeros = jax.tree.map(jnp.zeros_like, p)
    state = (p, zeros, jax.tree.map(jnp.copy, zeros), jax.random.key(0), jnp.float32(1))
    x = jnp.asarray(rng.uniform(size=(args.batch, 784)) > 0.8, jnp.float32)
    begin = time.perf_counter()
    program = jax.jit(step, donate_argnums=0).lower(state, x).compile()
    compiled = time.perf_counter() - begin
    times = []
    for i in range(args.reps + 2):
        start = time.perf_counter()
        state, value = program(state, x)
        jax.block_until_ready(value)
        if i >= 2:
            times.append((time.perf_counter() - start) * 1000)
    platform = jax.devices()[0].platform
    print(json.dumps({"compile_s": compiled, "step_ms": float(np.median(times)), "n": len(times), "platform": platform}))


main()
