"""Families of numbers: densities, names of parameters, and rows of a value and parameters."""
from mpmath import besseli, cos, cosh, erfc, exp, expm1, log, log1p, loggamma, mpf, pi, sqrt


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


def exponentially_modified_gaussian(x, loc, scale, rate):
    z, r = (x - loc) / scale, rate * scale
    return log(rate) + r * r / 2 - r * z + log(erfc((r - z) / sqrt(mpf(2))) / 2)


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


def normal(x, loc, scale):
    return -(((x - loc) / scale) ** 2 + log(2 * pi)) / 2 - log(scale)


def cauchy(x, loc, scale):
    return -log(pi * scale) - log1p(((x - loc) / scale) ** 2)


def student_t(x, df, loc, scale):
    return half_student_t(abs(x - loc), df, scale) - log(2)


def gamma(x, concentration, rate):
    return concentration * log(rate) - loggamma(concentration) + (concentration - 1) * log(x) - rate * x


def beta(x, a, b):
    return loggamma(a + b) - loggamma(a) - loggamma(b) + (a - 1) * log(x) + (b - 1) * log1p(-x)


def poisson(k, rate):
    return k * log(rate) - rate - loggamma(k + 1)


def relaxed_bernoulli_probs(x, t, p):
    return relaxed_bernoulli(x, t, log(p) - log1p(-p))


def hard_bernoulli(x, t, l):
    """At the log odds of a float32 next to 0 or 1, as Pyro clamps them."""
    y = (2 * x - 1) * mpf(15.942384719848633)
    z = t * y - l
    return log(t) - z - 2 * log1p(exp(-z)) + 2 * log1p(exp(-y)) + y


