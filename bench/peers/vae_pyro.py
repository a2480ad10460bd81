"""Pyro's example of a variational autoencoder on MNIST, with its own settings: 784-400-50, softplus, Bernoulli on grey values,
batches of 256, Adam at 1e-3, Trace_ELBO.

usage: vae_pyro.py FOLDER EPOCHS [--seed S] [--threads N]

FOLDER has MNIST's four files, plain or as .gz. Prints as JSON the curves by epoch, in nats an image: `train_elbo` (of the batches
as they were trained on) and `test_elbo`, and `seconds` of training, with the seed and the versions.
"""
import argparse
import gzip
import json
import os
import time

import numpy as np
import pyro
import pyro.distributions as dist
import torch
from pyro.infer import SVI, Trace_ELBO
from pyro.optim import Adam
from torch import nn


class Encoder(nn.Module):
    def __init__(self, z_dim, hidden_dim):
        super().__init__()
        self.fc1 = nn.Linear(784, hidden_dim)
        self.fc21 = nn.Linear(hidden_dim, z_dim)
        self.fc22 = nn.Linear(hidden_dim, z_dim)

    def forward(self, x):
        hidden = nn.functional.softplus(self.fc1(x.reshape(-1, 784)))
        return self.fc21(hidden), torch.exp(self.fc22(hidden))


class Decoder(nn.Module):
    def __init__(self, z_dim, hidden_dim):
        super().__init__()
        self.fc1 = nn.Linear(z_dim, hidden_dim)
        self.fc21 = nn.Linear(hidden_dim, 784)

    def forward(self, z):
        return torch.sigmoid(self.fc21(nn.functional.softplus(self.fc1(z))))


class VAE(nn.Module):
    def __init__(self, z_dim=50, hidden_dim=400):
        super().__init__()
        self.encoder, self.decoder, self.z_dim = Encoder(z_dim, hidden_dim), Decoder(z_dim, hidden_dim), z_dim

    def model(self, x):
        pyro.module("decoder", self.decoder)
        with pyro.plate("data", x.shape[0]):
            zeros = torch.zeros(x.shape[0], self.z_dim)
            z = pyro.sample("latent", dist.Normal(zeros, torch.ones_like(zeros)).to_event(1))
            probs = self.decoder(z)
            pyro.sample("obs", dist.Bernoulli(probs, validate_args=False).to_event(1), obs=x)

    def guide(self, x):
        pyro.module("encoder", self.encoder)
        with pyro.plate("data", x.shape[0]):
            loc, scale = self.encoder(x)
            pyro.sample("latent", dist.Normal(loc, scale).to_event(1))


def images(folder, name):
    """Grey values from 0 to 1, one image a row."""
    path = os.path.join(folder, name)
    opened = open(path, "rb") if os.path.exists(path) else gzip.open(path + ".gz", "rb")
    with opened as file:
        data = np.frombuffer(file.read(), np.uint8, offset=16)
    return torch.from_numpy(data.reshape(-1, 784).astype(np.float32) / 255)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("epochs", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    pyro.set_rng_seed(args.seed)
    train = images(args.folder, "train-images-idx3-ubyte")
    test = images(args.folder, "t10k-images-idx3-ubyte")
    vae = VAE()
    svi = SVI(vae.model, vae.guide, Adam({"lr": 1e-3}), loss=Trace_ELBO())
    curves = {"train_elbo": [], "test_elbo": [], "seconds": []}
    seconds = 0.0
    for _ in range(args.epochs):
        begin = time.perf_counter()
        loss = sum(svi.step(train[rows]) for rows in torch.randperm(len(train)).split(256))
        seconds += time.perf_counter() - begin
        test_loss = sum(svi.evaluate_loss(batch) for batch in test.split(256))
        curves["train_elbo"].append(round(-loss / len(train), 4))
        curves["test_elbo"].append(round(-test_loss / len(test), 4))
        curves["seconds"].append(round(seconds, 1))
    versions = {"pyro": pyro.__version__, "torch": torch.__version__}
    print(json.dumps({"program": "bench/peers/vae_pyro.py", "seed": args.seed, **versions, **curves}))


main()
