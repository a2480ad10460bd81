"""A training step of a Bayesian network for digits in PyTorch: bnn_torch.py KIND REPETITIONS. Prints JSON.

KIND: weights (drawn, divergence by the draw), closed (drawn, divergence in closed form), local (noise on activations).
"""
import json
import statistics
import sys
import time

import torch
from torch.nn.functional import cross_entropy, linear, softplus

IMAGES, BATCH, DATA = 2000, 128, 60000
SHAPES = [[1024, 784], [1024], [10, 1024], [10]]


def divergence(loc, sd):
    return ((sd**2 + loc**2 - 1) / 2 - sd.log()).sum()


def loss_of(kind, params, x, y):
    layers = [(loc, softplus(rho)) for loc, rho in params]
    if kind == "local":
        h = x
        for i in (0, 2):
            (w, w_sd), (b, b_sd) = layers[i], layers[i + 1]
            mean, sd = linear(h, w, b), linear(h**2, w_sd**2, b_sd**2).sqrt()
            h = mean + sd * torch.randn_like(mean)
            h = torch.relu(h) if i == 0 else h
        kl = sum(divergence(loc, sd) for loc, sd in layers)
    else:
        drawn = [loc + sd * torch.randn_like(loc) for loc, sd in layers]
        h = linear(torch.relu(linear(x, drawn[0], drawn[1])), drawn[2], drawn[3])
        if kind == "closed":
            kl = sum(divergence(loc, sd) for loc, sd in layers)
        else:
            q = [torch.distributions.Normal(loc, sd, validate_args=False) for loc, sd in layers]
            p = torch.distributions.Normal(torch.tensor(0.0), torch.tensor(1.0), validate_args=False)
            kl = sum((of.log_prob(z) - p.log_prob(z)).sum() for of, z in zip(q, drawn))
    return kl + DATA / BATCH * cross_entropy(h, y, reduction="sum")


def main(kind, repetitions):
    images = torch.randint(0, 256, [IMAGES, 784], dtype=torch.uint8)
    labels = torch.arange(IMAGES) % 10
    params = [[torch.randn(shape).requires_grad_() for _ in range(2)] for shape in SHAPES]
    optimiser = torch.optim.Adam([p for pair in params for p in pair], lr=0.01)
    times = []
    for step in range(repetitions + 3):
        begin = time.perf_counter()
        rows = (step * BATCH + torch.arange(BATCH)) % IMAGES
        optimiser.zero_grad()
        loss_of(kind, params, images[rows].float() / 255, labels[rows]).backward()
        optimiser.step()
        times.append(1000 * (time.perf_counter() - begin))
    print(json.dumps({"step_ms": statistics.median(times[3:]), "n": repetitions}))


main(sys.argv[1], int(sys.argv[2]))
