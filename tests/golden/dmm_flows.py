"""Writes dmm_flows.json: the two forms of the Deep Markov Model's flows, with their gradients, in float64.

The one since 2018-10 is Pyro's own AffineAutoregressive. The one before, which the tutorial's table was made with, is
written from its formula: y = s x + (1 - s) m, s = sigmoid(a + 2), with the masks of MADE for drawn degrees.

usage: dmm_flows.py > dmm_flows.json
"""
import json

import pyro
import torch
from pyro.distributions.transforms import AffineAutoregressive
from torch import nn
from torch.nn.functional import linear

torch.set_default_dtype(torch.float64)

DIM, HIDDEN, ROWS = 4, 7, 3
TENSORS = [
    ("layers.0.weight", [HIDDEN, DIM]), ("layers.0.bias", [HIDDEN]),
    ("layers.1.weight", [2 * DIM, HIDDEN]), ("layers.1.bias", [2 * DIM]),
]


def parameters(scale):
    found = {}
    for c, (name, shape) in enumerate(TENSORS):
        count = torch.Size(shape).numel()
        found[name] = (scale * torch.sin(torch.arange(count) + 1.0 + c)).reshape(shape).requires_grad_()
    return found


def masks(permutation, degrees):
    """A unit of degree d sees the first d variables of the order; the results of the others see it."""
    first, last = torch.zeros(HIDDEN, DIM), torch.zeros(DIM, HIDDEN)
    for unit, degree in enumerate(degrees):
        for place, variable in enumerate(permutation):
            first[unit, variable] = float(place < degree)
            last[variable, unit] = float(place >= degree)
    return first, torch.cat([last, last])


class Network(nn.Module):
    """One hidden ReLU layer: the mean, and the log scale or its logit, of each variable."""

    def __init__(self, p, permutation, degrees):
        super().__init__()
        self.p, self.permutation = p, torch.tensor(permutation)
        self.first, self.last = masks(permutation, degrees)

    def forward(self, x):
        p = self.p
        h = torch.relu(linear(x, p["layers.0.weight"] * self.first, p["layers.0.bias"]))
        out = linear(h, p["layers.1.weight"] * self.last, p["layers.1.bias"])
        return out[..., :DIM], out[..., DIM:]


def old_form(network, x):
    mean, a = network(x)
    s = torch.sigmoid(a + 2)
    return s * x + (1 - s) * mean, torch.log(s).sum(-1)


def of_pyro(network, x, **options):
    flow = AffineAutoregressive(network, **options)
    y = flow(x)
    return y, flow.log_abs_det_jacobian(x, y)


def case(form, permutation, degrees, scale):
    p, x = parameters(scale), torch.sin(1.7 * (torch.arange(ROWS * DIM) + 1.0)).reshape(ROWS, DIM).requires_grad_()
    network = Network(p, permutation, degrees)
    beyond = ((network(x)[1] < -5) | (network(x)[1] > 3)).sum().item()
    y, log_det = (old_form if form == "before 2018-10" else of_pyro)(network, x)
    if form == "before 2018-10":
        # Pyro has it still, as an option that is off.
        for ours, theirs in zip((y, log_det), of_pyro(network, x, stable=True)):
            assert torch.allclose(ours, theirs, rtol=1e-12, atol=1e-12)
    (log_det.sum() + (y**2).sum()).backward()
    return {
        "form": form, "permutation": permutation, "degrees": degrees, "scale": scale, "beyond": beyond,
        "y": y.tolist(), "log_det": log_det.tolist(), "grad_x": x.grad.tolist(),
        "grad": {name: value.grad.flatten().tolist() for name, value in p.items()},
    }


# At the largest scale some log scales lie beyond the clips of today's form, -5 and 3.
cases = [
    case(form, permutation, degrees, scale)
    for form in ("before 2018-10", "since 2018-10")
    for permutation, degrees in (
        ([0, 1, 2, 3], [1, 1, 2, 2, 2, 3, 3]), ([2, 0, 3, 1], [3, 1, 1, 2, 3, 1, 1]), ([3, 1, 0, 2], [2, 2, 2, 1, 2, 2, 1]),
    )
    for scale in (0.3, 0.8, 2.5)
]
assert min(entry["beyond"] for entry in cases if entry["scale"] == 2.5) > 0
found = {
    "origin": f"PyTorch {torch.__version__}, Pyro {pyro.__version__}, float64; tests/golden/dmm_flows.py",
    "rule": "tensor number c, flattened: scale * sin(i + 1 + c); x [row, variable], flattened: sin(1.7 * (i + 1))",
    "rows": ROWS, "tensors": TENSORS, "cases": cases,
}
text = json.dumps(found, indent=1, allow_nan=False)
assert json.loads(text)["cases"] == cases
print(text)
