"""Whether the peers' programs of the Deep Markov Model compute the same: loss and gradients of dmm_jax.py, dmm_torch.py and
dmm_pyro.py against reference values, in float64, and three steps of their optimisers against Pyro's.

usage: dmm_check.py DATA.json GOLDEN.json...

Prints, as JSON, for each program the largest relative error of a loss, of a gradient and of an updated parameter (to the
largest magnitude in its tensor), and ends with status 1 where one is above 1e-9.
"""
import json
import sys

import jax
import jax.numpy as jnp
import numpy as np
import pyro
import torch
from pyro.infer import Trace_ELBO
from pyro.nn import AutoRegressiveNN
from pyro.optim.clipped_adam import ClippedAdam

jax.config.update("jax_enable_x64", True)
torch.set_default_dtype(torch.float64)

import dmm_jax
import dmm_pyro
import dmm_torch


def jax_place(name):
    """Where dmm_jax.py has a parameter of PyTorch's name."""
    owner, _, kind = name.rpartition(".")
    if owner.startswith("iafs_modules"):
        _, k, _, _, i = owner.split(".")
        return f"flow{k}.{i}", kind[0]
    if owner == "rnn":
        return f"rnn.{kind.split('_')[1]}", kind[0]
    return (owner, kind[0]) if owner else (name, None)


def jax_tree(tensors):
    tree = {}
    for name, v in tensors.items():
        place, kind = jax_place(name)
        if kind is None:
            tree[place] = jnp.asarray(v.reshape(-1))
        else:
            tree.setdefault(place, {})[kind] = jnp.asarray(v.T)
    return tree


def jax_names(tree, tensors):
    found = {}
    for name, v in tensors.items():
        place, kind = jax_place(name)
        found[name] = np.asarray(tree[place] if kind is None else tree[place][kind]).T.reshape(v.shape)
    return found


def run_jax(case, tensors, x, lengths, noise):
    masks = [dmm_jax.masks(np.array(p)) for p in case.get("permutations", [])]
    real = (np.arange(x.shape[1]) < lengths[:, None]).T[:, :, None]
    p, state = jax_tree(tensors), {"count": 0.0}
    given = masks, x.swapaxes(0, 1), real, noise.swapaxes(0, 1), case["annealing_factor"]
    loss, g = jax.value_and_grad(dmm_jax.loss)(p, *given)
    state["m"] = state["v"] = jax.tree.map(jnp.zeros_like, p)
    for _ in range(3):
        p, state = dmm_jax.clipped_adam(p, g, state)
    return float(loss), jax_names(g, tensors), jax_names(p, tensors)


def run_module(dmm, tensors, loss, optimiser):
    state = {name: torch.tensor(v) for name, v in tensors.items()}
    missing, unexpected = dmm.load_state_dict(state, strict=False)
    assert not unexpected and all("permutation" in m or "mask" in m for m in missing), (missing, unexpected)
    value, named = loss(), dict(dmm.named_parameters())
    value.backward()
    g = {n: p.grad.clone() for n, p in named.items()}
    for _ in range(3):
        for name, p in named.items():
            p.grad = g[name].clone()
        optimiser.step()
    array = lambda values: {n: v.detach().numpy() for n, v in values.items()}
    return value.item(), array(g), array(named)


def run_torch(case, tensors, x, lengths, noise):
    dmm = dmm_torch.DMM([torch.tensor(p) for p in case.get("permutations", [])])
    mask = torch.tensor((np.arange(x.shape[1]) < lengths[:, None]).T, dtype=torch.float64)
    given = torch.tensor(x.swapaxes(0, 1)), mask, torch.tensor(noise.swapaxes(0, 1)), case["annealing_factor"]
    return run_module(dmm, tensors, lambda: dmm.loss(*given), dmm_torch.ClippedAdam(dmm.parameters()))


def run_pyro(case, tensors, x, lengths, noise):
    pyro.clear_param_store()
    permutations = case.get("permutations", [])
    dmm = dmm_pyro.DMM(len(permutations))
    for flow, p in zip(dmm.iafs, permutations):
        flow.arn = AutoRegressiveNN(dmm_pyro.Z, [dmm_pyro.FLOW], permutation=torch.tensor(p))
    steps = iter(torch.tensor(noise.swapaxes(0, 1)))
    torch.distributions.normal._standard_normal = lambda *_, **__: next(steps)
    given = torch.tensor(x), torch.tensor(lengths), case["annealing_factor"]
    loss = lambda: Trace_ELBO().differentiable_loss(dmm.model, dmm.guide, *given)
    adam = ClippedAdam(dmm.parameters(), 3e-4, (0.96, 0.999), weight_decay=2.0, clip_norm=10.0, lrd=0.99996)
    return run_module(dmm, tensors, loss, adam)


def relative(a, b):
    a, b = np.asarray(a), np.asarray(b)
    return float(np.abs(a - b).max() / max(np.abs(b).max(), 1e-12))


def main():
    data = json.load(open(sys.argv[1]))
    errors = {name: {"loss": [], "gradient": [], "update": []} for name in ("pyro", "jax", "torch")}
    for golden in map(lambda path: json.load(open(path)), sys.argv[2:]):
        for case in golden["cases"]:
            tensors = {}
            for c, (name, shape) in enumerate(case.get("tensors") or golden["tensors"]):
                shape = [1, 1, *shape] if name == "h_0" and len(shape) == 1 else shape
                tensors[name] = case["scale"] * np.sin(np.arange(np.prod(shape)) + 1 + c).reshape(shape)
            sequences = [data[case["split"]][i] for i in case["indices"]]
            lengths = np.array([len(s) for s in sequences])
            x = np.zeros((len(sequences), lengths.max(), dmm_jax.X))
            for b, s in enumerate(sequences):
                for t, notes in enumerate(s):
                    x[b, t, np.array(notes, int) - 21] = 1
            size = (*x.shape[:2], dmm_jax.Z)
            noise = np.sin(1.7 * (np.arange(np.prod(size)) + 1)).reshape(size)
            given = case, tensors, x, lengths, noise
            found = {"pyro": run_pyro(*given), "jax": run_jax(*given), "torch": run_torch(*given)}
            for name, (loss, g, p) in found.items():
                _, pyro_g, pyro_p = found["pyro"]
                errors[name]["loss"].append(relative(loss, case["loss"]))
                for tensor, first in case["grad_first3"].items():
                    golden_g = np.append(first, pyro_g[tensor].reshape(-1)[3:])
                    errors[name]["gradient"].append(relative(g[tensor].reshape(-1), golden_g))
                    errors[name]["update"].append(relative(p[tensor], pyro_p[tensor]))
    largest = {name: {kind: float(np.max(values)) for kind, values in e.items()} for name, e in errors.items()}
    print(json.dumps(largest))
    sys.exit(not all(v <= 1e-9 for e in largest.values() for v in e.values()))


if __name__ == "__main__":
    main()
