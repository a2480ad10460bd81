"""Writes tails.json: functions of the normal distribution by mpmath with 60 digits, at arguments that float32 holds, each
with its first two derivatives; and draws of truncated normals by their place in the distribution. Run: pip install mpmath==1.4.1 numpy; python tails.py > tails.json"""
import json
from mpmath import erfc, exp, findroot, inf, log, mp, mpf, pi, sqrt

mp.dps = 60
f32 = lambda x: float(__import__("numpy").float32(x))
density = lambda x: exp(-x * x / 2) / sqrt(2 * pi)
cdf = lambda x: erfc(-x / sqrt(mpf(2))) / 2
log_cdf = lambda x: log(cdf(x)) if x < 0 else __import__("mpmath").log1p(-cdf(-x))
mills = lambda x: density(x) / cdf(x)


def icdf_of_log(l):
    l = mpf(l)
    if abs(l + log(mpf(2))) < mpf(10) ** -40:
        return mpf(0)
    if l < -1:
        z = -sqrt(-2 * l - log(2 * pi * -2 * l) if l < -3 else mpf(1) / 4)
        return findroot(lambda z: log_cdf(z) - l, z)
    # From the tail on the right, whose logarithm is far from 0.
    t = log(-__import__("mpmath").expm1(l))
    return -icdf_of_log(t) if t < -1 else findroot(lambda z: log_cdf(z) - l, 0)


icdf = lambda p: icdf_of_log(log(mpf(p)))
table = {
    "normalDensity": (density, lambda x: -x * density(x), lambda x: (x * x - 1) * density(x)),
    "normalCdf": (cdf, density, lambda x: -x * density(x)),
    "logNormalCdf": (log_cdf, mills, lambda x: -mills(x) * (x + mills(x))),
    "inverseMills": (mills, lambda x: -mills(x) * (x + mills(x)), lambda x: mills(x) * ((x + mills(x)) * (x + 2 * mills(x)) - 1)),
    "normalIcdf": (icdf, lambda p: 1 / density(icdf(p)), lambda p: icdf(p) / density(icdf(p)) ** 2),
    "normalIcdfOfLog": (icdf_of_log, lambda l: 1 / mills(icdf_of_log(l)),
                        lambda l: (icdf_of_log(l) + mills(icdf_of_log(l))) / mills(icdf_of_log(l)) ** 2),
}
x = [-38, -37.5, -30, -20, -13, -12.5, -10, -8.3, -6, -5, -4, -3, -2, -1.5, -1.4142, -1.414, -1, -0.5, -0.1, -1e-3, -1e-10]
x = x + [0] + [-v for v in reversed(x)]
p = [1e-300, 1e-200, 1e-100, 1e-44, 1e-37, 1e-30, 1e-20, 1e-10, 1e-8, 1e-5, 1e-3, 0.01, 0.0749, 0.0751, 0.2, 0.4, 0.49, 0.5 - 2**-20, 0.5, 0.5 + 2**-20,
     0.51, 0.6, 0.8, 0.9249, 0.9251, 0.99, 0.999, 1 - 2**-15, 1 - 2**-24]
logs = [-1e6, -1e4, -800, -728.9, -722, -400, -87, -30, -10, -3, -2, -1, -0.7, -0.69, -0.5, -0.1, -0.01, -1e-5, -1e-10, -1e-20, -1e-30]
arguments = {"normalIcdf": p, "normalIcdfOfLog": logs}


def entry(name):
    """Arguments below float32's range stay doubles; results beyond those of doubles are null."""
    found = [f32(v) if abs(v) > 1e-37 or v == 0 else float(v) for v in arguments.get(name, x)]
    number = lambda v: float(v) if abs(v) < 1e308 else None
    columns = [[number(f(mpf(v))) for v in found] for f in table[name]]
    return {"function": name, "x": found, "y": columns[0], "first": columns[1], "second": columns[2]}



intervals = [(8, inf), (-inf, -8), (5.5, 1e6), (38, inf), (-38, -37.9), (20, 20.01), (-inf, -3), (1.96, inf), (2.5, 3), (1, 1.001), (-1.001, -1),
             (-5e-4, 5e-4), (-1e-6, 3e-6), (-0.02, 0.005), (3, 3.5), (-4, -3), (12, 13.5), (-1, 2), (0, inf), (-inf, -1.5), (-2, 30), (100, inf), (-2000, -1000)]
places = [2**-20, 0.001, 0.1, 0.25, 0.5, 0.75, 0.9, 0.999, 1 - 2**-16]


def truncated(low, high):
    """Draws by the place in the distribution, and their derivatives in the bounds that are finite."""
    a, b = (mpf(f32(v)) if abs(v) < inf else mpf(v) for v in (low, high))
    sign = -1 if a + b < 0 else 1
    l, h = (a, b) if sign == 1 else (-b, -a)
    above = lambda x: erfc(x / sqrt(mpf(2))) / 2
    found = []
    for u in map(f32, places):
        v = mpf(u) if sign == 1 else 1 - mpf(u)
        target = (1 - v) * above(l) + v * above(h)
        guess = min(l - log(1 - v * (1 - above(h) / above(l))) / max(l, mpf(1)), h)
        x = sign * findroot(lambda x: log(above(x)) - log(target), guess)
        ratio = lambda bound, part: 0 if abs(bound) == inf else float(part * exp((x - bound) * (x + bound) / 2))
        found.append({"u": u, "x": float(x), "byLow": ratio(a, 1 - mpf(u)), "byHigh": ratio(b, mpf(u))})
    return {"low": str(float(a)), "high": str(float(b)), "draws": found}


print(json.dumps({"origin": "mpmath 1.4.1, 60 digits; written by tails.py", "cases": [entry(name) for name in table],
                  "truncated": [truncated(*bounds) for bounds in intervals]}, indent=1))
