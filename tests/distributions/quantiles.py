"""Writes quantiles.json: quantiles by mpmath with 50 digits, from textbook formulas, at parameters that float32
holds. Run: pip install mpmath==1.3.0 numpy; python quantiles.py > quantiles.json"""
import json
from mpmath import erfc, exp, log, mp, mpf, sqrt
from numpy import float32

mp.dps = 50
f32 = lambda x: float(float32(x))


def normal(z):
    return erfc(-z / sqrt(mpf(2))) / 2


def inverse_gaussian(x, loc, c):
    """Both tails."""
    root = sqrt(c / x)
    a, b = root * (x / loc - 1), -root * (x / loc + 1)
    return normal(a) + exp(2 * c / loc) * normal(b), normal(-a) - exp(2 * c / loc) * normal(b)


def bisect(f, low, high):
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if f(middle) < 0 else (low, middle)
    return (low + high) / 2


def quantile(tails, p, args, low, high, scale):
    """By the nearer tail; p near to 1 is given as 1 - q."""
    side = 0 if p < 0.5 else 1
    goal = p if side == 0 else 1 - p
    f = lambda u: (log(tails(scale(u), *args)[side]) - log(goal)) * (1 - 2 * side)
    return scale(bisect(f, mpf(low), mpf(high)))


quantiles = {
    "InverseGaussian": (inverse_gaussian, -90, 60, exp, [
        [p, loc, c] for loc, c in [(1, 1), (2, 1e-3), (1, 1e4), (1e-3, 5), (100, 30)] for p in (2.0**-60, 1e-3, 0.3, 0.75, 1 - 2.0**-12)]),
}


def found(family, case):
    tails, low, high, scale, _ = quantiles[family]
    x = [f32(v) for v in case]
    X = [mpf(v) for v in x]
    q = lambda p, *args: quantile(tails, p, args, low, high, scale)
    slopes = []
    for k in range(len(X)):
        h = (abs(X[k]) or mpf(1)) * mpf(10) ** -15
        h = min(h, (1 - X[k]) / 4) if k == 0 else h
        up, down = ([v + s * h * (i == k) for i, v in enumerate(X)] for s in (1, -1))
        slopes.append(float((q(*up) - q(*down)) / (2 * h)))
    return {"family": family, "p": x[0], "parameters": x[1:], "quantile": float(q(*X)), "slopes": slopes}


print(json.dumps({
    "origin": "mpmath 1.3.0, 50 digits; written by quantiles.py",
    "cases": [found(family, case) for family, (*_, all) in quantiles.items() for case in all],
}, indent=1))
