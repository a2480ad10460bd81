"""Distributions made from others: densities, names of parameters, and rows of a value and parameters. The name of what one is made
from comes first among the parameters."""
from mpmath import atan, betainc, erf, erfc, exp, expm1, gammainc, log, log1p, mp, mpf, pi, sqrt

from extreme_families import numbers, vectors
from extreme_families.vectors import matrix_of, normal as vector_normal

known = {**numbers.families, **{name: vectors.families[name] for name in ("CategoricalProbs", "CategoricalLogits")}}
discrete = numbers.discrete | {"CategoricalProbs", "CategoricalLogits"}
density = {name: formula for name, (formula, _, _) in known.items()}


def normal_below(z):
    return erfc(-z / sqrt(mpf(2))) / 2


def skewed_below(x, m, s, a):
    """The distribution function of AsymmetricLaplace and what lies above."""
    z = (x - m) / s
    left, right = a * a / (1 + a * a), 1 / (1 + a * a)
    return (left * exp(z / a), 1 - left * exp(z / a)) if z < 0 else (1 - right * exp(-z * a), right * exp(-z * a))


def of_rest(rest):
    """Of a logarithm of what lies above."""
    return lambda *x: (-expm1(rest(*x)), exp(rest(*x)))


# The probabilities of a draw up to a number, and above it.
sides = {
    "Normal": lambda x, m, s: (normal_below((x - m) / s), normal_below((m - x) / s)),
    "LogNormal": lambda x, m, s: (normal_below((log(x) - m) / s), normal_below((m - log(x)) / s)),
    "HalfNormal": lambda x, s: (erf(x / s / sqrt(mpf(2))), erfc(x / s / sqrt(mpf(2)))),
    "Laplace": lambda x, m, s: skewed_below(x, m, s, mpf(1)),
    "AsymmetricLaplace": skewed_below,
    "Logistic": lambda x, m, s: (1 / (1 + exp((m - x) / s)), 1 / (1 + exp((x - m) / s))),
    "LogLogistic": lambda x, m, s: (1 / (1 + exp((m - log(x)) / s)), 1 / (1 + exp((log(x) - m) / s))),
    "SoftLaplace": lambda x, m, s: (2 / pi * atan(exp((x - m) / s)), 2 / pi * atan(exp((m - x) / s))),
    "Cauchy": lambda x, m, s: (atan(s / (m - x)) / pi + (x > m), atan(s / (x - m)) / pi + (x < m)),
    "HalfCauchy": lambda x, s: (2 / pi * atan(x / s), 2 / pi * atan(s / x)),
    "Gumbel": lambda x, m, s: (exp(-exp((m - x) / s)), -expm1(-exp((m - x) / s))),
    "Exponential": of_rest(lambda x, r: -r * x),
    "Weibull": of_rest(lambda x, s, k: -((x / s) ** k)),
    "Pareto": of_rest(lambda x, m, a: a * log(m / x)),
    "Gompertz": of_rest(lambda x, c, r: -c * expm1(r * x)),
    "Kumaraswamy": of_rest(lambda x, a, b: b * log(-expm1(a * log(x)))),
    "GeometricProbs": of_rest(lambda k, p: (k + 1) * log1p(-p)),
    "GeometricLogits": of_rest(lambda k, l: -(k + 1) * log1p(exp(l))),
    "Levy": lambda x, m, s: (erfc(sqrt(s / (x - m) / 2)), erf(sqrt(s / (x - m) / 2))),
    "Uniform": lambda x, a, b: ((x - a) / (b - a), (b - x) / (b - a)),
    "LogUniform": lambda x, a, b: (log(x / a) / log(b / a), log(b / x) / log(b / a)),
    "Gamma": lambda x, a, r: (gammainc(a, 0, r * x, regularized=True), gammainc(a, r * x, regularized=True)),
    "InverseGamma": lambda x, a, r: (gammainc(a, r / x, regularized=True), gammainc(a, 0, r / x, regularized=True)),
    "Beta": lambda x, a, b: (betainc(a, b, 0, x, regularized=True), betainc(b, a, 0, 1 - x, regularized=True)),
    "Poisson": lambda k, r: (gammainc(k + 1, r, regularized=True), gammainc(k + 1, 0, r, regularized=True)),
    "RelaxedBernoulliLogits": lambda x, t, l: tuple(1 / (1 + exp(s * (t * (log(x) - log1p(-x)) - l))) for s in (-1, 1)),
    "BernoulliLogits": lambda k, l: (1 / (1 + exp(l)), 1 / (1 + exp(-l))),
    "BernoulliProbs": lambda k, p: (1 - p, p),
    "DiscreteUniform": lambda k, a, b: ((k - a + 1) / (b - a + 1), (b - k) / (b - a + 1)),
    "CategoricalProbs": lambda k, p: (sum(p[: int(k) + 1]), sum(p[int(k) + 1:])),
    "CategoricalLogits": lambda k, l: tuple(sum(exp(v) for v in part) / sum(exp(v) for v in l) for part in (l[: int(k) + 1], l[int(k) + 1:])),
}


