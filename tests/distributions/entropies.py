"""Writes entropies.json: entropies of counts by mpmath with 30 digits, as sums over all counts of a probability above exp(-60), at
parameters that float32 holds. Run: pip install mpmath==1.3.0 numpy; python entropies.py > entropies.json (some minutes)"""
import json
from mpmath import exp, log, loggamma, mp, mpf, sqrt
from numpy import float32

mp.dps = 30
f32 = lambda x: float(float32(x))


def poisson(k, rate):
    return k * log(rate) - rate - loggamma(k + 1)


def gamma_poisson(k, a, rate):
    mean = a / rate
    return loggamma(k + a) - loggamma(a) - loggamma(k + 1) + k * log(mean / (a + mean)) + a * log(a / (a + mean))


def binomial(k, n, p):
    return loggamma(n + 1) - loggamma(k + 1) - loggamma(n - k + 1) + k * log(p) + (n - k) * log(1 - p)


entropies = {
    "Poisson": (poisson, lambda rate: (rate, rate), [[1e-6], [0.01], [0.7], [3], [40], [5e3]]),
    "GammaPoisson": (gamma_poisson, lambda a, rate: (a / rate, a / rate * (1 + 1 / rate)),
                          [[2, 3], [2, 0.25], [0.1, 3], [1e-3, 0.125], [0.5, 2.0**-8], [50, 64], [500, 0.75], [2e3, 2], [1e5, 2.0**14], [1, 5]]),
    "Binomial": (binomial, lambda n, p: (n * p, n * p * (1 - p)), [[1, 0.2], [5, 0.3], [10, 2.0**-30], [1000, 1e-3], [1000, 0.5], [60, 0.999], [2000, 0.3]]),
}


def entropy(family, case):
    log_prob, moments, _ = entropies[family]
    x = [f32(v) for v in case]
    X = [mpf(v) for v in x]
    mean, variance = moments(*X)
    bulk = lambda k: k <= (X[0] if family == "Binomial" else 10**9)
    def H(*args):
        start, total, k = max(0, int(mean - 14 * sqrt(variance) - 40)), mpf(0), 0
        k = start
        while bulk(k):
            l = log_prob(mpf(k), *args)
            if l < -60 and k > mean:
                break
            total -= exp(l) * l
            k += 1
        return total
    slopes = []
    for k in range(len(X)):
        if family == "Binomial" and k == 0:
            slopes.append(None)
            continue
        h = X[k] * mpf(10) ** -8
        up, down = ([v + s * h * (i == k) for i, v in enumerate(X)] for s in (1, -1))
        slopes.append(float((H(*up) - H(*down)) / (2 * h)))
    return {"family": family, "parameters": x, "entropy": float(H(*X)), "slopes": slopes}


print(json.dumps({
    "origin": "mpmath 1.3.0, 30 digits; written by entropies.py",
    "cases": [entropy(family, case) for family, (*_, all) in entropies.items() for case in all],
}, indent=1))
