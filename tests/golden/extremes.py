"""Writes extremes.json: log densities and their slopes far out in the arguments, by mpmath with 50 digits and more from
textbook formulas, at arguments that float32 holds. Run: pip install mpmath==1.3.0 numpy; python extremes.py > extremes.json"""
import json
from mpmath import atan, besseli, cos, cosh, det, diag, erfc, exp, expm1, log, log1p, loggamma, matrix, mp, mpf, pi, sqrt
from numpy import float32

mp.dps = 120


def logistic(x, loc, scale):
    z = abs((x - loc) / scale)
    return -z - 2 * log1p(exp(-z)) - log(scale)


def gumbel(x, loc, scale):
    z = (x - loc) / scale
    return -z - exp(-z) - log(scale)


def asymmetric_laplace(x, loc, scale, asymmetry):
    z = (x - loc) / scale
    return -(-z / asymmetry if z < 0 else z * asymmetry) - log(scale * (asymmetry + 1 / asymmetry))


def soft_laplace(x, loc, scale):
    return -log(pi * scale * cosh((x - loc) / scale))


def levy(x, loc, scale):
    return (log(scale / (2 * pi)) - 3 * log(x - loc) - scale / (x - loc)) / 2


def weibull(x, scale, concentration):
    y = x / scale
    return log(concentration / scale) + (concentration - 1) * log(y) - y**concentration


def inverse_gamma(x, concentration, rate):
    return concentration * log(rate) - loggamma(concentration) - (concentration + 1) * log(x) - rate / x


def kumaraswamy(x, concentration1, concentration0):
    rest = log(-expm1(concentration1 * log(x)))
    return log(concentration1 * concentration0) + (concentration1 - 1) * log(x) + (concentration0 - 1) * rest


def gamma_poisson(k, a, mean):
    return loggamma(k + a) - loggamma(k + 1) - loggamma(a) - a * log1p(mean / a) + (k * log(mean / (a + mean)) if k else 0)


def binomial(k, n, p, q):
    return loggamma(n + 1) - loggamma(k + 1) - loggamma(n - k + 1) + (k * log(p) if k else 0) + ((n - k) * log(q) if n > k else 0)


def beta_binomial(k, a, b, n):
    whole = loggamma(a + b) - loggamma(a) - loggamma(b) + loggamma(n + 1) - loggamma(k + 1) - loggamma(n - k + 1)
    return whole + loggamma(k + a) + loggamma(n - k + b) - loggamma(n + a + b)


def truncated_normal(x, loc, scale, low, high):
    a, b = ((end - loc) / scale / sqrt(mpf(2)) for end in (low, high))
    a, b = (-b, -a) if a + b < 0 else (a, b)
    return -((x - loc) / scale) ** 2 / 2 - log(scale) - log(2 * pi) / 2 - log((erfc(a) - erfc(b)) / 2)


def von_mises(x, loc, k):
    return k * (cos(x - loc) - 1) - log(2 * pi) - log(besseli(0, k) * exp(-k))


def inverse_gaussian(x, loc, c):
    return (log(c) - log(2 * pi) - 3 * log(x) - c * (x / loc - 1) ** 2 / x) / 2


def chi(x, df):
    return (1 - df / 2) * log(mpf(2)) + (df - 1) * log(x) - x * x / 2 - loggamma(df / 2)


def skew_normal(x, loc, scale, a):
    z = (x - loc) / scale
    return log(2) - log(scale) - log(2 * pi) / 2 - z * z / 2 + log(erfc(-a * z / sqrt(mpf(2))) / 2)


def relaxed_bernoulli(x, t, l):
    y = t * (log(x) - log1p(-x)) - l
    return log(t) - y - 2 * log1p(exp(-y)) - log(x) - log1p(-x)


def half_student_t(x, df, scale):
    spread = loggamma((df + 1) / 2) - loggamma(df / 2) - log(df * pi) / 2
    return log(2) + spread - log(scale) - (df + 1) / 2 * log1p((x / scale) ** 2 / df)


def matrix_of(rows):
    return matrix([list(row) for row in rows])


