"""Writes measured.json: divergences and log densities by mpmath with 80 digits, from textbook formulas in lgamma and
digamma, at parameters that float32 holds. Run: pip install mpmath==1.4.1 numpy; python measured.py > measured.json"""
import json
from mpmath import digamma, diff, exp, log, loggamma, mp, mpf, pi

mp.dps = 80
f32 = lambda x: float(__import__("numpy").float32(x))


def betaln(v):
    return sum(loggamma(x) for x in v) - loggamma(sum(v))


def dirichlet(a, c):
    total = sum(a)
    return betaln(c) - betaln(a) + sum((x - y) * (digamma(x) - digamma(total)) for x, y in zip(a, c))


def gamma(p, q):
    (a, r), (b, s) = p, q
    return (a - b) * digamma(a) - loggamma(a) + loggamma(b) + b * log(r / s) + a * (s - r) / r


def normal(p, q):
    (m, s), (n, t) = p, q
    return ((s / t) ** 2 + ((m - n) / t) ** 2 - 1) / 2 - log(s / t)


def laplace(p, q):
    (m, s), (n, t) = p, q
    d = abs(m - n)
    return s / t * exp(-d / s) + d / t - 1 - log(s / t)


kl = {
    "Exponential": lambda p, q: q[0] / p[0] - 1 - log(q[0] / p[0]),
    "Poisson": lambda p, q: p[0] * log(p[0] / q[0]) - p[0] + q[0],
    "Normal": normal,
    "LogNormal": normal,
    "HalfNormal": lambda p, q: normal((0, p[0]), (0, q[0])),
    "Laplace": laplace,
    "Gamma": gamma,
    "Beta": dirichlet,
    "Dirichlet": dirichlet,
    "Uniform": lambda p, q: log((q[1] - q[0]) / (p[1] - p[0])),
}

e = lambda k: 1 + 2.0**-k
pairs = {
    "Exponential": [[[e(13)], [1]], [[1], [e(20)]], [[3], [3.0000002]], [[1e-20], [1e-19]], [[2], [0.5]], [[1e15], [2e15]]],
    "Poisson": [[[3], [3.0000002]], [[1e6], [1.0001e6]], [[3e9], [3.00001e9]], [[40], [38]], [[0.001], [5]], [[1e-6], [1.00001e-6]]],
    "Normal": [[[0, 1], [0, e(14)]], [[0, e(20)], [0, 1]], [[5, 2], [5.000001, 2]], [[1e-4, 1], [0, 1.0001]], [[0.5, 0.1], [2, 3]],
               [[0, 1e-10], [0, 1]], [[1000, 1e-3], [1000.0001, 1e-3]]],
    "LogNormal": [[[0, 1], [0, e(14)]], [[0.3, 0.5], [0, 0.7]]],
    "HalfNormal": [[[1], [e(12)]], [[1e-8], [1]], [[3], [0.5]]],
    "Laplace": [[[0, 1], [0, e(14)]], [[1e-4, 1], [0, 1]], [[0, 1], [1e-4, e(15)]], [[0, 1], [0.5, 2]], [[0, 1e-10], [1, 1]], [[-7, 2], [9, 2]]],
    "Gamma": [[[1000.125, 1], [1000, 1]], [[1e6, 1e3], [1.0001e6, 1.0001e3]], [[5, e(14)], [5, 1]], [[0.01, 1], [0.0100001, 1]],
              [[3, 2], [3.0001, 2.0001]], [[1e8, 1], [1.00001e8, 1]], [[8, 1], [7.999, 1]], [[2, 3], [1.5, 2.5]], [[90, 3], [80, 2.5]],
              [[0.5, 1], [1e6, 1]], [[1e6, 1], [0.5, 1]], [[1, 1], [e(16), e(16)]]],
    "Beta": [[[1000.125, 1000], [1000, 1000]], [[1, 1], [e(12), 1]], [[1e6, 2], [1.0001e6, 2]], [[0.01, 50], [0.01001, 50]],
             [[1e5, 1e5], [1.0001e5, 1.0001e5]], [[2, 3], [1.5, 4]], [[0.1, 0.1], [100, 100]], [[1e7, 1e7], [1e7, 1.0001e7]], [[1000, 1], [1000.125, 1]]],
    "Dirichlet": [[[1, 2, 3], [1, 2, e(13) * 3]], [[1000, 500, 20], [1000, 500.125, 20]], [[1e6, 1e-3, 5], [1.0001e6, 1e-3, 5]],
                  [[1, 2, 3], [2, 2, 2]], [[0.01, 0.02, 0.03, 40], [0.01, 0.02001, 0.03, 40]]],
    "Uniform": [[[0, 1], [0, e(20)]], [[0, 1], [-1e-7, 1]], [[0.5, 1], [-1, 2]]],
}