def censored(side):
    def of(x, base, *rest):
        *p, isCensored = rest
        return log(sides[base](x, *p)[side]) if isCensored else density[base](x, *p)
    return of


def mass(base, low, high, *p):
    """The probability between two numbers, by the sides where they lie far out."""
    (a, rest), (b, beyond) = sides[base](low, *p), sides[base](high, *p)
    return rest - beyond if a > mpf(1) / 2 else b - a


def truncated(x, base, *rest):
    *p, low, high = rest
    return density[base](x, *p) - log(mass(base, low - (base in discrete), high, *p))


def folded(x, base, *p):
    return log(exp(density[base](x, *p)) + exp(density[base](-x, *p)))


def gated(of):
    def scored(x, base, *rest):
        *p, gate = rest
        return of(x, base, p, log(gate), log1p(-gate))
    def by_logits(x, base, *rest):
        *p, gate = rest
        return of(x, base, p, -log1p(exp(-gate)), -log1p(exp(gate)))
    return scored, by_logits


def zero_inflated(x, base, p, closed, opened):
    counted = opened + density[base](x, *p)
    return counted if x else log(exp(closed) + exp(counted))


def hurdle(x, base, p, closed, opened):
    if not x:
        return closed
    return opened + density[base](x, *p) - (log(-expm1(density[base](mpf(0), *p))) if base in discrete else 0)


def mixture(x, base, logits, *p):
    whole = sum(exp(l) for l in logits)
    return log(sum(exp(l + density[base](x, *each)) for l, *each in zip(logits, *p)) / whole)


def masked_mixture(x, mask, loc, scale, loc1, scale1):
    return density["Cauchy"](x, loc1, scale1) if mask else density["Normal"](x, loc, scale)


def score(below, above):
    """The number that a standard normal is below with a probability, by Newton's method on the logarithm of the rarer side."""
    if below > above:
        return -score(above, below)
    goal = log(below)
    z = -sqrt(-2 * goal) if goal < -2 else mpf(-0.5)
    for _ in range(60):
        p = normal_below(z)
        step = (log(p) - goal) * p * sqrt(2 * pi) * exp(z * z / 2)
        z -= step
        if abs(step) < mpf(10) ** (8 - mp.dps) * max(1, abs(z)):
            break
    return z


def copula(x, base, *rest):
    *p, correlation = rest
    z = [score(*sides[base](v, *each)) for v, *each in zip(x, *p)]
    whole, alone = vector_normal(z, [0] * len(z), matrix_of(correlation)), sum(density["Normal"](v, 0, 1) for v in z)
    return sum(density[base](v, *each) for v, *each in zip(x, *p)) + whole - alone


def euler_maruyama(x, t, drift, diffusion, init_scale):
    first = density["Normal"](x[0], 0, init_scale)
    return first + sum(density["Normal"](b, a + drift * a * (v - u), diffusion * sqrt(v - u)) for a, b, u, v in zip(x, x[1:], t, t[1:]))


transforms = {
    "Sigmoid": lambda y: (log(y) - log1p(-y), -log(y) - log1p(-y)),
    "Exp": lambda y: (log(y), -log(y)),
    "Tanh": lambda y: ((log1p(y) - log1p(-y)) / 2, -log1p(-y) - log1p(y)),
    "Softplus": lambda y: (y + log(-expm1(-y)), -log(-expm1(-y))),
}