def normal(x, loc, covariance):
    n, S = len(x), covariance
    r = matrix([a - b for a, b in zip(x, loc)])
    return -(n * log(2 * pi) + log(det(S)) + (r.T * S**-1 * r)[0]) / 2


def multivariate_normal(x, loc, scale_tril):
    L = matrix_of(scale_tril)
    return normal(x, loc, L * L.T)


def low_rank_normal(x, loc, factor, diagonal):
    W = matrix_of(factor)
    return normal(x, loc, W * W.T + diag(list(diagonal)))


def multivariate_student_t(x, df, loc, scale_tril):
    n, L = len(x), matrix_of(scale_tril)
    r = L**-1 * matrix([a - b for a, b in zip(x, loc)])
    spread = loggamma((df + n) / 2) - loggamma(df / 2) - n * log(df * pi) / 2 - log(det(L))
    return spread - (df + n) / 2 * log1p((r.T * r)[0] / df)


def dirichlet(x, a):
    return sum((c - 1) * log(v) - loggamma(c) for c, v in zip(a, x)) + loggamma(sum(a))


def multinomial(k, n, logits):
    whole = log(sum(exp(l) for l in logits))
    return loggamma(n + 1) + sum(v * (l - whole) - loggamma(v + 1) for v, l in zip(k, logits))


def dirichlet_multinomial(k, a, n):
    whole = loggamma(sum(a)) - loggamma(n + sum(a)) + loggamma(n + 1)
    return whole + sum(loggamma(v + c) - loggamma(c) - loggamma(v + 1) for v, c in zip(k, a))


def multigamma(x, p):
    return p * (p - 1) * log(pi) / 4 + sum(loggamma(x - mpf(i) / 2) for i in range(p))


def wishart(X, df, scale):
    X, V, p = matrix_of(X), matrix_of(scale), len(X)
    trace = sum((V**-1 * X)[i, i] for i in range(p))
    return ((df - p - 1) * log(det(X)) - trace - df * log(det(V)) - df * p * log(mpf(2))) / 2 - multigamma(df / 2, p)


def inverse_wishart(X, df, scale):
    X, V, p = matrix_of(X), matrix_of(scale), len(X)
    trace = sum((V * X**-1)[i, i] for i in range(p))
    return (df * log(det(V)) - (df + p + 1) * log(det(X)) - trace - df * p * log(mpf(2))) / 2 - multigamma(df / 2, p)


def lkj_cholesky(L, dim, concentration):
    n, a = len(L), concentration + mpf(len(L) - 1) / 2
    norm = mpf(n - 1) / 2 * log(pi) + multigamma(a - mpf(1) / 2, n - 1) - (n - 1) * loggamma(a)
    return sum((n - 1 - i + 2 * concentration - 2) * log(L[i][i]) for i in range(1, n)) - norm


