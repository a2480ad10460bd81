"""Writes flows.json: normalizing flows of Pyro at parameters by rule, in float64.

A case holds x, y, the log-determinants and the gradient of sum(log_abs_det_jacobian) + sum(y^2) by x; one whose
`direction` is "inverse" holds the same the other way round. What Pyro adds to logarithms against zeros (1e-8) is left
out, and its Sylvester flow, whose log-determinant is not that of its function, is written from the paper's formula with
the log-determinant of its Jacobian by autograd.

usage: flows.py > flows.json
"""
import importlib
import json

import pyro
import pyro.distributions.transforms as T
import torch
from pyro.nn import AutoRegressiveNN, DenseNN

torch.set_default_dtype(torch.float64)
importlib.import_module("pyro.distributions.transforms.block_autoregressive").eps = 0.0
T.NeuralAutoregressive.eps = 0.0
elu_inverse = T.ELUTransform._inverse
T.ELUTransform._inverse = lambda self, y: elu_inverse(self, y, eps=0.0)


def values(shape, c, scale):
    return (scale * torch.sin(torch.arange(torch.Size(shape).numel()) + 1.0 + c)).reshape(shape)


def points(shape, scale=2.0):
    return (scale * torch.sin(1.3 * torch.arange(torch.Size(shape).numel()) + 0.4)).reshape(shape)


def filled(module, scale):
    """Fills a module's parameters by the rule, and returns their names and shapes."""
    names = []
    for c, (name, p) in enumerate(module.named_parameters()):
        p.data = values(p.shape, c, scale)
        names.append([name, list(p.shape)])
    return names


def ended(flow, given, inverse, **case):
    given = given.requires_grad_()
    found = flow._inverse(given) if inverse else flow(given)
    x, y = (found, given) if inverse else (given, found)
    volume = flow.log_abs_det_jacobian(x, y)
    # Some give one number, or one for each variable, for the whole batch.
    volume = volume.expand(x.shape[:x.dim() - flow.domain.event_dim])
    gradient, = torch.autograd.grad(volume.sum() + found.square().sum(), given)
    return dict(case, x=x.tolist(), y=y.tolist(), log_abs_det_jacobian=volume.tolist(), gradient=gradient.tolist())


def module_case(transform, x, scale, inverse=False, **case):
    names = filled(transform, scale)
    return ended(transform, x, inverse, transform=type(transform).__name__, scale=scale, params=names, **case)


class Function:
    """A function of vectors, with the log-determinant of its Jacobian by autograd."""

    domain = T.constraints.real_vector

    def __init__(self, f):
        self.f = f

    def __call__(self, x):
        return self.f(x)

    def log_abs_det_jacobian(self, x, y):
        jacobians = [torch.autograd.functional.jacobian(self.f, row, create_graph=True) for row in x]
        return torch.stack([torch.linalg.slogdet(j)[1] for j in jacobians])


def sylvester(d, k):
    params = [["u", [k, d]], ["r", [d, d]], ["s", [d, d]], ["rDiag", [d]], ["sDiag", [d]], ["bias", [d]]]
    u, r, s, r_diag, s_diag, bias = (values(shape, c, 0.8) for c, (_, shape) in enumerate(params))
    q = torch.eye(d)
    for row in u / u.norm(dim=-1, keepdim=True):
        q = q @ (torch.eye(d) - 2 * torch.outer(row, row))
    r = torch.triu(r, 1) + torch.diag(r_diag.tanh())
    s = torch.triu(s, 1) + torch.diag(s_diag.tanh())
    flow = Function(lambda x: x + torch.tanh(x @ q @ s.T + bias) @ (q @ r).T)
    return ended(flow, points([3, d]), False, transform="Sylvester", scale=0.8, params=params)


def conditional(name, kind, dims, d, scale=0.7, **case):
    """A flow whose parameters a network gives from a context."""
    net = DenseNN(2, [5], param_dims=dims, nonlinearity=torch.nn.Tanh())
    names = filled(net, scale)
    transform = kind(net).condition(points([4, 2], 1.0))
    return ended(transform, points([4, d]), False, transform=name, scale=scale, params=names, paramDims=dims, **case)