def entry(family, p, q):
    p, q = [f32(x) for x in p], [f32(x) for x in q]
    P, Q = [mpf(x) for x in p], [mpf(x) for x in q]
    f = lambda *x: kl[family](x, Q)
    slopes = [float(diff(f, P, tuple(int(i == k) for i in range(len(P))))) for k in range(len(P))]
    return {"family": family, "p": p, "q": q, "kl": float(kl[family](P, Q)), "slope": slopes}


def cauchy(x, m, s):
    return -log(pi) - log(s) - log(1 + ((x - m) / s) ** 2)


def student(x, df, m, s):
    return loggamma((df + 1) / 2) - loggamma(df / 2) - log(df * pi) / 2 - log(s) - (df + 1) / 2 * log(1 + ((x - m) / s) ** 2 / df)


density = {
    "Cauchy": cauchy,
    "HalfCauchy": lambda x, s: log(2) + cauchy(x, 0, s),
    "StudentT": student,
    "Normal": lambda x, m, s: -log(2 * pi) / 2 - log(s) - ((x - m) / s) ** 2 / 2,
    "HalfNormal": lambda x, s: log(2 / pi) / 2 - log(s) - (x / s) ** 2 / 2,
}
values = {
    "Cauchy": [[1e10, 0, 1], [-1e20, 0, 1], [1e30, 3, 1e-30], [1e-25, 0, 1e-30], [1e-30, 0, 1], [3, 3, 1e-20], [0.5, 0, 2], [1e38, 0, 1e-37]],
    "HalfCauchy": [[1e20, 1], [1e25, 1e-25], [1e-25, 1], [2, 3]],
    "StudentT": [[1e20, 3, 0, 1], [-1e30, 0.5, 0, 1e-20], [1e15, 1e-3, 0, 1], [3, 1e6, 0, 1], [1e-3, 1e8, 0, 1], [1e20, 100, 1, 2], [0.5, 4, 1, 2], [1e30, 0.01, 0, 1e-8]],
    "Normal": [[1e18, 0, 1], [-1e19, 0, 2], [1e-12, 0, 1e-30], [38, 0, 1]],
    "HalfNormal": [[1e18, 1], [1e-12, 1e-30]],
}


def scored(family, x):
    x = [f32(v) for v in x]
    X = [mpf(v) for v in x]
    slopes = []
    for k in range(len(X)):
        h = max(abs(X[k]), mpf(10) ** -30) * mpf(10) ** -25
        up, down = ([v + s * h * (i == k) for i, v in enumerate(X)] for s in (1, -1))
        slopes.append(float((density[family](*up) - density[family](*down)) / (2 * h)))
    return {"family": family, "value": x[0], "parameters": x[1:], "logProb": float(density[family](*X)), "slope": slopes}


print(json.dumps({
    "origin": "mpmath 1.4.1, 80 digits; written by measured.py",
    "kl": [entry(f, p, q) for f, list in pairs.items() for p, q in list],
    "density": [scored(f, x) for f, list in values.items() for x in list],
}, indent=1))
