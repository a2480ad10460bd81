"""The ruggedness regression in Pyro: 1,000 steps of Adam(0.02).

usage: rugged_pyro.py DATA.csv first|again autonormal|mvn

`first` trains once and ends: the whole process is timed from outside. `again` prints, as JSON, the seconds of a second training.
"""
import csv
import json
import sys
import time

import pyro
import pyro.distributions as dist
import torch
from pyro.infer import SVI, Trace_ELBO
from pyro.infer.autoguide import AutoMultivariateNormal, AutoNormal


def load(path):
    rows = [r for r in csv.DictReader(open(path, encoding="latin-1")) if r["rgdppc_2000"] not in ("", "NA")]
    column = lambda name: torch.tensor([float(r[name]) for r in rows])
    return column("cont_africa"), column("rugged"), torch.log(column("rgdppc_2000"))


def model(is_africa, ruggedness, log_gdp=None):
    a = pyro.sample("a", dist.Normal(0.0, 10.0))
    b_a = pyro.sample("bA", dist.Normal(0.0, 1.0))
    b_r = pyro.sample("bR", dist.Normal(0.0, 1.0))
    b_ar = pyro.sample("bAR", dist.Normal(0.0, 1.0))
    sigma = pyro.sample("sigma", dist.Uniform(0.0, 10.0))
    mean = a + b_a * is_africa + b_r * ruggedness + b_ar * is_africa * ruggedness
    with pyro.plate("data", len(ruggedness)):
        return pyro.sample("obs", dist.Normal(mean, sigma), obs=log_gdp)


path, mode, name = sys.argv[1:4]
data = load(path)
pyro.set_rng_seed(1)


def train():
    pyro.clear_param_store()
    guide = {"autonormal": AutoNormal, "mvn": AutoMultivariateNormal}[name](model)
    svi = SVI(model, guide, pyro.optim.Adam({"lr": 0.02}), Trace_ELBO())
    return [svi.step(*data) for _ in range(1000)]


losses = train()
if mode == "again":
    start = time.perf_counter()
    losses = train()
    print(json.dumps({"again_s": time.perf_counter() - start, "loss": sum(losses[-100:]) / 100}))
