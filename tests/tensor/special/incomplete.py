"""Writes incomplete.json: the regularised incomplete gamma and beta functions by mpmath with 60 digits, at arguments that
float32 holds: the logarithms of both sides, and the derivatives of the lower side by each argument. Run: pip install
mpmath==1.3.0; python incomplete.py > incomplete.json"""
import json
import struct
from mpmath import beta, betainc, diff, exp, gammainc, inf, log, mp, mpf, sqrt

mp.dps = 60
f32 = lambda x: struct.unpack("f", struct.pack("f", float(x)))[0]
number = lambda v: float(v) if abs(v) > 1e-300 or v == 0 else 0.0


def gamma_case(a, x):
    a, x = mpf(f32(a)), mpf(f32(x))
    lower = lambda a, x: gammainc(a, 0, x, regularized=True)
    upper = gammainc(a, x, inf, regularized=True)
    slopes = [diff(lambda a: -gammainc(a, x, inf, regularized=True) if x > a else lower(a, x), a), exp((a - 1) * log(x) - x - mp.loggamma(a))]
    return {"arguments": [float(a), float(x)], "lower": number(log(lower(a, x))), "upper": number(log(upper)), "slopes": [number(s) for s in slopes]}


def beta_case(a, b, x):
    a, b, x = (mpf(f32(v)) for v in (a, b, x))
    lower = lambda a, b: betainc(a, b, 0, x, regularized=True)
    upper = lambda a, b: betainc(b, a, 0, 1 - x, regularized=True)
    below = x < a / (a + b)
    by = lambda f, g: diff(f, a) if below else -diff(g, a)
    slopes = [by(lambda t: lower(t, b), lambda t: upper(t, b))]
    slopes.append(diff(lambda t: lower(a, t), b) if below else -diff(lambda t: upper(a, t), b))
    slopes.append(exp((a - 1) * log(x) + (b - 1) * log(1 - x) - mp.loggamma(a) - mp.loggamma(b) + mp.loggamma(a + b)))
    return {"arguments": [float(a), float(b), float(x)], "lower": number(log(lower(a, b))), "upper": number(log(upper(a, b))), "slopes": [number(s) for s in slopes]}


gammas = [(a, a + z * sqrt(a)) for a in (0.5, 1, 2.5, 10, 70, 1000) for z in (-3, -1, -0.2, 0.01, 1, 4) if a + z * sqrt(a) > 0]
gammas += [(1e-3, 1e-30), (1e-3, 0.3), (1e-3, 3), (0.1, 1.4), (0.1, 20), (2, 1e-10), (1.4, 1.6), (100, 1), (1e4, 1.01e4), (5, 80), (30, 2)]
betas = [(a, b, max(1e-4, min(0.9999, a / (a + b) + z * sqrt(a * b / (a + b + 1)) / (a + b)))) for a, b in ((0.5, 0.5), (1, 3), (2.5, 4), (30, 20), (0.2, 8), (400, 300)) for z in (-3, -1, 0.02, 1, 3)]
betas += [(1e-3, 1e-3, 0.3), (1e-3, 2, 1e-20), (3, 1e-2, 0.999), (2, 3, 1e-12), (50, 0.5, 0.999), (3, 500, 1e-3), (1000, 1000, 0.45), (7, 2, 1 - 2.0**-20)]
print(json.dumps({
    "origin": "mpmath 1.3.0, 60 digits; written by incomplete.py",
    "gamma": [gamma_case(*c) for c in gammas], "beta": [beta_case(*c) for c in betas],
}, indent=1))
