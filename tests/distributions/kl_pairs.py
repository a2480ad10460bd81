"""Writes kl_pairs.json: the pairs of classes that torch registers divergences for, and the values of those that hold for two
numbers as parameters. Run: pip install torch==2.15.0; python kl_pairs.py > kl_pairs.json"""
import json
import torch
from torch.distributions import *  # noqa: F403
from torch.distributions.kl import _KL_REGISTRY, kl_divergence

torch.set_default_dtype(torch.float64)
tensor = torch.tensor
examples = {
    "Bernoulli": (0.3,), "Beta": (2.0, 3.0), "Binomial": (5, 0.3), "Cauchy": (0.5, 2.0), "Exponential": (1.5,), "Gamma": (2.5, 2.0), "Geometric": (0.3,),
    "Gumbel": (0.5, 2.0), "Laplace": (0.5, 2.0), "Normal": (0.5, 2.0), "Pareto": (0.5, 3.0), "Poisson": (3.0,), "Uniform": (0.25, 0.75),
}
others = {
    "Bernoulli": (0.6,), "Beta": (1.5, 4.0), "Binomial": (5, 0.6), "Cauchy": (1.0, 0.7), "Exponential": (0.5,), "Gamma": (1.2, 3.0), "Geometric": (0.6,),
    "Gumbel": (0.0, 1.5), "Laplace": (0.0, 1.5), "Normal": (0.0, 1.5), "Pareto": (0.2, 2.5), "Poisson": (4.0,), "Uniform": (-1.0, 2.0),
}
pairs = sorted({(p.__name__, q.__name__) for p, q in _KL_REGISTRY})
values = []
for p, q in pairs:
    if p not in examples or q not in others:
        continue
    make = lambda name, numbers: globals()[name](*(tensor(x) if not isinstance(x, int) else x for x in numbers))
    found = kl_divergence(make(p, examples[p]), make(q, others[q])).item()
    values.append({"p": [p, *examples[p]], "q": [q, *others[q]], "kl": found if found < 1e300 else "inf"})
print(json.dumps({"origin": f"torch {torch.__version__}; written by kl_pairs.py", "pairs": pairs, "values": values}, indent=1))