def cases():
    d, rows = 3, 4
    yield module_case(T.Householder(d, count_transforms=2), points([rows, d]), 0.8)
    yield module_case(T.MatrixExponential(d, iterations=24), points([rows, d]), 0.8, iterations=24)
    yield sylvester(3, 2)
    yield sylvester(4, 1)
    net = DenseNN(2, [5], param_dims=[3, 3], nonlinearity=torch.nn.Tanh())
    yield module_case(T.AffineCoupling(2, net), points([rows, 5]), 0.7, split=2, hidden=[5], paramDims=[3, 3], dim=-1)
    net = DenseNN(4, [5], param_dims=[2, 2], nonlinearity=torch.nn.Tanh())
    yield module_case(
        T.AffineCoupling(2, net, dim=-2, log_scale_min_clip=-0.3, log_scale_max_clip=0.2),
        points([rows, 3, 2]), 0.7, split=2, hidden=[5], paramDims=[2, 2], dim=-2, clip=[-0.3, 0.2])
    for training in [False, True]:
        norm = T.BatchNorm(d)
        moments = values([d], 2, 0.8), values([d], 3, 0.8).square()
        norm.moving_mean, norm.moving_variance = [m.clone() for m in moments]
        norm.train(training)
        names = [["gamma", [d]], ["beta", [d]], ["movingMean", [d]], ["movingVariance", [d]]]
        case = module_case(norm, points([rows, d]), 0.8, inverse=training, training=training)
        case.update(params=names, momentum=0.1, after=[norm.moving_mean.tolist(), norm.moving_variance.tolist()])
        if training:
            case["direction"] = "inverse"
        yield case
    for activation in ["sigmoid", "tanh", "ELU", "LeakyReLU"]:
        net = AutoRegressiveNN(d, [7], param_dims=[4] * 3, permutation=torch.arange(d), nonlinearity=torch.nn.Tanh())
        yield module_case(
            T.NeuralAutoregressive(net, hidden_units=4, activation=activation), points([rows, d], 1.0), 0.6,
            activation=activation, hidden=[7], units=4)
    for activation, residual in [("tanh", None), ("sigmoid", "normal"), ("ELU", "gated"), ("LeakyReLU", None)]:
        yield module_case(
            T.BlockAutoregressive(d, hidden_factors=[2, 3], activation=activation, residual=residual),
            points([rows, d], 1.0), 0.6, activation=activation, residual=residual, factors=[2, 3])
    bins = 4
    for order in ["linear", "quadratic"]:
        dims = [bins, bins, bins - 1, bins] if order == "linear" else [bins, bins, bins - 1]
        net = AutoRegressiveNN(
            d, [7], param_dims=dims, permutation=torch.arange(d), nonlinearity=torch.nn.Tanh())
        yield module_case(
            T.SplineAutoregressive(d, net, count_bins=bins, order=order), points([rows, d], 1.5), 0.7,
            order=order, hidden=[7], paramDims=dims)
    yield conditional("Planar", lambda n: T.ConditionalPlanar(n), [1, 3, 3], 3, context=True)
    yield conditional("Radial", lambda n: T.ConditionalRadial(n), [3, 1, 1], 3, context=True)
    yield conditional("Householder", lambda n: T.ConditionalHouseholder(3, n), [3], 3, context=True)
    yield conditional(
        "MatrixExponential", lambda n: T.ConditionalMatrixExponential(3, n, iterations=24), [9], 3, context=True,
        iterations=24)
    yield conditional(
        "Spline", lambda n: T.ConditionalSpline(n, 3, count_bins=4, order="quadratic"), [12, 12, 9], 3, 0.5,
        context=True, bound=3.0)


print(json.dumps({
    "origin": f"Pyro {pyro.__version__}, PyTorch {torch.__version__}, float64; tests/golden/flows.py",
    "rule": "entry i of parameter c, in the order of `params`, is scale * sin(i + 1 + c), movingVariance squared; "
    "networks have tanh; the context of conditional flows is sin(1.3 i + 0.4)",
    "cases": list(cases()),
}))