lower = [[2, 0, 0], [1, 1e-3, 0], [-3, 4, 1e3]]
families = {
    "MultivariateNormal": (multivariate_normal, ("loc", "scale_tril"), [
        [[0.5, 1, -2], [0, 0, 0], [[1, 0, 0], [0.5, 1, 0], [0, -2, 3]]], [[1e3, 1e3, 1e3], [0, 0, 0], [[1, 0, 0], [0.5, 1, 0], [0, -2, 3]]],
        [[1, 2, 3], [1, 2, 3], lower], [[1e-3, 1, 1e3], [0, 1, 0], lower], [[1e10, 0, 0], [0, 0, 0], [[1e10, 0, 0], [0, 1, 0], [0, 0, 1e-10]]],
        [[1e-20, 0, 0], [0, 0, 0], [[1e-20, 0, 0], [0, 1e20, 0], [0, 0, 1]]], [[30, -30, 30], [0, 0, 0], [[1, 0, 0], [0, 1, 0], [0, 0, 1]]],
        [[2, 2, 2], [2, 2, 2.5], [[1e6, 0, 0], [0, 1e-6, 0], [0, 0, 1e-6]]]]),
    "LowRankMultivariateNormal": (low_rank_normal, ("loc", "cov_factor", "cov_diag"), [
        [[0.5, 1, -2], [0, 0, 0], [[1], [0.5], [2]], [1, 2, 3]], [[300, 10, -20], [0, 0, 0], [[1], [0.5], [2]], [1, 2, 3]],
        [[1, 2, 3], [1, 2, 3], [[1e-10], [1], [0]], [1e-6, 1, 1e6]], [[1e10, 0, 0], [0, 0, 0], [[0], [1], [1]], [1e20, 1, 1]],
        [[0.5, 1, -2], [0, 0, 0], [[1e-3], [1e-3], [1e-3]], [1, 1, 1]], [[1e-9, 0, 0], [0, 0, 0], [[0], [0], [3]], [1e-18, 1e10, 1]],
        [[4, -4, 4], [0, 0, 0], [[8], [1], [4]], [1, 1, 1]], [[1, 1, 1], [0, 1, 2], [[0.25], [0.5], [0.25]], [1e-3, 1e3, 1]]]),
    "MultivariateStudentT": (multivariate_student_t, ("df", "loc", "scale_tril"), [
        [[0.5, 1, -2], 3, [0, 0, 0], [[1, 0, 0], [0.5, 1, 0], [0, -2, 3]]], [[1e10, 1, 0], 3, [0, 0, 0], [[1, 0, 0], [0.5, 1, 0], [0, -2, 3]]],
        [[1, 2, 3], 1e6, [0, 0, 0], [[1, 0, 0], [0, 1, 0], [0, 0, 1]]], [[1, 2, 3], 1e-3, [0, 0, 0], [[1, 0, 0], [0, 1, 0], [0, 0, 1]]],
        [[1e15, 0, 0], 1e-3, [0, 0, 0], [[1e-3, 0, 0], [0, 1, 0], [0, 0, 1]]], [[1, 2, 3], 1e8, [0, 0, 0], lower],
        [[1e6, 1e6, 0], 100, [0, 0, 0], [[1e3, 0, 0], [0, 1, 0], [0, 0, 1]]], [[1, 2, 3], 30, [1, 2, 3], lower]]),
    "Dirichlet": (dirichlet, ("concentration",), [
        [[0.25, 0.25, 0.5], [1, 1, 1]], [[0.25, 0.25, 0.5], [1e6, 1e6, 2e6]], [[0.25, 0.25, 0.5], [1.001e6, 0.999e6, 2e6]],
        [[2.0**-20, 0.5, 0.5 - 2.0**-20], [1e-3, 5, 5]], [[2.0**-20, 0.5, 0.5 - 2.0**-20], [1, 1e6, 1e6]], [[0.25, 0.25, 0.5], [1e-3, 1e-3, 1e-3]],
        [[0.75, 0.125, 0.125], [1e3, 20, 1e5]], [[2.0**-24, 2.0**-24, 1 - 2.0**-23], [0.5, 3, 1e6]]]),
    "MultinomialLogits": (multinomial, ("total_count", "logits"), [
        [[1, 2, 0], 3, [0, 1, -1]], [[300000, 300000, 400000], 1000000, [0, 0, 0.25]], [[333333, 333333, 333334], 1000000, [0, 0, 0]],
        [[0, 0, 1000000], 1000000, [-30, -20, 0]], [[1, 0, 999999], 1000000, [-14, -20, 0]], [[5, 5, 0], 10, [90, 0, -90]],
        [[8000000, 8000000, 1], 16000001, [14, 14, -1]], [[0, 7, 3], 10, [-1e3, 0, 1]]]),
    "DirichletMultinomial": (dirichlet_multinomial, ("concentration", "total_count"), [
        [[1, 2, 0], [1, 1, 1], 3], [[300000, 300000, 400000], [1, 2, 3], 1000000], [[250000, 250000, 500000], [1e6, 1e6, 2e6], 1000000],
        [[0, 0, 1000000], [1e-3, 1e-3, 1e-3], 1000000], [[1, 2, 7], [1e6, 1e6, 1e6], 10], [[5, 5, 0], [1e-3, 1e3, 1], 10],
        [[250000, 250000, 500000], [1e3, 1e3, 2e3], 1000000], [[0, 1, 0], [1e-3, 1e6, 1], 1]]),
    "Wishart": (wishart, ("concentration", "scale"), [
        [[[2, 0.5], [0.5, 1]], 3, [[1, 0.25], [0.25, 2]]], [[[1e6, 0], [0, 1e6]], 1e6, [[1, 0], [0, 1]]], [[[1.01e6, 1e3], [1e3, 1.01e6]], 1e6, [[1, 0], [0, 1]]],
        [[[1e-6, 0], [0, 1e-3]], 1.001, [[1, 0.5], [0.5, 1]]], [[[1e10, 0], [0, 1e10]], 4, [[1e10, 0], [0, 1e10]]], [[[40, 1], [1, 90]], 5, [[1, 0], [0, 1]]],
        [[[2, 0.5], [0.5, 1]], 1e3, [[1e-3, 0], [0, 1e-3]]], [[[1e-10, 0], [0, 1]], 2, [[1e-10, 0], [0, 1]]]]),
    "InverseWishart": (inverse_wishart, ("concentration", "scale"), [
        [[[2, 0.5], [0.5, 1]], 3, [[1, 0.25], [0.25, 2]]], [[[1, 0], [0, 1]], 1e6, [[1e6, 0], [0, 1e6]]], [[[1.015625, 2.0**-10], [2.0**-10, 1.015625]], 1e6, [[1e6, 0], [0, 1e6]]],
        [[[1e6, 0], [0, 1e3]], 1.001, [[1, 0.5], [0.5, 1]]], [[[1e10, 0], [0, 1e10]], 4, [[1e10, 0], [0, 1e10]]], [[[0.0625, 0], [0, 0.125]], 5, [[1, 0], [0, 1]]],
        [[[2, 0.5], [0.5, 1]], 1e3, [[1e3, 0], [0, 1e3]]], [[[1e-10, 0], [0, 1]], 2, [[1e-10, 0], [0, 1]]]]),
    "LKJCholesky": (lkj_cholesky, ("dim", "concentration"), [
        [[[1, 0, 0], [a, sqrt(1 - mpf(a) ** 2), 0], [b, c, sqrt(1 - mpf(b) ** 2 - mpf(c) ** 2)]], 3, e]
        for a, b, c, e in [(0, 0, 0, 1), (0.5, 0.25, 0.5, 1), (0.5, 0.25, 0.5, 1e-3), (2.0**-10, 2.0**-10, 0, 1e6), (0, 0, 0, 1e6), (1 - 2.0**-12, 0, 0, 2), (0.5, 0.5, 0.5, 1e3), (0, 1 - 2.0**-20, 0, 0.5)]]),
    "Logistic": (logistic, ("loc", "scale"), [
        [0, 0, 1], [90, 0, 1], [-90, 0, 1], [1e6, 0, 1], [-1e20, 3, 2], [3, 3, 1e-20], [1e-12, 0, 1e-10], [0.5, 1e6, 1e6]]),
    "Gumbel": (gumbel, ("loc", "scale"), [
        [0, 0, 1], [80, 0, 1], [1e6, 0, 1], [-4, 0, 1], [-80, 0, 1], [1e-20, 0, 1e-18], [5, 5, 1e10], [1e20, 1, 3]]),
    "SoftLaplace": (soft_laplace, ("loc", "scale"), [
        [0, 0, 1], [90, 0, 1], [-90, 0, 1], [1e6, 0, 1], [-1e20, 3, 2], [3, 3, 1e-20], [1e-12, 0, 1e-10], [0.5, 1e6, 1e6]]),
    "AsymmetricLaplace": (asymmetric_laplace, ("loc", "scale", "asymmetry"), [
        [3, 0, 1, 1], [-3, 0, 1, 1], [1e6, 0, 1, 1e-3], [-1e6, 0, 1, 1e3], [-1e20, 3, 2, 0.5], [1, 3, 1e-20, 2],
        [1e-12, 0, 1e-10, 5], [-2, 1, 3, 1e-6]]),
    "Levy": (levy, ("loc", "scale"), [
        [1, 0, 1], [1e-3, 0, 1], [1e30, 0, 1], [1e-20, 0, 1e-18], [1e10, 3, 2], [4, 3, 1e-20], [2, 1, 1e10], [1e-6, 0, 10]]),
    "Weibull": (weibull, ("scale", "concentration"), [
        [1, 1, 1], [1e-30, 1, 0.5], [1e-10, 1, 3], [20, 1, 1.5], [1e20, 1e20, 2], [0.999, 1, 1e6], [1e6, 1, 1e-3], [1e-20, 1e-20, 7]]),
    "Pareto": (lambda x, s, a: log(a) + a * log(s / x) - log(x), ("scale", "alpha"), [
        [2, 1, 1], [1e30, 1, 3], [1.0001, 1, 1e6], [1 + 2.0**-20, 1, 1000], [1e20, 1e-10, 0.01], [5, 4, 1e-6], [1e-20, 1e-25, 2], [3, 2.9999, 50]]),
    "LogUniform": (lambda x, low, high: -log(x) - log(log(high / low)), ("low", "high"), [
        [1, 0.5, 2], [1e-30, 1e-35, 1], [1e30, 1, 1e35], [1.00001, 1, 1.0001], [5, 1e-30, 1e30], [2, 2 - 2.0**-20, 2 + 2.0**-20],
        [1e6, 1, 1e7], [1e-10, 1e-11, 1e-9]]),
    "InverseGamma": (inverse_gamma, ("concentration", "rate"), [
        [1, 1, 1], [1e-3, 2, 1], [1e20, 2, 1], [1e-20, 3, 1e-20], [1e-3, 1e3, 1], [2e-6, 1e6, 1], [5, 1e-3, 2], [2, 40, 80]]),
    "Kumaraswamy": (kumaraswamy, ("concentration1", "concentration0"), [
        [0.5, 1, 1], [1e-30, 2, 3], [1e-30, 0.01, 3], [1 - 2.0**-24, 2, 3], [1 - 2.0**-24, 5, 0.01], [0.99, 1e6, 2], [0.3, 2, 1e6], [0.999, 1e3, 1e3]]),
    "GeometricProbs": (lambda k, p: log(p) + k * log1p(-p), ("probs",), [
        [0, 0.5], [0, 1e-12], [1e6, 1e-5], [3, 1e-30], [1000, 0.999], [1e6, 1e-12], [7, 1 - 2.0**-24], [1, 2.0**-100]]),
    "GeometricLogits": (lambda k, l: -log1p(exp(-l)) - k * log1p(exp(l)), ("logits",), [
        [0, 0], [0, 90], [0, -90], [5, 90], [5, -90], [1e6, -14], [1e6, 14], [1, 1e4]]),
    "GammaPoisson": (lambda k, a, rate: gamma_poisson(k, a, a / rate), ("concentration", "rate"), [
        [0, 1, 1], [3, 1e-3, 1], [1e6, 10, 1e-5], [1e6, 1e6, 1], [1e6, 1e6, 0.99], [5, 1e6, 1e5], [1000, 0.5, 1e-6], [1, 1e-3, 1e6]]),
    "NegativeBinomialProbs": (lambda k, n, p: gamma_poisson(k, n, n * p / (1 - p)), ("total_count", "probs"), [
        [0, 3, 1e-12], [2, 3, 1e-12], [1e6, 10, 0.99999], [1e6, 1e6, 0.5], [7, 1e-3, 0.5], [1e5, 1e5, 0.498], [40, 20, 1 - 2.0**-20], [1, 1e6, 1e-6]]),
    "NegativeBinomialLogits": (lambda k, n, l: gamma_poisson(k, n, n * exp(l)), ("total_count", "logits"), [
        [0, 3, -30], [2, 3, -30], [1e6, 10, 11], [1e6, 1e6, 0], [7, 1e-3, 1], [1e5, 1e5, 0.01], [40, 20, 20], [1, 1e6, -14]]),
    "NegativeBinomial2": (lambda k, mean, a: gamma_poisson(k, a, mean), ("mean", "concentration"), [
        [0, 1e-12, 1], [1e6, 1e6, 1e6], [1e6, 1.001e6, 1e6], [1e6, 1e5, 0.1], [3, 3, 1e6], [100, 90, 1e-3], [5, 1e-6, 1e-3], [1000, 1000, 1]]),
    "HalfStudentT": (half_student_t, ("df", "scale"), [
        [1e20, 3, 1], [1e30, 0.5, 1e-20], [1e15, 1e-3, 1], [3, 1e6, 1], [1e-3, 1e8, 1], [1e20, 100, 2], [0.5, 4, 2], [1e-30, 5, 1e-3]]),
    "Gompertz": (lambda x, c, r: log(c * r) + r * x - c * expm1(r * x), ("concentration", "rate"), [
        [1, 1, 1], [1e-10, 1, 1], [60, 1e-20, 1], [1e-20, 1e10, 1e10], [5, 1e-3, 1], [1e6, 1, 1e-6], [1e-6, 1e6, 1], [100, 1e-6, 0.1]]),
    "VonMises": (von_mises, ("loc", "concentration"), [
        [0, 0, 1], [3, 0, 1e-3], [3.1, 0.5, 1e-6], [1e-3, 0, 1e6], [3, 0, 1e6], [1, 0.999, 80], [-2, 1, 7.99], [2, 1, 8.01], [0.5, 0.5, 1e4]]),
    "InverseGaussian": (inverse_gaussian, ("loc", "concentration"), [
        [1, 1, 1], [1e-6, 1, 1], [1e6, 1, 1], [1.001, 1, 1e6], [1e10, 1e10, 1e-3], [1e-10, 1e-10, 1e-3], [3, 1e6, 1e-3], [0.5, 1e-3, 1e3]]),
    "Chi": (chi, ("df",), [
        [1, 1], [1e-20, 0.5], [1e-10, 3], [40, 2], [1000, 1e6], [1001, 1e6], [1e-3, 1e-3], [30, 1e3]]),
    "LogLogistic": (lambda x, loc, scale: logistic(log(x), loc, scale) - log(x), ("loc", "scale"), [
        [1, 0, 1], [1e-30, 0, 1], [1e30, 0, 1], [1e30, 60, 0.1], [3, 1, 1e-3], [5, -1e3, 1e2], [1e-20, -46, 2], [2, 1e-6, 50]]),
    "SkewNormal": (skew_normal, ("loc", "scale", "skewness"), [
        [1, 0, 1, 2], [-5, 0, 1, 10], [-30, 0, 1, 3], [30, 0, 1, 3], [1e6, 1, 1e5, -1], [3, 1, 1e-3, 0.5], [0.5, 0, 1, 1e3], [-1e-3, 0.001, 1, -1e3]]),
    "RelaxedBernoulliLogits": (relaxed_bernoulli, ("temperature", "logits"), [
        [0.5, 1, 0], [1e-30, 0.1, 3], [1 - 2.0**-20, 0.1, -3], [0.3, 1e-3, 1], [0.7, 1e3, 2], [1e-10, 10, 0], [0.5, 1, 90], [0.25, 2, -90]]),
    "TruncatedNormal": (truncated_normal, ("loc", "scale", "low", "high"), [
        [0.5, 0, 1, -1, 2], [31.01, 1, 1, 31, 32], [-29.0005, 1, 1, -29.001, -29], [8, 0, 1, 7, 60], [2 + 2.0**-12, 1, 1, 2, 2.001], [1e3, 1e3, 1e-3, 999, 1001],
        [100, 1e-3, 1, 99, 200], [3, -1e6, 1e6, -5, 5], [-6, 0, 1, -1e30, -5], [1e-20, 0, 1e-18, -1e-19, 1e-19]]),
    "BinomialProbs": (lambda k, n, p: binomial(k, n, p, 1 - p), ("total_count", "probs"), [
        [3, 10, 0.3], [0, 1e6, 1e-12], [1e6, 1e6, 1 - 2.0**-24], [999999, 1e6, 1 - 2.0**-20], [500000, 1e6, 0.5], [501000, 1e6, 0.5], [1, 1e6, 1e-7], [700, 1000, 1e-3]]),
    "BinomialLogits": (lambda k, n, l: binomial(k, n, 1 / (1 + exp(-l)), 1 / (1 + exp(l))), ("total_count", "logits"), [
        [3, 10, -1], [0, 1e6, -30], [5, 10, 90], [5, 10, -200], [1e6, 1e6, 14], [501000, 1e6, 0.001], [1, 1e6, -14], [999990, 1e6, 11.5]]),
    "BetaBinomial": (beta_binomial, ("concentration1", "concentration0", "total_count"), [
        [3, 1, 1, 10], [0, 1e-3, 1e-3, 1e6], [1e6, 1e-3, 5, 1e6], [500000, 1e6, 1e6, 1e6], [501000, 1e3, 1e3, 1e6], [1, 1e-3, 1e6, 1e6], [999999, 3, 0.5, 1e6], [20, 1e6, 1e5, 30]]),
}
discrete = {"BinomialProbs", "BinomialLogits", "BetaBinomial", "GeometricProbs", "GeometricLogits", "GammaPoisson", "NegativeBinomialProbs", "NegativeBinomialLogits", "NegativeBinomial2"}


