"""Discrete sites summed out in Pyro: the mixture tutorial's 200 steps, or the plain hidden Markov model on chorales, vectorised
over sequences as the example's model_1 is.

usage: enum_pyro.py gmm | enum_pyro.py hmm SEQUENCES.json STATES STEPS

Prints as JSON the milliseconds of the 200 steps; or the seconds until the first step is done, the milliseconds of a further step,
and the process's peak memory in MB.
"""
import json
import resource
import sys
import time

import pyro
import pyro.distributions as dist
import torch
from pyro import poutine
from pyro.infer import SVI, TraceEnum_ELBO, config_enumerate
from pyro.infer.autoguide import AutoDelta
from pyro.ops.indexing import Vindex


def mixture():
    points = torch.tensor([0.0, 1.0, 10.0, 11.0, 12.0])

    @config_enumerate
    def model(points):
        weights = pyro.sample("weights", dist.Dirichlet(0.5 * torch.ones(2)))
        scale = pyro.sample("scale", dist.LogNormal(0.0, 2.0))
        with pyro.plate("components", 2):
            locs = pyro.sample("locs", dist.Normal(0.0, 10.0))
        with pyro.plate("data", len(points)):
            assignment = pyro.sample("assignment", dist.Categorical(weights))
            pyro.sample("obs", dist.Normal(locs[assignment], scale), obs=points)

    values = {
        "weights": torch.ones(2) / 2,
        "scale": (points.var(unbiased=False) / 2).sqrt(),
        "locs": points[torch.tensor([1, 2])],
    }

    def train():
        pyro.clear_param_store()
        exposed = poutine.block(model, expose=["weights", "locs", "scale"])
        guide = AutoDelta(exposed, init_loc_fn=lambda site: values[site["name"]])
        adam = pyro.optim.Adam({"lr": 0.1, "betas": [0.8, 0.99]})
        svi = SVI(model, guide, adam, TraceEnum_ELBO(max_plate_nesting=1))
        return [svi.step(points) for _ in range(200)]

    train()
    begin = time.perf_counter()
    losses = train()
    return {"again_ms": 1000 * (time.perf_counter() - begin), "loss": losses[-1]}


def chain(path, states, steps):
    pieces = json.load(open(path))
    lengths = torch.tensor([len(piece) for piece in pieces])
    values = torch.zeros(len(pieces), int(lengths.max()), 88)
    for lane, piece in enumerate(pieces):
        for t, chord in enumerate(piece):
            values[lane, t, [note - 21 for note in chord]] = 1

    @config_enumerate
    def model(values, lengths):
        prior = dist.Dirichlet(0.9 * torch.eye(states) + 0.1).to_event(1)
        probs_x = pyro.sample("probs_x", prior)
        probs_y = pyro.sample("probs_y", dist.Beta(0.1, 0.9).expand([states, 88]).to_event(2))
        tones = pyro.plate("tones", 88, dim=-1)
        with pyro.plate("sequences", len(values), dim=-2):
            x = 0
            for t in pyro.markov(range(values.shape[1])):
                with poutine.mask(mask=(t < lengths).unsqueeze(-1)):
                    x = pyro.sample(f"x_{t}", dist.Categorical(probs_x[x]), infer={"enumerate": "parallel"})
                    with tones as tone:
                        pyro.sample(f"y_{t}", dist.Bernoulli(Vindex(probs_y)[x, tone]), obs=values[:, t])

    emission = (1 + (3 * torch.arange(states).unsqueeze(-1) + torch.arange(88)) % 11) / 40
    first = {"probs_x": torch.ones(states, states) / states, "probs_y": emission}
    guide = AutoDelta(poutine.block(model, expose=["probs_x", "probs_y"]), init_loc_fn=lambda site: first[site["name"]])
    begin = time.perf_counter()
    svi = SVI(model, guide, pyro.optim.Adam({"lr": 0.05}), TraceEnum_ELBO(max_plate_nesting=2))
    svi.step(values, lengths)
    ready = time.perf_counter()
    for _ in range(steps):
        loss = svi.step(values, lengths)
    end = time.perf_counter()
    return {
        "ready_s": ready - begin,
        "step_ms": 1000 * (end - ready) / steps,
        "loss": loss,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


mode, *rest = sys.argv[1:]
print(json.dumps(mixture() if mode == "gmm" else chain(rest[0], int(rest[1]), int(rest[2]))))
