"""Discrete sites summed out in NumPyro: the mixture tutorial's 200 steps, or the plain hidden Markov model on chorales.

usage: enum_numpyro.py gmm | enum_numpyro.py hmm SEQUENCES.json STATES STEPS

Prints as JSON the milliseconds of the 200 steps once compiled; or the seconds until the first step of the jitted update is done,
the milliseconds of a further step, and the process's peak memory in MB.
"""
import json
import resource
import sys
import time

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpyro import handlers
from numpyro.contrib.control_flow import scan
from numpyro.contrib.funsor import config_enumerate, enum, log_density
from numpyro.distributions import biject_to, constraints
from numpyro.infer import SVI, TraceEnum_ELBO
from numpyro.infer.autoguide import AutoDelta
from numpyro.infer.initialization import init_to_value
from numpyro.ops.indexing import Vindex


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
    exposed = handlers.block(handlers.seed(model, jax.random.PRNGKey(0)), hide=["assignment"])
    guide = AutoDelta(exposed, init_loc_fn=init_to_value(values=values))
    svi = SVI(model, guide, numpyro.optim.Adam(0.1, b1=0.8, b2=0.99), TraceEnum_ELBO())

    @jax.jit
    def steps(state):
        return jax.lax.scan(lambda s, _: svi.update(s, points), state, None, length=200)

    state = svi.init(jax.random.PRNGKey(0), points)
    np.asarray(steps(state)[1])
    begin = time.perf_counter()
    losses = np.asarray(steps(state)[1])
    return {"again_ms": 1000 * (time.perf_counter() - begin), "loss": float(losses[-1])}


def chain(path, states, steps):
    pieces = json.load(open(path))
    lengths = np.array([len(piece) for piece in pieces])
    values = np.zeros((lengths.max(), len(pieces), 88), np.float32)
    for lane, piece in enumerate(pieces):
        for t, chord in enumerate(piece):
            values[t, lane, [note - 21 for note in chord]] = 1
    mask = np.arange(lengths.max())[:, None, None] < lengths[None, :, None]
    notes = jnp.array(values), jnp.array(mask)

    @config_enumerate
    def model(values, present):
        prior = dist.Dirichlet(0.9 * jnp.eye(states) + 0.1).to_event(1)
        probs_x = numpyro.sample("probs_x", prior)
        probs_y = numpyro.sample("probs_y", dist.Beta(0.1, 0.9).expand([states, 88]).to_event(2))

        def step(before, at):
            values, present = at
            with numpyro.plate("sequences", values.shape[0], dim=-2), handlers.mask(mask=present):
                x = numpyro.sample("x", dist.Categorical(Vindex(probs_x)[before]))
                with numpyro.plate("tones", 88, dim=-1):
                    numpyro.sample("y", dist.Bernoulli(Vindex(probs_y)[x, jnp.arange(88)]), obs=values)
            return x, None

        scan(step, jnp.zeros((values.shape[1], 1), jnp.int32), (values, present))

    summed = enum(model, first_available_dim=-3)
    transforms = {"probs_x": biject_to(constraints.simplex), "probs_y": biject_to(constraints.unit_interval)}
    emission = (1 + (3 * np.arange(states)[:, None] + np.arange(88)) % 11) / 40
    first = {"probs_x": jnp.ones((states, states)) / states, "probs_y": jnp.array(emission, jnp.float32)}
    adam = numpyro.optim.Adam(0.05)

    # Its TraceEnum_ELBO takes the steps of scan for independent: the density is another one.
    def loss_of(free, values, present):
        tables = {name: transform(free[name]) for name, transform in transforms.items()}
        return -log_density(summed, (values, present), {}, tables)[0], None

    @jax.jit
    def update(state, values, present):
        (loss, _), state = adam.eval_and_update(lambda free: loss_of(free, values, present), state)
        return state, loss

    begin = time.perf_counter()
    state = adam.init({name: transform.inv(first[name]) for name, transform in transforms.items()})
    state, loss = update(state, *notes)
    loss.block_until_ready()
    ready = time.perf_counter()
    for _ in range(steps):
        state, loss = update(state, *notes)
    loss.block_until_ready()
    end = time.perf_counter()
    return {
        "ready_s": ready - begin,
        "step_ms": 1000 * (end - ready) / steps,
        "loss": float(loss),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


mode, *rest = sys.argv[1:]
print(json.dumps(mixture() if mode == "gmm" else chain(rest[0], int(rest[1]), int(rest[2]))))
