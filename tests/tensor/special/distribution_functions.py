"""Writes distribution_functions.json: Owen's T, skew normal and von Mises distribution functions and the scaled exponential
integral by mpmath with 40 digits, at arguments that float32 holds, and quantiles of counts by SciPy. Run: pip install
mpmath==1.3.0 scipy==1.17.1; python distribution_functions.py > distribution_functions.json"""
import json
import struct
from mpmath import acot, besseli, cos, digamma, e1, erf, erfc, exp, gamma, log, mp, mpf, pi, quad, sin, sqrt
from scipy.stats import binom, nbinom, poisson

mp.dps = 40
f32 = lambda x: mpf(struct.unpack("f", struct.pack("f", float(x)))[0])


def split(f, low, high, near):
    """Integrates piece by piece, finely next to a place at which the integrand is narrow."""
    points = {low, high} | {low + (high - low) * mpf(2) ** -k for k in range(1, 30)}
    points |= {p for k in range(-8, 9) for p in (near * mpf(2) ** k,) if low < p < high}
    return quad(f, sorted(points))


def owens_t(h, a):
    if a < 0:
        return -owens_t(h, -a)
    return split(lambda x: exp(-h * h * (1 + x * x) / 2) / (1 + x * x), mpf(0), a, 1 / (abs(h) + mpf("1e-9"))) / (2 * pi)


def skew_normal(a, z):
    """The probability below z, for z < 0: that of the angles in which both normals lie beyond it."""
    angle = acot(a) if a > 0 else pi + acot(a) if a < 0 else pi / 2
    turned = lambda t: exp(-z * z / 2 / sin(angle - t) ** 2) / pi
    return split(turned, mpf(0), angle, abs(z))


def von_mises(k, x):
    rest = split(lambda t: exp(k * (cos(t) - 1)), abs(x), pi, abs(x) + 1 / sqrt(k)) / (2 * pi * besseli(0, k) * exp(-k))
    return rest if x < 0 else 1 - rest


tables = {
    "owensT": (owens_t, [(0, 1), (0.3, 0.2), (1, 1), (2, 0.5), (1, 30), (-2, 3), (0.1, -5), (5, 0.9), (8, 0.1), (0, 1e6), (3, -0.01)]),
    "skewNormalCdf": (skew_normal, [(0, -1), (2, -0.1), (2, -1), (2, -4), (-2, -0.1), (-2, -3), (0.3, -5), (50, -0.01), (50, -0.1), (-50, -0.3), (1, -9), (1000, -1e-3)]),
    "vonMisesCdf": (von_mises, [(1e-3, 1), (0.5, -3), (1, 0), (3, -2), (8, 1), (8.5, -1), (40, -0.3), (1e4, -0.04), (1e4, 0.01), (2, 3.14), (100, -1.5)]),
    "scaledExpint": (lambda x: exp(x) * e1(x), [(1e-6,), (0.01,), (0.5,), (1,), (1.99,), (2,), (2.01,), (5,), (30,), (1e4,), (1e6,)]),
}
probabilities = [1e-9, 1e-3, 0.2, 0.5, 0.7, 0.99, 1 - 2.0**-20]
counts = {
    "poissonQuantile": (poisson.ppf, [(1e-3,), (0.7,), (12,), (300,), (1e5,)]),
    "binomialQuantile": (binom.ppf, [(1, 0.25), (5, 0.5), (40, 0.0625), (1000, 0.75), (100000, 2.0**-10), (20, 1 - 2.0**-10)]),
    "negativeBinomialQuantile": (lambda p, r, m: nbinom.ppf(p, r, r / (r + m)), [(0.125, 4), (2, 0.5), (9, 30), (1000, 900), (0.5, 1e4)]),
}
functions = []
for name, (f, all) in tables.items():
    for given in all:
        x = [f32(v) for v in given]
        functions.append({"fn": name, "arguments": [float(v) for v in x], "value": float(f(*x))})
quantiles = []
for name, (f, all) in counts.items():
    for given in all:
        x = [float(f32(v)) for v in given]
        for p in map(f32, probabilities):
            quantiles.append({"fn": name, "arguments": [*x, float(p)], "value": float(f(float(p), *x))})
places = [0.5 * 1.37**k for k in range(-12, 13)]
lines = {
    "erf": (erf, [1e-30, 1e-10, 1e-3, -0.4, 0.9999, 1.0001, -2.5, 5, *places[:22]]),
    "erfc": (erfc, [-3, -0.7, 0.3, 0.999, 1.001, 2, 5, 8, *places[:20]]),
    "lgamma": (lambda x: log(abs(gamma(x))), [1e-30, 1e-5, 0.999, 1.001, 1.4616, 1.999, 2.001, 2.9999, 3.0001, -0.5, -1.5, -7.3, 1e6, 1e20, *places]),
    "digamma": (digamma, [1e-20, 1e-5, 1, 1.46, 1.4616, 1.47, 2, -0.5, -1.5, -7.3, 1e6, 1e20, *places]),
}
digits = []
for name, (f, all) in lines.items():
    for x in map(f32, all):
        digits.append({"fn": name, "arguments": [float(x)], "value": float(f(x))})
print(json.dumps({"origin": "mpmath 1.3.0, 40 digits, and SciPy 1.17.1; written by distribution_functions.py", "functions": functions, "quantiles": quantiles, "digits": digits}))