counts = {"MultinomialLogits", "DirichletMultinomial"}
# Of symmetric matrices, and of what has a length of its own, slopes are a matter of convention.
whole = {"total_count", "dim", "scale"}


def entries(x):
    return [v for row in x for v in entries(row)] if isinstance(x, list) else [x]


def put(x, values):
    return [put(row, values) for row in x] if isinstance(x, list) else next(values)


def vector_case(family, numbers):
    """As `case`, of arguments that are lists: slopes by each entry, or none by an argument."""
    density, names, _ = families[family]
    x = [put(v, iter([float(float32(float(e))) for e in entries(v)])) for v in numbers]
    X = [put(v, iter([mpf(e) for e in entries(v)])) for v in x]
    slopes = []
    for k, argument in enumerate(X):
        isFixed = family in counts or family in {"Wishart", "InverseWishart", "LKJCholesky"} if k == 0 else names[k - 1] in whole
        if isFixed:
            slopes.append(None)
            continue
        flat, by = entries(argument), []
        for i, v in enumerate(flat):
            h = max(abs(v), mpf(10) ** -40) * mpf(10) ** -40
            up, down = (density(*X[:k], put(argument, iter(flat[:i] + [v + s * h] + flat[i + 1:])), *X[k + 1:]) for s in (1, -1))
            by.append(float((up - down) / (2 * h)))
        if k and names[k - 1] == "scale_tril":
            n = len(argument)
            by = [None if i % n > i // n else v for i, v in enumerate(by)]
        slopes.append(by if isinstance(argument, list) else by[0])
    return {"distribution": family, "params": dict(zip(names, x[1:])), "value": x[0], "log_prob": float(density(*X)), "slopes": slopes}


def case(family, numbers):
    if any(isinstance(v, list) for v in numbers):
        return vector_case(family, numbers)
    density, names, _ = families[family]
    x = [float(float32(v)) for v in numbers]
    X = [mpf(v) for v in x]
    slopes = []
    for k in range(len(X)):
        if (k == 0 and family in discrete) or (k and names[k - 1] == "total_count" and "Negative" not in family):
            slopes.append(None)
            continue
        h = max(abs(X[k]), mpf(10) ** -40) * mpf(10) ** -40
        up, down = ([v + s * h * (i == k) for i, v in enumerate(X)] for s in (1, -1))
        slopes.append(float((density(*up) - density(*down)) / (2 * h)))
    return {"distribution": family, "params": dict(zip(names, x[1:])), "value": x[0], "log_prob": float(density(*X)), "slopes": slopes}


print(json.dumps({
    "origin": "mpmath 1.3.0, 120 digits; written by extremes.py",
    "cases": [case(family, numbers) for family, (_, _, all) in families.items() for numbers in all],
}, indent=1))
