"""A training step of a variational autoencoder (784-400-20, batch B) in PyTorch: noise, loss, gradients and Adam, eagerly.

usage: vae_torch.py B [--device cpu|cuda] [--reps R] [--epochs E]

With `--epochs` it is Pyro's example: z of 50, standard deviations by exp, the divergence by the draw, and every step takes its
batch out of 60,000 images of bytes; E epochs are timed after one that is not.

Prints as JSON `step_ms` (the median) and `n`, and with `--epochs` the median `epoch_s`.
"""
import argparse
import json
import statistics
import time

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, softplus


def networks(z, device):
    encoder = nn.Sequential(nn.Linear(784, 400), nn.Softplus(), nn.Linear(400, 2 * z)).to(device)
    decoder = nn.Sequential(nn.Linear(z, 400), nn.Softplus(), nn.Linear(400, 784)).to(device)
    return encoder, decoder, torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=1e-3)


def update(adam, loss, device):
    adam.zero_grad()
    loss.backward()
    adam.step()
    if device == "cuda":
        torch.cuda.synchronize()


def epochs(count, batch, device):
    """Epochs of the example on random images; one that is not timed comes first."""
    encoder, decoder, adam = networks(50, device)
    images = (torch.randint(0, 256, (60_000, 784)) * (torch.rand(60_000, 784) < 0.2)).to(torch.uint8)
    steps, all_s = [], []
    for epoch in range(count + 1):
        begin = time.perf_counter()
        for rows in torch.randperm(len(images)).split(batch):
            start = time.perf_counter()
            x = images[rows].to(device).float() / 255
            loc, log_sd = encoder(x).chunk(2, dim=1)
            noise = torch.randn_like(loc)
            z = loc + log_sd.exp() * noise
            divergence = (0.5 * (z**2 - noise**2) - log_sd).sum()
            update(adam, divergence + binary_cross_entropy_with_logits(decoder(z), x, reduction="sum"), device)
            steps.append((time.perf_counter() - start) * 1000)
        all_s.append(time.perf_counter() - begin)
        steps = steps if epoch > 0 else []
    return {"step_ms": statistics.median(steps), "n": len(steps), "epoch_s": statistics.median(all_s[1:])}


def repeated(batch, reps, device):
    """The same step again and again."""
    encoder, decoder, adam = networks(20, device)
    x = (torch.rand(batch, 784, device=device) > 0.8).float()
    times = []
    for i in range(reps + 2):
        start = time.perf_counter()
        loc, raw = encoder(x).chunk(2, dim=1)
        sd = softplus(raw)
        logits = decoder(loc + sd * torch.randn_like(sd))
        divergence = 0.5 * (sd**2 + loc**2 - 1 - 2 * sd.log()).sum()
        update(adam, divergence + binary_cross_entropy_with_logits(logits, x, reduction="sum"), device)
        if i >= 2:
            times.append((time.perf_counter() - start) * 1000)
    return {"step_ms": statistics.median(times), "n": len(times)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("batch", type=int)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--reps", type=int, default=30)
    parser.add_argument("--epochs", type=int, default=0)
    args = parser.parse_args()
    torch.manual_seed(0)
    if args.epochs:
        print(json.dumps(epochs(args.epochs, args.batch, args.device)))
    else:
        print(json.dumps(repeated(args.batch, args.reps, args.device)))


main()