def transformed(y, transform, base, *p):
    """The logarithm of the slope of the inverse comes second."""
    x, slope = transforms[transform](y)
    return density[base](x, *p) + slope


inflated, inflated_by_logits = gated(zero_inflated)
hurdled, hurdled_by_logits = gated(hurdle)
end = 1 - 2.0**-24


def tail_rows(side):
    """Of each family a value, parameters, and whether it is an end."""
    far = {
        "Normal": [[-38, 0, 1], [38, 0, 1], [-1e3, 5, 2], [1e6, -1e6, 1e3], [1, 0, 1]],
        "LogNormal": [[1e-30, 0, 1], [1e30, 0, 1], [3, 1, 1e-1]],
        "HalfNormal": [[30, 1], [1e-20, 1], [1e6, 1e4]],
        "Laplace": [[90, 0, 1], [-90, 0, 1], [1e6, 0, 1e3], [0.5, 1, 2]],
        "AsymmetricLaplace": [[90, 0, 1, 2], [-90, 0, 1, 2], [3, 0, 1, 1e-3], [-1e3, 0, 1, 1e3]],
        "Logistic": [[90, 0, 1], [-90, 0, 1], [1e6, 3, 2]],
        "LogLogistic": [[1e30, 0, 1], [1e-30, 0, 1], [3, 1, 1e-2]],
        "SoftLaplace": [[90, 0, 1], [-90, 0, 1], [1e6, 0, 1e3], [1, 0, 1]],
        "Cauchy": [[1e20, 0, 1], [-1e20, 0, 1], [3, 1, 2], [-1e6, 1e6, 1e-3]],
        "HalfCauchy": [[1e20, 1], [1e-20, 1], [3, 2]],
        "Gumbel": [[90, 0, 1], [-5, 0, 1], [1e3, 0, 10]],
        "Exponential": [[1e3, 1], [1e-20, 1], [1e6, 1e-3]],
        "Weibull": [[30, 1, 2], [1e-20, 1, 3], [1e6, 1e3, 1.5]],
        "Pareto": [[1e30, 1, 3], [1 + 2.0**-20, 1, 1e3], [1e6, 1e-3, 30]],
        "Gompertz": [[5, 1, 1], [1e-10, 1, 1], [100, 1e-6, 0.125]],
        "Kumaraswamy": [[1e-20, 3, 1e3], [end, 2, 3], [0.5, 1e-3, 1e3], [0.99, 1e3, 0.01]],
        "GeometricProbs": [[1e6, 1e-3], [0, 1e-12], [3, 0.999], [5, end]],
        "GeometricLogits": [[1e6, -7], [0, -30], [3, 20]],
        "Levy": [[1e20, 0, 1], [1e-3, 0, 1], [4, 3, 1e-10], [2, 1, 1e3]],
        "Uniform": [[1e-20, 0, 1], [end, 0, 1], [1e6, -1e6, 3e6], [999999.9375, 0, 1e6]],
        "LogUniform": [[1e-20, 1e-25, 1], [1 - 2.0**-20, 0.5, 1], [1e-6, 1e-8, 1e8]],
        "Gamma": [[1e3, 2, 1], [1e-20, 3, 1], [1.01e6, 1e6, 1], [0.99e6, 1e6, 1]],
        "InverseGamma": [[1e-3, 2, 1], [1e20, 3, 1], [1e-6, 30, 1e-6]],
        "Beta": [[1e-20, 2, 3], [end, 2, 3], [0.25, 1e3, 1e3], [0.75, 1e3, 1e3]],
        "Poisson": [[80, 1], [0, 30], [1e6, 0.995e6], [995000, 1e6]],
        "RelaxedBernoulliLogits": [[1e-30, 1, 0], [end, 3, 0], [0.5, 1, 90], [0.5, 1, -90]],
        "BernoulliLogits": [[0, 90], [0, -90]],
        "BernoulliProbs": [[0, 1e-12], [0, end]],
        "DiscreteUniform": [[0, 0, 1e6], [999999, 0, 1e6]],
        "CategoricalLogits": [[0, [-90, 0, 0]], [1, [0, 90, 0]], [1, [90, 0, -90]], [0, [0, -90, -1e3]]],
        "CategoricalProbs": [[0, [1e-12, 0.25, 0.75]], [1, [0.25, 0.75, 1e-12]]],
    }
    return [[x, base, *p, 1] for base, rows in far.items() for x, *p in rows if sides[base](mpf(x), *(v if isinstance(v, list) else mpf(v) for v in p))[side] > 0] + [
        [1e-30, "Exponential", 1e3, 0], [90, "Normal", 0, 1, 0]]


