"""Independent trainings of a Neural Process in JAX, as an expert of JAX writes it: one run as a pure function, its training a
scan, `vmap` over runs, one jitted program; all draws made before the loop, which is faster here than a key at every step.

usage: np_jax.py RUNS STEPS

Prints as JSON `total_s` (tracing, compiling and running), `compile_s` (the first two), `loss` (the median over runs of the
last step) and `platform` (cpu or gpu).
"""
import argparse
import json
import time

import jax
import jax.numpy as jnp
from jax import lax, random
from jax.nn import relu, sigmoid, softplus

X = jnp.array([[-2.0], [-1.0], [0.0], [1.0], [2.0]])
Y, SD, SAMPLES, RATE = jnp.sin(X), 0.005, 10, 1e-3
LAYERS = {"h1": (2, 8), "h2": (8, 2), "loc": (2, 2), "scale": (2, 2), "g1": (3, 8), "g2": (8, 1)}


def initial(key):
    found = {}
    for (name, (inputs, outputs)), own in zip(LAYERS.items(), random.split(key, len(LAYERS))):
        a, b = random.split(own)
        bias = random.uniform(b, (outputs,), minval=-1, maxval=1) * inputs**-0.5
        found[name] = random.normal(a, (inputs, outputs)), bias
    return found


def linear(layer, x):
    return x @ layer[0] + layer[1]


def loss(p, size, order, noise):
    known = ((order[None, :] < order[:, None]).sum(1) < size).astype(jnp.float32)
    each = linear(p["h2"], relu(linear(p["h1"], jnp.concatenate([X, Y], 1))))

    def latent(weight):
        r = (each * weight[:, None]).sum(0) / weight.sum()
        return linear(p["loc"], r), softplus(linear(p["scale"], r))

    (mu_q, sd_q), (mu_p, sd_p) = latent(jnp.ones(5)), latent(known)
    z = mu_q + sd_q * noise
    places, of = jnp.broadcast_to(X[None], (SAMPLES, 5, 1)), jnp.broadcast_to(z[:, None], (SAMPLES, 5, 2))
    mean = linear(p["g2"], sigmoid(linear(p["g1"], jnp.concatenate([places, of], -1))))[..., 0]
    log_p = -0.5 * ((Y[:, 0] - mean) / SD) ** 2 - jnp.log(SD * jnp.sqrt(2 * jnp.pi))
    q, prior = sd_q**2 + 1e-16, sd_p**2 + 1e-16
    kl = 0.5 * (q / prior + (mu_q - mu_p) ** 2 / prior + jnp.log(prior / q) - 1).sum()
    return kl - (log_p * (1 - known)).sum(1).mean()


def train(key, steps):
    keys = random.split(key, 4)
    p = initial(keys[0])
    zeros = jax.tree.map(jnp.zeros_like, p)
    draws = (
        random.randint(keys[1], (steps,), 1, 4),
        random.uniform(keys[2], (steps, 5)),
        random.normal(keys[3], (steps, SAMPLES, 2)),
    )

    def step(state, given):
        p, m, v = state
        t, *own = given
        value, g = jax.value_and_grad(loss)(p, *own)
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
        c1, c2 = 1 - 0.9**t, 1 - 0.999**t
        p = jax.tree.map(lambda p, m, v: p - RATE * (m / c1) / (jnp.sqrt(v / c2) + 1e-8), p, m, v)
        return (p, m, v), value

    return lax.scan(step, (p, zeros, zeros), (jnp.arange(1.0, steps + 1), *draws))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("runs", type=int)
    parser.add_argument("steps", type=int)
    args = parser.parse_args()
    keys = random.split(random.key(0), args.runs)
    begin = time.perf_counter()
    program = jax.jit(jax.vmap(lambda key: train(key, args.steps))).lower(keys).compile()
    compiled = time.perf_counter()
    _, losses = jax.block_until_ready(program(keys))
    end = time.perf_counter()
    last = float(jnp.median(losses[:, -1]))
    print(json.dumps({"total_s": end - begin, "compile_s": compiled - begin, "loss": last,
                      "platform": jax.devices()[0].platform}))


main()
