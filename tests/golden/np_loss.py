"""Writes np_loss.json: the loss of a Neural Process as Orm's notes have it, with its gradient, by PyTorch in float64.

usage: np_loss.py > np_loss.json
"""
import json

import torch
from torch.nn.functional import linear, softplus

torch.set_default_dtype(torch.float64)

TENSORS = [
    ("encoder.layers.0.weight", [8, 2]), ("encoder.layers.0.bias", [8]),
    ("encoder.layers.1.weight", [2, 8]), ("encoder.layers.1.bias", [2]),
    ("loc.weight", [2, 2]), ("loc.bias", [2]), ("scale.weight", [2, 2]), ("scale.bias", [2]),
    ("decoder.layers.0.weight", [8, 3]), ("decoder.layers.0.bias", [8]),
    ("decoder.layers.1.weight", [1, 8]), ("decoder.layers.1.bias", [1]),
]
X = torch.tensor([[-2.0], [-1.0], [0.0], [1.0], [2.0]])
Y, SAMPLES, SD = torch.sin(X), 10, 0.005


def parameters(scale):
    found = {}
    for c, (name, shape) in enumerate(TENSORS):
        count = torch.Size(shape).numel()
        found[name] = (scale * torch.sin(torch.arange(count) + 1.0 + c)).reshape(shape).requires_grad_()
    return found


def layer(p, name, x):
    return linear(x, p[f"{name}.weight"], p[f"{name}.bias"])


def latent(p, x, y):
    r = layer(p, "encoder.layers.1", torch.relu(layer(p, "encoder.layers.0", torch.cat([x, y], 1)))).mean(0)
    return layer(p, "loc", r), softplus(layer(p, "scale", r))


def divergence(mu_q, sd_q, mu_p, sd_p):
    q, p = sd_q**2 + 1e-16, sd_p**2 + 1e-16
    return 0.5 * (q / p + (mu_q - mu_p) ** 2 / p + torch.log(p / q) - 1).sum()


def case(context, scale):
    p = parameters(scale)
    target = [i for i in range(5) if i not in context]
    mu_q, sd_q = latent(p, X, Y)
    mu_p, sd_p = latent(p, X[context], Y[context])
    eps = torch.sin(1.7 * (torch.arange(SAMPLES * 2) + 1.0)).reshape(SAMPLES, 2)
    z = mu_q + sd_q * eps
    x = X[target]
    inputs = torch.cat([x.expand(SAMPLES, -1, -1), z[:, None].expand(-1, len(target), -1)], -1)
    mean = layer(p, "decoder.layers.1", torch.sigmoid(layer(p, "decoder.layers.0", inputs)))
    nll = -torch.distributions.Normal(mean, SD).log_prob(Y[target]).sum((1, 2)).mean()
    kl = divergence(mu_q, sd_q, mu_p, sd_p)
    (nll + kl).backward()
    return {
        "context": context, "scale": scale, "loss": (nll + kl).item(), "nll": nll.item(), "kl": kl.item(),
        "grad": {name: value.grad.flatten().tolist() for name, value in p.items()},
    }


cases = [case(context, scale) for context in ([0], [4], [1, 3], [0, 2, 4], [1, 2, 3]) for scale in (0.3, 1.0)]
found = {
    "origin": f"PyTorch {torch.__version__}, float64; tests/golden/np_loss.py",
    "rule": "tensor number c, flattened: scale * sin(i + 1 + c); noise [sample, dimension], flattened: sin(1.7 * (i + 1))",
    "tensors": TENSORS, "x": X.flatten().tolist(), "y": Y.flatten().tolist(), "cases": cases,
}
text = json.dumps(found, indent=1, allow_nan=False)
# What is written is what was computed: read back, in the order of each tensor's own indices.
assert json.loads(text)["cases"] == cases
print(text)
