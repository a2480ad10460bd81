"""A training step of the Deep Markov Model in JAX, as an expert of JAX writes it: noise, loss, gradients and ClippedAdam in
one jitted program with donated state; two scans (the guide's network and its chain); the model, whose z are known by then,
as one batch over time; matrices of the same input joined; the network's derivative by hand, so that the gradient of its
matrix is one product after the loop instead of a sum inside it (10% of a step).

usage: dmm_jax.py B T [--iafs N] [--reps R] [--once] [--request]

B random sequences of T steps, all of full length. N inverse autoregressive flows (default 0); R timed steps (default 20)
after two untimed; `--once` times the first step alone. Prints as JSON `compile_s` (tracing and compiling), `step_ms` (the
median), `n` (how many were timed), `peak_mb` (of the process) `loss` (of the last step, for each note slice) and
`platform` (cpu or gpu). `--request` times the guide alone, from arrays of NumPy to arrays of NumPy, as a server runs it: then
`request_ms` stands in the place of `step_ms` and `loss`.
"""
import argparse
import json
import resource
import time

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.nn import relu, sigmoid, softplus

X, Z, E, R, H, FLOW = 88, 100, 100, 200, 600, 100
LAYERS = {
    "emitter.lin_z_to_hidden": (Z, E), "emitter.lin_hidden_to_hidden": (E, E), "emitter.lin_hidden_to_input": (E, X),
    "trans.lin_gate_z_to_hidden": (Z, R), "trans.lin_gate_hidden_to_z": (R, Z),
    "trans.lin_proposed_mean_z_to_hidden": (Z, R), "trans.lin_proposed_mean_hidden_to_z": (R, Z),
    "trans.lin_sig": (Z, Z), "trans.lin_z_to_loc": (Z, Z), "combiner.lin_z_to_hidden": (Z, H),
    "combiner.lin_hidden_to_loc": (H, Z), "combiner.lin_hidden_to_scale": (H, Z), "rnn.ih": (X, H), "rnn.hh": (H, H),
}


def initial(rng, iafs):
    """Parameters with PyTorch's default initialisation, matrices as [inputs, outputs]."""
    flows = {f"flow{k}.{i}": (FLOW, size) for k in range(iafs) for i, size in enumerate((FLOW, 2 * Z))}
    p = {"z_0": np.zeros(Z), "z_q_0": np.zeros(Z), "h_0": np.zeros(H)}
    for name, (inputs, outputs) in (LAYERS | flows).items():
        bound = (H if name.startswith("rnn") else inputs) ** -0.5
        p[name] = {"w": rng.uniform(-bound, bound, (inputs, outputs)), "b": rng.uniform(-bound, bound, outputs)}
    p["trans.lin_z_to_loc"] = {"w": np.eye(Z), "b": np.zeros(Z)}
    return jax.tree.map(lambda v: jnp.asarray(v, jnp.float32), p)


def masks(permutation):
    """The masks, as [inputs, outputs], of a flow's two layers: z's entries in the order of the permutation."""
    place = np.argsort(permutation) + 1
    hidden = np.round(np.linspace(1, Z - 1, FLOW))
    return place[:, None] <= hidden, np.tile(hidden[:, None] < place, (1, 2))


def linear(layer, v):
    return v @ layer["w"] + layer["b"]


def join(*layers):
    return jax.tree.map(lambda *parts: jnp.concatenate(parts, -1), *layers)


@jax.custom_vjp
def recurrence(w, inputs, h_0, real):
    """A ReLU network from right to left, h_0 where a sequence has ended: [T, B, H]."""
    def step(h, given):
        h = jnp.where(given[1], relu(h @ w + given[0]), h_0)
        return h, h
    return lax.scan(step, h_0, (inputs, real), reverse=True)[1]


def recurrence_fwd(w, inputs, h_0, real):
    h = recurrence(w, inputs, h_0, real)
    return h, (w, h, h_0, real)


def recurrence_bwd(kept, g):
    w, h, h_0, real = kept
    transposed = w.T

    def step(carry, given):
        d, at_ends = carry
        g, h, real = given
        g = g + d @ transposed
        d = jnp.where(real & (h > 0), g, 0)
        return (d, at_ends + jnp.where(real, 0, g)), d

    (d, at_ends), ds = lax.scan(step, (jnp.zeros_like(h_0), jnp.zeros_like(h_0)), (g, h, real))
    before = jnp.concatenate([h[1:], h_0[None]])
    return before.reshape(-1, H).T @ ds.reshape(-1, H), ds, at_ends + d @ transposed, None


recurrence.defvjp(recurrence_fwd, recurrence_bwd)


def guide(p, flow_masks, x, real, noise):
    """The states, raw scales and what the flows add, all [T, B, Z]. x: [T, B, X], real: [T, B, 1] (bool), noise: [T, B, Z]."""
    rows = lambda v: jnp.broadcast_to(v, (x.shape[1], v.shape[-1]))
    hs = recurrence(p["rnn.hh"]["w"], linear(p["rnn.ih"], x) + p["rnn.hh"]["b"], rows(p["h_0"]), real)

    loc_and_scale = join(p["combiner.lin_hidden_to_loc"], p["combiner.lin_hidden_to_scale"])
    flows = [[p[f"flow{k}.{i}"] | {"w": p[f"flow{k}.{i}"]["w"] * m} for i, m in enumerate(pair)]
             for k, pair in enumerate(flow_masks)]

    def step(z, given):
        h, e = given
        joint = 0.5 * (jnp.tanh(linear(p["combiner.lin_z_to_hidden"], z)) + h)
        loc, raw = jnp.split(linear(loc_and_scale, joint), 2, -1)
        z, log_scales = loc + softplus(raw) * e, []
        for first, second in flows:
            mean, log_scale = jnp.split(linear(second, relu(linear(first, z))), 2, -1)
            log_scale = log_scale + lax.stop_gradient(jnp.clip(log_scale, -5, 3) - log_scale)
            z = jnp.exp(log_scale) * z + mean
            log_scales.append(log_scale)
        return z, (z, raw, log_scales)

    return lax.scan(step, rows(p["z_q_0"]), (hs, noise))[1]