families = {
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
    "ExponentiallyModifiedGaussian": (exponentially_modified_gaussian, ("loc", "scale", "rate"), [
        [0.5, 0, 1, 1], [-30, 0, 1, 1], [60, 0, 1, 1], [1e6, 0, 1, 1e-3], [1, 0, 1, 1e3], [3, 0, 1e-3, 1], [-1e8, 2, 0.5, 10], [1e12, 1, 2, 0.5],
        [0.125, 0, 1e-6, 1e-3], [7, 6.5, 2, 1e5]]),
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
    "Normal": (normal, ("loc", "scale"), [
        [0, 0, 1], [38, 0, 1], [1e18, 0, 1], [-1e19, 0, 2], [1e-12, 0, 1e-30], [3, 3, 1e-20], [1e6, -1e6, 1e-3], [1e-30, 0, 1e10]]),
    "LogNormal": (lambda x, m, s: normal(log(x), m, s) - log(x), ("loc", "scale"), [
        [1, 0, 1], [1e-30, 0, 1], [1e30, 0, 1], [1e30, 69, 1e-3], [3, 1, 1e-3], [1e20, -1e3, 10], [0.5, 1e6, 1e6], [1e-35, 5, 20]]),
    "HalfNormal": (lambda x, s: log(2) + normal(x, 0, s), ("scale",), [
        [1e18, 1], [1e-12, 1e-30], [38, 1], [1e-30, 1], [0.5, 1e10], [1e6, 1e-3], [1e-20, 1e-20], [1e30, 1e25]]),
    "Cauchy": (cauchy, ("loc", "scale"), [
        [1e10, 0, 1], [-1e20, 0, 1], [1e30, 3, 1e-30], [1e-25, 0, 1e-30], [1e-30, 0, 1], [3, 3, 1e-20], [0.5, 0, 2], [1e38, 0, 1e-37]]),
    "HalfCauchy": (lambda x, s: log(2) + cauchy(x, 0, s), ("scale",), [
        [1e20, 1], [1e25, 1e-25], [1e-25, 1], [2, 3], [1e30, 1e-5], [1e-30, 1e-30], [1e6, 1e6], [1e38, 1e-37]]),
    "StudentT": (student_t, ("df", "loc", "scale"), [
        [1e20, 3, 0, 1], [-1e30, 0.5, 0, 1e-20], [1e15, 1e-3, 0, 1], [3, 1e6, 0, 1], [1e-3, 1e8, 0, 1], [1e20, 100, 1, 2], [0.5, 4, 1, 2], [1e30, 0.01, 0, 1e-8]]),
    "Laplace": (lambda x, m, s: -abs(x - m) / s - log(2 * s), ("loc", "scale"), [
        [0.5, 0, 1], [90, 0, 1], [-1e20, 3, 2], [3, 3.5, 1e-20], [1e-12, 0, 1e-10], [1e6, -1e6, 1e-3], [0.5, 1e6, 1e6], [1e30, 0, 1e-5]]),
    "Exponential": (lambda x, r: log(r) - r * x, ("rate",), [
        [1, 1], [1e30, 1], [1e-30, 1], [1e30, 1e-30], [1e-20, 1e20], [90, 1], [1e6, 1e3], [1e-3, 1e-6]]),
    "Gamma": (gamma, ("concentration", "rate"), [
        [1, 1, 1], [1e-30, 1e-3, 1], [1e30, 3, 1e-30], [1e6, 1e6, 1], [1.01e6, 1e6, 1], [1e3, 1e6, 1e3], [1e-3, 5, 1e3], [90, 2, 1], [1e-20, 1e-3, 1e-15]]),
    "Chi2": (lambda x, df: gamma(x, df / 2, mpf(1) / 2), ("df",), [
        [1, 1], [1e-30, 1e-3], [1e6, 1e6], [1.01e6, 1e6], [1e30, 3], [1e-20, 7], [90, 2], [1e3, 1e-3]]),
    "Beta": (beta, ("concentration1", "concentration0"), [
        [0.5, 1, 1], [1e-30, 1e-3, 1], [1 - 2.0**-24, 3, 1e-3], [0.5, 1e6, 1e6], [0.5 + 2.0**-10, 1e6, 1e6], [1e-6, 1, 1e6], [0.25, 1e-3, 1e-3], [1 - 2.0**-20, 1e6, 5], [1e-12, 2, 1e3]]),
    "BetaProportion": (lambda x, m, c: beta(x, m * c, (1 - m) * c), ("mean", "concentration"), [
        [0.5, 0.5, 1e6], [0.5 + 2.0**-10, 0.5, 2e6], [1e-6, 1e-6, 1e6], [0.9, 1 - 2.0**-20, 1e6], [0.5, 1e-6, 1], [1e-20, 0.5, 1e-3], [1 - 2.0**-24, 0.75, 10], [0.3, 0.2, 1e-3]]),
    "Uniform": (lambda x, low, high: -log(high - low), ("low", "high"), [
        [0.5, 0, 1], [1, 0.5, 1 + 2.0**-20], [1e30, -1e30, 2e30], [1e-30, 0, 1e-29], [5, -1e6, 1e6], [1e20, 0, 3e20], [1000, 999, 1000.0625], [-3, -3.5, -1e-20]]),
    "DiscreteUniform": (lambda k, low, high: -log(high - low + 1), ("low", "high"), [
        [3, 0, 5], [0, 0, 1e6], [0, 0, 0], [1e6, 999999, 1e6], [-5, -1e6, 1e6], [7, 7, 8388607], [-1e6, -1e6, -1e6], [2, -8388608, 8388607]]),
    "Poisson": (poisson, ("rate",), [
        [0, 1], [0, 1e-12], [3, 1e-12], [1e6, 1e6], [1001000, 1e6], [1e6, 1], [7, 1e6], [0, 1e6], [1, 1e-30]]),
    "BernoulliProbs": (lambda k, p: log(p) if k else log1p(-p), ("probs",), [
        [1, 1e-12], [0, 1e-12], [1, 1 - 2.0**-24], [0, 1 - 2.0**-24], [1, 1e-30], [0, 2.0**-100], [1, 0.5], [0, 0.999]]),
    "BernoulliLogits": (lambda k, l: -log1p(exp(-l if k else l)), ("logits",), [
        [1, 0], [1, 90], [0, 90], [1, -90], [0, -90], [1, 1e4], [0, 1e4], [0, -1e-10]]),
    "RelaxedBernoulliProbs": (relaxed_bernoulli_probs, ("temperature", "probs"), [
        [0.5, 1, 0.5], [1e-30, 0.1, 1e-12], [1 - 2.0**-20, 0.1, 1 - 2.0**-24], [0.3, 1e-3, 0.7], [0.7, 1e3, 0.9], [1e-10, 10, 1e-30], [0.5, 1, 2.0**-100], [0.25, 2, 1 - 2.0**-20]]),
    "RelaxedBernoulliStraightThroughProbs": (lambda x, t, p: hard_bernoulli(x, t, log(p) - log1p(-p)), ("temperature", "probs"), [
        [0, 1, 0.5], [1, 0.1, 1e-12], [1, 0.1, 1 - 2.0**-24], [0, 1e-3, 0.7], [1, 1e3, 0.9], [0, 10, 1e-30], [1, 1, 2.0**-100], [0, 2, 1 - 2.0**-20]]),
    "RelaxedBernoulliStraightThroughLogits": (hard_bernoulli, ("temperature", "logits"), [
        [0, 1, 0], [1, 0.1, 3], [1, 0.1, -3], [0, 1e-3, 1], [1, 1e3, 2], [0, 10, 0], [1, 1, 90], [0, 2, -90]]),
}

# Counts, and classes: slopes by them are none.
discrete = {
    "BinomialProbs", "BinomialLogits", "BetaBinomial", "GeometricProbs", "GeometricLogits", "GammaPoisson", "NegativeBinomialProbs",
    "NegativeBinomialLogits", "NegativeBinomial2", "DiscreteUniform", "Poisson", "BernoulliProbs", "BernoulliLogits",
    "RelaxedBernoulliStraightThroughProbs", "RelaxedBernoulliStraightThroughLogits"}
options = {name: {"fixed": {"value"}} for name in discrete}
for name in ("BinomialProbs", "BinomialLogits", "BetaBinomial"):
    options[name] = {"fixed": {"value", "total_count"}}