eye, close, far = [[1, 0], [0, 1]], [[1, 0.875], [0.875, 1]], [[1, -0.5], [-0.5, 1]]
two_normals = ("base", "loc", "scale")
families = {
    "LeftCensored": (censored(0), None, tail_rows(0)),
    "RightCensored": (censored(1), None, tail_rows(1)),
    "IntervalCensored": (lambda x, base, *p: log(mass(base, *x, *p)), None, [
        [[30, 31], "Normal", 0, 1], [[-31, -30], "Normal", 0, 1], [[1, 1 + 2.0**-20], "Normal", 0, 1], [[-1e3, 1e3], "Normal", 0, 1],
        [[90, 95], "Logistic", 0, 1], [[-95, -90], "Logistic", 0, 1], [[100, 101], "Exponential", 1], [[1e-20, 2e-20], "Exponential", 1],
        [[90, 91], "Laplace", 0, 1], [[-1, 90], "Laplace", 0, 1], [[1e10, 2e10], "Cauchy", 0, 1], [[-2e10, -1e10], "Cauchy", 0, 1], [[50, 60], "Gumbel", 0, 1],
        [[-4, -3], "Gumbel", 0, 1], [[20, 30], "Weibull", 1, 1.5], [[300, 400], "Gamma", 2, 1], [[1e-20, 1e-19], "Gamma", 2, 1], [[30, 40], "HalfNormal", 1],
        [[1e15, 1e16], "LogNormal", 0, 1], [[1e15, 1e16], "HalfCauchy", 1], [[60, 61], "SoftLaplace", 0, 1], [[1 - 2.0**-10, end], "Beta", 2, 30], [[1e10, 1e11], "Pareto", 1, 3]]),
    "Truncated": (truncated, None, [
        [101, "Exponential", 1, 100, 200], [1e-20, "Exponential", 1e-3, 1e-22, 1e-19], [91, "Laplace", 0, 1, 90, 95], [-91, "Laplace", 0, 1, -95, -90],
        [1e10, "Cauchy", 0, 1, 0.5e10, 1e11], [-1e10, "Cauchy", 0, 1, -1e11, -0.5e10], [90, "Logistic", 0, 1, 80, 100], [350, "Gamma", 2, 1, 300, 400],
        [1e-20, "Gamma", 2, 1, 1e-21, 1e-19], [60, "Gumbel", 0, 1, 50, 70], [31, "HalfNormal", 1, 30, 40], [25, "Weibull", 1, 1.5, 20, 30], [1e15, "LogNormal", 0, 1, 1e14, 1e16],
        [1e15, "HalfCauchy", 1, 1e14, 1e16], [0.5, "Beta", 1e3, 1e3, 0.4375, 0.5625], [5, "Poisson", 1e-3, 3, 9], [170, "Poisson", 10, 150, 200], [20, "Poisson", 300, 0, 30],
        [1e10, "Pareto", 1, 3, 1e9, 1e11], [-4, "Gumbel", 0, 1, -4.5, -3.5], [0.5, "Normal", 0, 1, -1, 1e3]]),
    "Folded": (folded, None, [
        [0, "Normal", 3, 1], [38, "Normal", 0, 1], [1e6, "Normal", -1e6, 1e-3], [1e-30, "Normal", 0, 1e10], [30, "Normal", 1e-3, 1], [1e3, "Normal", -30, 1], [90, "Logistic", 3, 1], [1e20, "Cauchy", 5, 1], [90, "Laplace", -2, 1]]),
    "ZeroInflated by probs": (inflated, None, [
        [0, "Poisson", 1, 1e-12], [0, "Poisson", 1e6, 1e-12], [0, "Poisson", 1e3, 1e-30], [3, "Poisson", 1e-12, 0.5], [1e6, "Poisson", 1e6, end], [0, "Poisson", 1e-20, end], [5, "Poisson", 2, 1e-30],
        [1000, "NegativeBinomial2", 1e3, 1e6, 1e-3], [0, "BinomialProbs", 1e6, 1e-3, 0.25]]),
    "ZeroInflated by logits": (inflated_by_logits, None, [
        [0, "Poisson", 1, -90], [0, "Poisson", 1e6, -90], [0, "Poisson", 1e3, 1e3], [3, "Poisson", 1e-12, 0], [1e6, "Poisson", 1e6, 90], [0, "Poisson", 1e-20, 30], [5, "Poisson", 2, -1e4],
        [1000, "NegativeBinomial2", 1e3, 1e6, 3]]),
    "Hurdle by probs": (hurdled, None, [
        [0, "Poisson", 1, 1e-12], [1, "Poisson", 1e-20, 0.5], [2, "Poisson", 1e-12, 1e-12], [1e6, "Poisson", 1e6, end], [5, "Poisson", 2, 1e-30], [0, "Gamma", 2, 1, 1e-30], [1e-30, "Gamma", 1e-3, 1, 0.25],
        [1e3, "Gamma", 1e6, 1e3, end], [1e30, "LogNormal", 0, 1, 1e-12], [1, "GeometricProbs", 0.75, 0.5]]),
    "Hurdle by logits": (hurdled_by_logits, None, [
        [0, "Poisson", 1, -90], [1, "Poisson", 1e-20, 0], [2, "Poisson", 1e-12, 90], [1e6, "Poisson", 1e6, -90], [5, "Poisson", 2, 1e4], [0, "Gamma", 2, 1, 1e4], [1e-30, "Gamma", 1e-3, 1, 3], [1e3, "Gamma", 1e6, 1e3, -30]]),
    "Mixture": (mixture, None, [
        [0, "Normal", [0, 1], [-3, 3], [1, 1]], [1e3, "Normal", [0, 90], [-3, 3], [1, 1]], [90, "Normal", [0, -90], [0, 90], [1, 1]], [1e18, "Normal", [1e4, 0], [0, 1], [1, 1e3]],
        [1e-12, "Normal", [0, 0], [0, 0], [1e-20, 1e10]], [38, "Normal", [-1e3, 0], [38, 0], [1, 1]], [1000, "Poisson", [0, 1], [1e3, 1e-12]], [0, "Poisson", [0, -90], [1e6, 1]], [1e20, "Cauchy", [0, 90], [0, 1], [1, 1e-3]]]),
    "MaskedMixture": (masked_mixture, ("mask", "loc", "scale", "loc1", "scale1"), [
        [38, 0, 0, 1, 0, 1], [38, 1, 0, 1, 0, 1], [1e18, 0, 0, 1, 0, 1], [1e20, 1, 0, 1, 0, 1], [1e-12, 0, 0, 1e-20, 0, 1], [1e-25, 1, 0, 1, 0, 1e-30], [1e6, 0, -1e6, 1e-3, 3, 3], [1e30, 1, 0, 1, 3, 1e-7]]),
    "GaussianCopula": (copula, None, [
        [[1, 2], "Exponential", [1, 1], close], [[1e-20, 30], "Exponential", [1, 1], close], [[300, 300], "Exponential", [1, 1], close], [[1e-6, 1e6], "Exponential", [1e3, 1e-3], far],
        [[-30, -30], "Logistic", [0, 0], [1, 1], close], [[90, -90], "Logistic", [0, 0], [1, 1], far], [[20, -20], "Normal", [0, 0], [1, 1], close], [[1e3, 0.5], "Normal", [1e3, 0], [1e-3, 1], close],
        [[30, -30], "Laplace", [0, 0], [1, 1], far], [[1e10, -1e10], "Cauchy", [0, 0], [1, 1], close], [[60, -3], "Gumbel", [0, 0], [1, 1], close], [[1e-10, 100], "Gamma", [2, 2], [1, 1], far], [[0.5, 0.5], "Uniform", [0, 0], [1, 1], eye]]),
    "GaussianCopulaBeta": (lambda x, a, b, r: copula(x, "Beta", a, b, r), ("concentration1", "concentration0", "correlation"), [
        [[0.5, 0.5], [1, 1], [1, 1], close], [[1e-10, 0.5], [2, 3], [3, 2], close], [[1e-10, end], [2, 3], [3, 2], far], [[1e-20, 1e-20], [0.5, 0.5], [1, 1], close],
        [[0.5, 0.501], [1e3, 1e3], [1e3, 1e3], far], [[0.25, 0.75], [1e2, 1e2], [1e2, 1e2], close], [[end, end], [1, 2], [3, 4], eye], [[0.0625, 0.5], [30, 1e-2], [30, 1e-2], far]]),
    "EulerMaruyama": (euler_maruyama, ("t", "drift", "diffusion", "init_scale"), [
        [[0, 0.5, 1], [0, 1, 2], -1, 0.5, 1], [[1, 1, 1], [0, 1e-6, 1e6], -1e-6, 1, 1], [[30, -30, 30], [0, 1, 2], 0, 1, 1], [[1e10, 1e10, 1e10], [0, 1, 2], -1, 1e10, 1e10],
        [[1e-20, 0, 1e-20], [0, 1, 2], 1, 1e-20, 1e-20], [[0, 0, 0], [0, 1e-12, 1], 1e6, 1e-6, 1e3], [[1, 1e3, 1e6], [0, 1, 2], 999, 1, 1], [[5, 4, 3], [1e6, 1e6 + 1, 1e6 + 2], -1e-3, 1e6, 1e6]]),
    "TransformedDistribution": (transformed, None, [
        [0.5, "Sigmoid", "Normal", 0, 1], [1e-30, "Sigmoid", "Normal", 0, 1], [end, "Sigmoid", "Normal", 0, 1], [1e-12, "Sigmoid", "Normal", -30, 1e-3], [1e-30, "Exp", "Normal", 0, 1], [1e30, "Exp", "Normal", 0, 1],
        [end, "Tanh", "Normal", 0, 1], [1e-20, "Tanh", "Normal", 0, 1e-20], [1e-30, "Softplus", "Normal", 0, 1], [90, "Softplus", "Normal", 0, 1], [0.5, "Sigmoid", "Cauchy", 1e10, 1], [1e-30, "Exp", "Laplace", 0, 1e-1]]),
}