def loss(p, flow_masks, x, real, noise, annealing):
    """The summed negative ELBO."""
    rows = lambda v: jnp.broadcast_to(v, (x.shape[1], v.shape[-1]))
    zs, raw, log_scales = guide(p, flow_masks, x, real, noise)
    log_q = -0.5 * noise**2 - jnp.log(softplus(raw)) - sum(log_scales)

    flat = lambda v: v.reshape(-1, v.shape[-1])
    z, before = flat(zs), flat(jnp.concatenate([rows(p["z_0"])[None], zs[:-1]]))
    names = "trans.lin_gate_z_to_hidden", "trans.lin_proposed_mean_z_to_hidden", "trans.lin_z_to_loc"
    gate, proposed, kept = jnp.split(linear(join(*(p[n] for n in names)), before), [R, 2 * R], -1)
    gate = sigmoid(linear(p["trans.lin_gate_hidden_to_z"], relu(gate)))
    proposed = linear(p["trans.lin_proposed_mean_hidden_to_z"], relu(proposed))
    scale = softplus(linear(p["trans.lin_sig"], relu(proposed)))
    log_p = -0.5 * ((z - (1 - gate) * kept - gate * proposed) / scale) ** 2 - jnp.log(scale)

    hidden = relu(linear(p["emitter.lin_z_to_hidden"], z))
    logits = linear(p["emitter.lin_hidden_to_input"], relu(linear(p["emitter.lin_hidden_to_hidden"], hidden)))
    log_x = flat(x) * logits - softplus(logits)
    return jnp.sum(flat(real) * (annealing * (flat(log_q) - log_p).sum(-1) - log_x.sum(-1))[:, None])


def clipped_adam(p, g, state):
    """Pyro's ClippedAdam: the rate decays first, gradients are clipped by element, the penalty is added after."""
    count = state["count"] + 1
    rate = 3e-4 * 0.99996**count * jnp.sqrt(1 - 0.999**count) / (1 - 0.96**count)
    g = jax.tree.map(lambda p, g: jnp.clip(g, -10, 10) + 2.0 * p, p, g)
    m = jax.tree.map(lambda m, g: 0.96 * m + 0.04 * g, state["m"], g)
    v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, state["v"], g)
    p = jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-8), p, m, v)
    return p, {"m": m, "v": v, "count": count}


def request(p, flow_masks, rng, B, T, untimed, reps):
    """Times the guide alone."""
    x, noise = (rng.random((T, B, X)) < 0.05).astype(np.float32), rng.normal(size=(T, B, Z)).astype(np.float32)
    real, times = np.ones((T, B, 1), bool), []
    start = time.perf_counter()
    compiled = jax.jit(lambda *given: guide(p, flow_masks, *given)).lower(x, real, noise).compile()
    compile_s = time.perf_counter() - start
    for _ in range(untimed + reps):
        start = time.perf_counter()
        jax.tree.map(np.asarray, compiled(x, real, noise))
        times.append(1000 * (time.perf_counter() - start))
    print(json.dumps({"compile_s": compile_s, "request_ms": float(np.median(times[untimed:])), "n": reps,
                      "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                      "platform": jax.devices()[0].platform}))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("B", type=int)
    parser.add_argument("T", type=int)
    parser.add_argument("--iafs", type=int, default=0)
    parser.add_argument("--reps", type=int, default=20)
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--request", action="store_true")
    a = parser.parse_args()
    rng, reps, untimed = np.random.default_rng(1), 1 if a.once else a.reps, 0 if a.once else 2
    flow_masks = [masks(rng.permutation(Z)) for _ in range(a.iafs)]

    if a.request:
        return request(initial(rng, a.iafs), flow_masks, rng, a.B, a.T, untimed, reps)

    def step(p, state, key, x, real, annealing):
        key, this = jax.random.split(key)
        noise = jax.random.normal(this, (*x.shape[:2], Z))
        value, g = jax.value_and_grad(loss)(p, flow_masks, x, real, noise, annealing)
        return *clipped_adam(p, g, state), key, value

    p = initial(rng, a.iafs)
    zeros = lambda: jax.tree.map(jnp.zeros_like, p)
    carried = p, {"m": zeros(), "v": zeros(), "count": jnp.float32(0)}, jax.random.key(1)
    batch = jnp.asarray(rng.random((a.T, a.B, X)) < 0.05, jnp.float32), jnp.ones((a.T, a.B, 1), bool), jnp.float32(1)
    start = time.perf_counter()
    compiled = jax.jit(step, donate_argnums=(0, 1, 2)).lower(*carried, *batch).compile()
    compile_s, times = time.perf_counter() - start, []
    for _ in range(untimed + reps):
        start = time.perf_counter()
        *carried, value = compiled(*carried, *batch)
        value.block_until_ready()
        times.append(1000 * (time.perf_counter() - start))
    print(json.dumps({"compile_s": compile_s, "step_ms": float(np.median(times[untimed:])), "n": reps,
                      "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                      "loss": float(value) / (a.B * a.T), "platform": jax.devices()[0].platform}))


if __name__ == "__main__":
    main()
