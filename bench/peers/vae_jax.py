"""A training step of a variational autoencoder (784-400-20, batch B) in JAX: noise, loss, gradients and Adam in one jitted
program with donated state.

usage: vae_jax.py B [--reps R] [--epochs E]

With `--epochs` it is Pyro's example: z of 50, standard deviations by exp, the divergence by the draw, and every step takes its
batch out of 60,000 images of bytes; E epochs are timed after one that is not.

Prints as JSON `compile_s`, `step_ms` (the median), `n`, `platform` (cpu or gpu), and with `--epochs` the median `epoch_s`.
"""
import argparse
import json
import time
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax.nn import log_sigmoid, softplus


def sizes(z):
    return {"e1": (784, 400), "e2": (400, 2 * z), "d1": (z, 400), "d2": (400, 784)}


def linear(layer, x):
    return x @ layer["w"] + layer["b"]


def loss(p, key, x):
    loc, raw = jnp.split(linear(p["e2"], softplus(linear(p["e1"], x))), 2, axis=1)
    sd = softplus(raw)
    z = loc + sd * jax.random.normal(key, loc.shape)
    logits = linear(p["d2"], softplus(linear(p["d1"], z)))
    log_x = jnp.where(x > 0, log_sigmoid(logits), log_sigmoid(-logits)).sum()
    return 0.5 * (sd**2 + loc**2 - 1 - 2 * jnp.log(sd)).sum() - log_x


def example_loss(p, key, x):
    loc, log_sd = jnp.split(linear(p["e2"], softplus(linear(p["e1"], x))), 2, axis=1)
    noise = jax.random.normal(key, loc.shape)
    z = loc + jnp.exp(log_sd) * noise
    logits = linear(p["d2"], softplus(linear(p["d1"], z)))
    log_x = (x * logits - softplus(logits)).sum()
    return (0.5 * (z**2 - noise**2) - log_sd).sum() - log_x


def step(state, x, loss=loss):
    p, m, v, key, t = state
    key, own = jax.random.split(key)
    value, g = jax.value_and_grad(loss)(p, own, x)
    m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
    c1, c2 = 1 - 0.9**t, 1 - 0.999**t
    p = jax.tree.map(lambda p, m, v: p - 1e-3 * (m / c1) / (jnp.sqrt(v / c2) + 1e-8), p, m, v)
    return (p, m, v, key, t + 1), value


def first_state(z, rng):
    p = {n: {"w": jnp.asarray(rng.uniform(-1, 1, s) * s[0] ** -0.5, jnp.float32), "b": jnp.zeros(s[1])}
         for n, s in sizes(z).items()}
    zeros = jax.tree.map(jnp.zeros_like, p)
    return (p, zeros, jax.tree.map(jnp.copy, zeros), jax.random.key(0), jnp.float32(1))


def epochs(count, batch, rng):
    """Epochs of the example on random images; one that is not timed comes first, with all that is compiled."""
    images = np.where(rng.uniform(size=(60_000, 784)) < 0.2, rng.integers(0, 256, (60_000, 784)), 0).astype(np.uint8)
    program = jax.jit(partial(step, loss=example_loss), donate_argnums=0)
    state, steps, all_s = first_state(50, rng), [], []
    for epoch in range(count + 1):
        begin = time.perf_counter()
        order = rng.permutation(len(images))
        for first in range(0, len(images), batch):
            start = time.perf_counter()
            state, value = program(state, images[order[first:first + batch]].astype(np.float32) / 255)
            jax.block_until_ready(value)
            steps.append((time.perf_counter() - start) * 1000)
        all_s.append(time.perf_counter() - begin)
        steps = steps if epoch > 0 else []
    return {"compile_s": 0, "step_ms": float(np.median(steps)), "n": len(steps), "epoch_s": float(np.median(all_s[1:]))}


def repeated(batch, reps, rng):
    """The same step again and again."""
    state, x = first_state(20, rng), jnp.asarray(rng.uniform(size=(batch, 784)) > 0.8, jnp.float32)
    begin = time.perf_counter()
    program = jax.jit(step, donate_argnums=0).lower(state, x).compile()
    compiled = time.perf_counter() - begin
    times = []
    for i in range(reps + 2):
        start = time.perf_counter()
        state, value = program(state, x)
        jax.block_until_ready(value)
        if i >= 2:
            times.append((time.perf_counter() - start) * 1000)
    return {"compile_s": compiled, "step_ms": float(np.median(times)), "n": len(times)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("batch", type=int)
    parser.add_argument("--reps", type=int, default=30)
    parser.add_argument("--epochs", type=int, default=0)
    args = parser.parse_args()
    rng = np.random.default_rng(0)
    found = epochs(args.epochs, args.batch, rng) if args.epochs else repeated(args.batch, args.reps, rng)
    print(json.dumps({**found, "platform": jax.devices()[0].platform}))


main()
