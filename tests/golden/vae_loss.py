"""Writes vae_loss.json: the loss of Pyro's variational autoencoder with its gradient, by PyTorch in float64.

usage: vae_loss.py > vae_loss.json
"""
import json

import torch
from torch.distributions import Normal, kl_divergence
from torch.nn.functional import binary_cross_entropy_with_logits, linear, softplus

torch.set_default_dtype(torch.float64)

# Of larger gradients the norm and the first numbers are written.
SHOWN = 84


def tensors(pixels, hidden, latent):
    layers = {
        "encoder.fc1": (hidden, pixels), "encoder.fc21": (latent, hidden), "encoder.fc22": (latent, hidden),
        "decoder.fc1": (hidden, latent), "decoder.fc21": (pixels, hidden),
    }
    return [pair for name, (out, into) in layers.items()
            for pair in ((f"{name}.weight", [out, into]), (f"{name}.bias", [out]))]


def wave(shape, step, offset=0.0):
    count = torch.Size(shape).numel()
    return torch.sin(step * (torch.arange(count) + 1.0 + offset)).reshape(shape)


def case(sizes, batch, scale):
    pixels, hidden, latent = sizes
    p = {name: (scale * wave(shape, 1.0, c)).requires_grad_() for c, (name, shape) in enumerate(tensors(*sizes))}
    images = (0.5 + 0.7 * wave([batch, pixels], 0.9)).clamp(0, 1)

    def layer(name, x):
        return linear(x, p[f"{name}.weight"], p[f"{name}.bias"])

    h = softplus(layer("encoder.fc1", images))
    q, prior = Normal(layer("encoder.fc21", h), layer("encoder.fc22", h).exp()), Normal(0.0, 1.0)
    z = q.loc + q.scale * wave([batch, latent], 1.7)
    logits = layer("decoder.fc21", softplus(layer("decoder.fc1", z)))
    nll = binary_cross_entropy_with_logits(logits, images, reduction="sum")
    found = {"sizes": sizes, "batch": batch, "scale": scale}
    for name, divergence in (
        ("trace", (q.log_prob(z) - prior.log_prob(z)).sum()), ("mean_field", kl_divergence(q, prior).sum()),
    ):
        loss = nll + divergence
        grads = dict(zip(p, torch.autograd.grad(loss, list(p.values()), retain_graph=True)))
        found[name] = {
            "loss": loss.item(),
            "grad_norm": {name: g.norm().item() for name, g in grads.items()},
            "grad": {name: g.flatten()[:SHOWN].tolist() for name, g in grads.items()},
        }
    return found


cases = [case([12, 7, 3], 4, 0.3), case([12, 7, 3], 1, 1.0), case([784, 400, 50], 16, 0.02)]
found = {
    "origin": f"PyTorch {torch.__version__}, float64; tests/golden/vae_loss.py",
    "rule": "sizes are pixels, hidden units and z; tensor number c, flattened: scale * sin(i + 1 + c); images, flattened: "
            "0.5 + 0.7 sin(0.9 (i + 1)), cut to 0..1; noise [batch, z], flattened: sin(1.7 (i + 1)); trace: the divergence by the "
            f"draw, mean_field: in closed form; grad: the first {SHOWN} numbers of each tensor's gradient",
    "tensors": [name for name, _ in tensors(1, 1, 1)], "cases": cases,
}
text = json.dumps(found, indent=1, allow_nan=False)
# What is written is what was computed.
assert json.loads(text)["cases"] == cases
print(text)
