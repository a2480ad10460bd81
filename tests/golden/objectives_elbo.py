"""Writes objectives_elbo.json: the gradients of Pyro's TraceGraph_ELBO and RenyiELBO at given draws, in float64.

usage: objectives_elbo.py > objectives_elbo.json
"""

import json
import platform

import pyro
import pyro.distributions as dist
import torch
from pyro.infer import RenyiELBO, TraceGraph_ELBO

torch.set_default_dtype(torch.float64)
pyro.settings.set(validate_poutine=False)


class Given(dist.Bernoulli):
    """A Bernoulli distribution whose draw is given."""

    def __init__(self, logits, draw):
        super().__init__(logits=logits, validate_args=False)
        self.draw = draw

    def expand(self, batch_shape, _instance=None):
        return Given(self.logits.expand(batch_shape), self.draw)

    def sample(self, sample_shape=torch.Size()):
        # As of any draw, its value depends on the parameters: on earlier draws.
        return (self.draw.expand(sample_shape + self.batch_shape) + 0 * self.logits).detach()


LOGITS = torch.tensor([0.3, -0.6, 0.1])


def coins(draws):
    """Three coins: the second depends on the first, the third on none; each is seen through noise."""

    def model():
        a = pyro.sample("a", dist.Bernoulli(torch.tensor(0.4)))
        b = pyro.sample("b", dist.Bernoulli(logits=2 * a - 1))
        c = pyro.sample("c", dist.Bernoulli(torch.tensor(0.7)))
        pyro.sample("x", dist.Normal(3 * b, 1.0), obs=torch.tensor(2.5))
        pyro.sample("y", dist.Normal(3 * c, 1.0), obs=torch.tensor(0.5))

    def guide(baseline):
        logits = pyro.param("logits", LOGITS.clone())
        infer = {"baseline": baseline()} if baseline else {}
        a = pyro.sample("a", Given(logits[0], draws[0]), infer=infer)
        pyro.sample("b", Given(logits[1] + a, draws[1]), infer=infer)
        pyro.sample("c", Given(logits[2], draws[2]), infer=infer)

    return model, guide


def chain(draws):
    """A hidden Markov model of three steps, with a guide in its direction."""
    data = torch.tensor([2.5, 0.125, 1.75])

    def model():
        z = torch.tensor(0.0)
        for t in range(3):
            z = pyro.sample(f"z_{t}", dist.Bernoulli(logits=2 * z - 1))
            pyro.sample(f"x_{t}", dist.Normal(2 * z, 1.0), obs=data[t])

    def guide(baseline):
        logits = pyro.param("logits", LOGITS.clone())
        z = torch.tensor(0.0)
        for t in range(3):
            z = pyro.sample(f"z_{t}", Given(logits[t] + z, draws[t]))

    return model, guide


def gradient(make, draws, baseline=None, steps=1):
    """The loss, and the gradients of all parameters, of the last of some evaluations."""
    pyro.clear_param_store()
    model, guide = make(torch.tensor(draws))
    for _ in range(steps):
        for param in pyro.get_param_store().values():
            if param.grad is not None:
                param.grad.zero_()
        loss = TraceGraph_ELBO().loss_and_grads(model, lambda: guide(baseline))
        loss = loss.item() if isinstance(loss, torch.Tensor) else loss
    store = pyro.get_param_store()
    found = {"loss": loss, "grad": store._params["logits"].grad.tolist()}
    if baseline is network:
        found["weight"] = store._params["weight"].grad.tolist()
    return found


def network():
    weight = pyro.param("weight", torch.tensor([-1.5, 0.5]))
    return {"nn_baseline": lambda x: (weight * x).sum(), "nn_baseline_input": torch.tensor([1.0, 2.0])}


def average():
    return {"use_decaying_avg_baseline": True, "baseline_beta": 0.7}


BASELINES = {"none": None, "network": network, "average": average}


def renyi(alpha, loc, scale, noise):
    """The bound at given noise of a normal guide, and its gradient."""
    loc, scale = (torch.tensor(v, requires_grad=True) for v in (loc, scale))
    data = torch.tensor([1.0, 2.0, 4.0])
    draws = iter(torch.tensor(noise))

    class Noise(dist.Normal):
        def rsample(self, sample_shape=torch.Size()):
            return self.loc + self.scale * next(draws)

    def model():
        mu = pyro.sample("mu", dist.Normal(0.0, 2.0))
        with pyro.plate("data", 3):
            pyro.sample("x", dist.Normal(mu, 1.0), obs=data)

    def guide():
        pyro.param("loc", loc)
        pyro.param("scale", scale)
        pyro.sample("mu", Noise(loc, scale))

    pyro.clear_param_store()
    loss = RenyiELBO(alpha=alpha, num_particles=len(noise)).loss_and_grads(model, guide)
    return {"loss": float(loss), "grad": [loc.grad.item(), scale.grad.item()]}


cases = []
outcomes = [[float(k & 1), float(k >> 1 & 1), float(k >> 2)] for k in range(8)]
for name, make in [("coins", coins), ("chain", chain)]:
    for draws in outcomes:
        for kind, baseline in BASELINES.items():
            if baseline and make is chain:
                continue
            steps = 3 if baseline is average else 1
            cases.append({"system": name, "draws": draws, "baseline": kind, "steps": steps,
                          **gradient(make, draws, baseline, steps)})
noise = [0.3, -1.2, 0.8, 0.1]
bounds = [{"alpha": alpha, "loc": 1.5, "scale": 0.7, "noise": noise, **renyi(alpha, 1.5, 0.7, noise)}
          for alpha in (-1.0, 0.0, 0.5, 2.0)]
print(json.dumps({"origin": f"Pyro {pyro.__version__}, PyTorch {torch.__version__}, Python {platform.python_version()}",
                  "logits": LOGITS.tolist(), "cases": cases, "renyi": bounds}, indent=1))
