"""Writes constraints.json: the bijections that NumPyro has to its constraints, in float64.

A case holds the constraint's name, x, y and the log-determinant: for `zeroSum` that of volumes within the plane.

usage: constraints.py > constraints.json
"""
import json
import math

import jax
import numpyro
import numpyro.distributions.constraints as c
from numpyro.distributions import biject_to
from numpyro.distributions.transforms import SimplexToOrderedTransform

jax.config.update("jax_enable_x64", True)


def points(*shape):
    count = math.prod(shape)
    return jax.numpy.array([1.5 * math.sin(1.3 * i + 0.4) for i in range(count)]).reshape(shape)


def case(name, transform, x):
    y = transform(x)
    return dict(constraint=name, x=x.tolist(), y=y.tolist(),
                log_abs_det_jacobian=transform.log_abs_det_jacobian(x, y).tolist())


print(json.dumps({
    "origin": f"NumPyro {numpyro.__version__}, JAX {jax.__version__}, float64; tests/golden/constraints.py",
    "cases": [
        case("zeroSum(1)", biject_to(c.zero_sum(1)), points(2, 4)),
        case("zeroSum(2)", biject_to(c.zero_sum(2)), points(2, 3, 2)),
        case("positiveOrderedVector", biject_to(c.positive_ordered_vector), points(3, 4)),
        case("corrMatrix", biject_to(c.corr_matrix), points(2, 6)),
        case("corrCholesky", biject_to(c.corr_cholesky), points(2, 6)),
        case("l1Ball", biject_to(c.l1_ball), points(3, 4)),
        case("circular", biject_to(c.circular), points(4)),
        case("softplusPositive", biject_to(c.softplus_positive), points(4)),
    ],
}))
