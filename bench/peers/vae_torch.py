"""A training step of a variational autoencoder (784-400-20, batch B) in PyTorch: noise, loss, gradients and Adam, eagerly.

usage: vae_torch.py B [--device cpu|cuda] [--reps R]

Prints as JSON `step_ms` (the median) and `n`.
"""
import argparse
import json
import statistics
import time

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, softplus


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("batch", type=int)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--reps", type=int, default=30)
    args = parser.parse_args()
    torch.manual_seed(0)
    encoder = nn.Sequential(nn.Linear(784, 400), nn.Softplus(), nn.Linear(400, 40)).to(args.device)
    decoder = nn.Sequential(nn.Linear(20, 400), nn.Softplus(), nn.Linear(400, 784)).to(args.device)
    adam = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=1e-3)
    x = (torch.rand(args.batch, 784, device=args.device) > 0.8).float()
    times = []
    for i in range(args.reps + 2):
        start = time.perf_counter()
        loc, raw = encoder(x).chunk(2, dim=1)
        sd = softplus(raw)
        logits = decoder(loc + sd * torch.randn_like(sd))
        divergence = 0.5 * (sd**2 + loc**2 - 1 - 2 * sd.log()).sum()
        loss = divergence + binary_cross_entropy_with_logits(logits, x, reduction="sum")
        adam.zero_grad()
        loss.backward()
        adam.step()
        if args.device == "cuda":
            torch.cuda.synchronize()
        if i >= 2:
            times.append((time.perf_counter() - start) * 1000)
    print(json.dumps({"step_ms": statistics.median(times), "n": len(times)}))


main()
