"""Writes bnn_loss.json: the loss of a Bayesian network and its gradient, by PyTorch in float64.

The network is Chopra's with other sizes: ReLU, N(0, 1) priors, a mean field with softplus scales. Cases: with the
likelihood of the batch alone, with that of all data, with divergences in closed form, and with noise on activations.

usage: bnn_loss.py > bnn_loss.json
"""
import json

import torch
from torch.distributions import Categorical, Normal, kl_divergence
from torch.nn.functional import linear, softplus

torch.set_default_dtype(torch.float64)

SIZES, ROWS, DATA = [5, 4, 3], 6, 60
# In the order in which they are drawn: names sorted within a layer.
SITES = [(f"layers.{i}.{name}", [SIZES[i + 1], SIZES[i]] if name == "weight" else [SIZES[i + 1]])
         for i in range(2) for name in ("bias", "weight")]
X = torch.cos(torch.arange(ROWS * SIZES[0]) * 0.7).reshape(ROWS, SIZES[0])
Y = torch.arange(ROWS) % 3


def filled(shape, value):
    return value(torch.arange(torch.Size(shape).numel()) + 1.0).reshape(shape)


def parameters(scale):
    found = {}
    for c, (name, shape) in enumerate(SITES):
        found[f"{name}.loc"] = filled(shape, lambda i: scale * torch.sin(i + c)).requires_grad_()
        found[f"{name}.rho"] = filled(shape, lambda i: scale * torch.cos(2 * i + c) - 1).requires_grad_()
    return found


def noise(shape, place):
    return filled(shape, lambda i: torch.sin(1.7 * i + place))


def case(kind, scale):
    p = parameters(scale)
    q = {name: Normal(p[f"{name}.loc"], softplus(p[f"{name}.rho"])) for name, _ in SITES}
    drawn = {name: q[name].loc + q[name].scale * noise(shape, c) for c, (name, shape) in enumerate(SITES)}
    h = X
    for i in range(2):
        w, b = f"layers.{i}.weight", f"layers.{i}.bias"
        if kind == "local":
            sd = linear(h**2, q[w].scale**2, q[b].scale**2).sqrt()
            h = linear(h, q[w].loc, q[b].loc) + sd * noise([ROWS, SIZES[i + 1]], i)
        else:
            h = linear(h, drawn[w], drawn[b])
        if i == 0:
            h = torch.relu(h)
    likelihood = Categorical(logits=h).log_prob(Y).sum() * (1 if kind == "source" else DATA / ROWS)
    if kind in ("source", "scaled"):
        divergence = sum((q[n].log_prob(drawn[n]) - Normal(0.0, 1.0).log_prob(drawn[n])).sum() for n in q)
    else:
        divergence = sum(kl_divergence(q[n], Normal(torch.zeros(()), torch.ones(()))).sum() for n in q)
    loss = divergence - likelihood
    loss.backward()
    return {"kind": kind, "scale": scale, "loss": loss.item(),
            "grad": {name: value.grad.flatten().tolist() for name, value in p.items()}}


cases = [case(kind, scale) for kind in ("source", "scaled", "closed", "local") for scale in (0.3, 1.0)]
found = {
    "origin": f"PyTorch {torch.__version__}, float64; tests/golden/bnn_loss.py",
    "rule": "site number c, flattened, i from 1: loc scale * sin(i + c), rho scale * cos(2 i + c) - 1, noise sin(1.7 i + c); "
            "noise on activations of layer l: sin(1.7 i + l)",
    "sites": SITES, "sizes": SIZES, "data": DATA, "x": X.tolist(), "y": Y.tolist(), "cases": cases,
}
text = json.dumps(found, indent=1, allow_nan=False)
# What is written is what was computed.
assert json.loads(text)["cases"] == cases
print(text)
