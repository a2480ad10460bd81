"""Values of functions to 50 digits: python functions.py > functions.json (mpmath 1.3 or later).

For each function and precision a list of [x, upper, lower]: the value is the sum of the two doubles.
"""
import json
import random
import struct

from mpmath import cos, digamma, erf, erfc, exp, expm1, gamma, log, log1p, mp, mpf, sin, tan, tanh

mp.dps = 50
random.seed(1)
FUNCTIONS = {
    "exp": (exp, [(-700, 700), (-2, 2), (-1e-3, 1e-3)]),
    "expm1": (expm1, [(-30, 700), (-1.5, 1.5), (-1e-6, 1e-6)]),
    "tanh": (tanh, [(-20, 20), (-1, 1), (-0.05, 0.05), (-1e-6, 1e-6)]),
    "sigmoid": (lambda x: 1 / (1 + exp(-x)), [(-700, 40), (-10, 10), (-1, 1)]),
    "log": (log, [(0, 1e300), (0, 2), (0.9, 1.1)]),
    "log1p": (log1p, [(0, 1e300), (-1, 1), (-1e-6, 1e-6)]),
    "softplus": (lambda x: log1p(exp(x)), [(-700, 700), (-10, 10), (-1, 1)]),
    "sin": (sin, [(-1500, 1500), (-8, 8), (-1e-3, 1e-3), (3.14159, 3.14160)]),
    "cos": (cos, [(-1500, 1500), (-8, 8), (-1e-3, 1e-3), (1.57079, 1.57080)]),
    "tan": (tan, [(-1500, 1500), (-8, 8), (-1e-3, 1e-3), (1.57079, 1.57080), (3.14159, 3.14160)]),
    "erf": (erf, [(-6, 6), (-1, 1), (-1e-6, 1e-6), (0.9, 1.3)]),
    "erfc": (erfc, [(-6, 6), (0.3, 1), (1, 9), (-1e-6, 1e-6)]),
    "lgamma": (lambda x: log(abs(gamma(x))), [(0, 0.6), (0.5, 3), (0.999, 1.001), (1.999, 2.001), (2.5, 9), (9, 1e5), (-9, 0)]),
    "digamma": (digamma, [(0, 1), (0.8, 3), (1.4615, 1.4617), (2.5, 9), (9, 1e5), (-9, 0), (-0.52, -0.48)]),
}


def float32(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def table(function, ranges, precision):
    rows = []
    for low, high in ranges:
        if precision == "float32":
            low, high = max(low, -85.0), min(high, 85.0 if high < 1e6 else 1e38)
        for _ in range(40):
            x = random.uniform(low, high)
            x = float32(x) if precision == "float32" else x
            value = function(mpf(x))
            upper = float(value)
            rows.append([x, upper, float(value - mpf(upper))])
    return rows


print(json.dumps({
    name: {precision: table(function, ranges, precision) for precision in ("float32", "float64")}
    for name, (function, ranges) in FUNCTIONS.items()
}))