options = {"MaskedMixture": {"fixed": {"mask"}}, "EulerMaruyama": {"fixed": {"t"}}, "GaussianCopula": {"symmetric": {"correlation"}, "diagonal": {"correlation"}}, "GaussianCopulaBeta": {"symmetric": {"correlation"}, "diagonal": {"correlation"}}}
# Names of parameters after those of a base; the texts before them are what a distribution is made from.
own = {"LeftCensored": ["censored"], "RightCensored": ["censored"], "Truncated": ["low", "high"], "GaussianCopula": ["correlation"],
       "ZeroInflated by probs": ["gate"], "ZeroInflated by logits": ["gate_logits"], "Hurdle by probs": ["gate"], "Hurdle by logits": ["gate_logits"]}
first = {"Mixture": ["mixing_logits"]}


def names_of(name, row):
    """The names of the parameters of a row."""
    _, names, _ = families[name]
    if names:
        return names
    texts = [v for v in row[1:] if isinstance(v, str)]
    return ["transform", "base"][-len(texts):] + first.get(name, []) + list(known[texts[-1]][1]) + own.get(name, [])


def fixed_of(name, row):
    """The arguments of a row that no slopes are taken by."""
    base = next((v for v in row[1:] if isinstance(v, str) and v in known), None)
    counts = {"value"} if base in discrete or (name.startswith("Hurdle") and row[0] == 0) else set()
    rows = {"total_count", "censored"} | ({"low", "high"} if counts else set())
    return counts | rows | options.get(name, {}).get("fixed", set())
