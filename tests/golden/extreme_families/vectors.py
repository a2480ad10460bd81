"""Families of vectors and matrices: densities, names of parameters, and rows of a value and parameters."""
from mpmath import det, diag, erfc, exp, expm1, log, log1p, loggamma, matrix, mpf, pi, sqrt


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


def matrix_normal(x, loc, rows, columns):
    R, U, V = (matrix_of(m) for m in ([[a - b for a, b in zip(r, s)] for r, s in zip(x, loc)], rows, columns))
    n, p, noise = R.rows, R.cols, U**-1 * R * (V**-1).T
    squares = sum(v**2 for v in noise)
    return -squares / 2 - p * log(det(U)) - n * log(det(V)) - n * p * log(2 * pi) / 2


def by_covariance(x, loc, covariance):
    return normal(x, loc, matrix_of(covariance))


def by_precision(x, loc, precision):
    return normal(x, loc, matrix_of(precision) ** -1)


def car(x, loc, correlation, precision, adjacency):
    A = matrix_of(adjacency)
    D = diag([sum(row) for row in adjacency])
    return normal(x, loc, (precision * (D - correlation * A)) ** -1)


def zero_sum_normal(x, scale, event_shape):
    free = len(x) - 1
    return -sum(v**2 for v in x) / scale**2 / 2 - free * log(2 * pi * scale**2) / 2


def random_walk(x, scale, num_steps):
    steps = [b - a for a, b in zip([0] + x, x)]
    return -sum(v**2 for v in steps) / scale**2 / 2 - len(x) * log(2 * pi * scale**2) / 2


def state_space(x, num_steps, transition, scale_tril):
    A, L = matrix_of(transition), matrix_of(scale_tril)
    before, density = matrix([0] * L.rows), 0
    for row in x:
        now = matrix(list(row))
        density += normal(list(now - A * before), [0] * L.rows, L * L.T)
        before = now
    return density


def ordered_logistic(k, predictor, cutpoints):
    k, z = int(k), [c - predictor for c in cutpoints]
    if k == 0:
        return -log1p(exp(-z[0]))
    if k == len(z):
        return -log1p(exp(z[-1]))
    a, b = z[k - 1], z[k]
    return log(-expm1(a - b)) - log1p(exp(-b)) - log1p(exp(a))


def categorical(k, probs):
    return log(probs[int(k)])


def categorical_logits(k, logits):
    return logits[int(k)] - log(sum(exp(l) for l in logits))


def one_hot(of):
    return lambda x, p: of(list(x).index(1), p)


def relaxed_one_hot(x, temperature, logits):
    n, terms = len(x), [l - temperature * log(v) for l, v in zip(logits, x)]
    whole = log(sum(exp(t) for t in terms))
    return loggamma(n) + (n - 1) * log(temperature) + sum(t - whole - log(v) for t, v in zip(terms, x))


def hard_one_hot(x, temperature, logits):
    """At a point next to a corner, 2^-24 from the others."""
    return relaxed_one_hot([v if v else mpf(2) ** -24 for v in x], temperature, logits)


def by_probs(of):
    return lambda x, t, probs: of(x, t, [log(p) for p in probs])


def multinomial_probs(k, n, probs):
    """Of probabilities whose sum may change: each count is Poisson's, given what they add up to."""
    return loggamma(n + 1) + n + sum((v * log(p) if v else 0) - loggamma(v + 1) - n * p for v, p in zip(k, probs))


def lkj(X, dimension, concentration):
    n, a = len(X), concentration + mpf(len(X) - 1) / 2
    norm = mpf(n - 1) / 2 * log(pi) + multigamma(a - mpf(1) / 2, n - 1) - (n - 1) * loggamma(a)
    return (concentration - 1) * log(det(matrix_of(X))) - norm


def wishart_cholesky(L, df, scale):
    n, F = len(L), matrix_of(L)
    S = F * F.T
    volume = n * log(mpf(2)) + sum((n - i) * log(L[i][i]) for i in range(n))
    return wishart([[S[i, j] for j in range(n)] for i in range(n)], df, scale) + volume


def radial(k, t):
    """The integral of r^k exp(-(r - t)^2 / 2) over r > 0, by parts."""
    below, above = sqrt(pi / 2) * erfc(-t / sqrt(mpf(2))), exp(-t * t / 2) + t * sqrt(pi / 2) * erfc(-t / sqrt(mpf(2)))
    if k == 0:
        return below
    for i in range(1, k):
        below, above = above, t * above + i * below
    return above


def projected_normal(x, concentration):
    n = len(x)
    along = sum(a * b for a, b in zip(x, concentration))
    across = sum((b - along * a) ** 2 for a, b in zip(x, concentration))
    return log(radial(n - 1, along)) - across / 2 - n * log(2 * pi) / 2


def empirical(x, samples, log_weights):
    whole = log(sum(exp(w) for w in log_weights))
    return log(sum(exp(w) for s, w in zip(samples, log_weights) if s == x)) - whole


zeros = [[0, 0], [0, 0], [0, 0]]
path = [[0, 1, 0], [1, 0, 1], [0, 1, 0]]
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
        [[1e15, 0, 0], 1e-3, [0, 0, 0], [[1e-3, 0, 0], [0, 1, 0], [0, 0, 1]]], [[1e25, -1e24, 0], 3, [0, 0, 0], [[1, 0, 0], [0.5, 1, 0], [0, -2, 3]]], [[1e-25, 0, 0], 5, [0, 0, 0], [[1e-20, 0, 0], [0, 1e-30, 0], [0, 0, 1e-30]]], [[1, 2, 3], 1e8, [0, 0, 0], lower],
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
        [[[1, 0, 0], [a, sqrt(1 - mpf(a) ** 2), 0], [b, c, sqrt(1 - mpf(b) ** 2 - mpf(c) ** 2)]], "3", e]
        for a, b, c, e in [(0, 0, 0, 1), (0.5, 0.25, 0.5, 1), (0.5, 0.25, 0.5, 1e-3), (2.0**-10, 2.0**-10, 0, 1e6), (0, 0, 0, 1e6), (1 - 2.0**-12, 0, 0, 2), (0.5, 0.5, 0.5, 1e3), (0, 1 - 2.0**-20, 0, 0.5)]]),
    "MultivariateNormal by covariance": (by_covariance, ("loc", "covariance_matrix"), [
        [[0.5, 1], [0, 0], [[2, 0.5], [0.5, 1]]], [[1e3, 1e3], [0, 0], [[2, 0.5], [0.5, 1]]], [[1e10, 1e-10], [0, 0], [[1e20, 0.5], [0.5, 1e-20]]],
        [[1, 2], [1, 2], [[1e-6, 1e-4], [1e-4, 1]]], [[1e-15, 3], [0, 3], [[1e-30, 0], [0, 1e30]]], [[30, -30], [0, 0], [[1, -0.25], [-0.25, 1]]],
        [[1e15, -1e15], [0, 1e15], [[1e30, 1e29], [1e29, 1e30]]], [[1e6, 2], [1e6, 2.5], [[1e-6, 0], [0, 1e-6]]]]),
    "MultivariateNormal by precision": (by_precision, ("loc", "precision_matrix"), [
        [[0.5, 1], [0, 0], [[2, 0.5], [0.5, 1]]], [[1e3, 1e3], [0, 0], [[2, 0.5], [0.5, 1]]], [[1e-10, 1e10], [0, 0], [[1e20, 0.5], [0.5, 1e-20]]],
        [[1, 2], [1, 2], [[1e-6, 1e-4], [1e-4, 1]]], [[1e15, 3], [0, 3], [[1e-30, 0], [0, 1e30]]], [[30, -30], [0, 0], [[1, -0.25], [-0.25, 1]]],
        [[1e-15, -1e-15], [0, 1e-15], [[1e30, 1e29], [1e29, 1e30]]], [[1e6, 2], [1e6, 2.5], [[1e6, 0], [0, 1e6]]]]),
    "MatrixNormal": (matrix_normal, ("loc", "scale_tril_row", "scale_tril_column"), [
        [[[1, 2], [3, 4], [0, -1]], zeros, [[1, 0, 0], [0.5, 1, 0], [0, -2, 3]], [[1, 0], [0.5, 2]]],
        [[[1e3, 2e3], [3e3, 4e3], [0, -1e3]], zeros, [[1, 0, 0], [0.5, 1, 0], [0, -2, 3]], [[1, 0], [0.5, 2]]],
        [[[1e10, 1e-10], [1, 0], [0, 0]], zeros, [[1e10, 0, 0], [0, 1, 0], [0, 0, 1]], [[1, 0], [0, 1e-20]]],
        [[[1e-20, 0], [0, 1e-20], [0, 0]], zeros, [[1e-20, 0, 0], [0, 1e-20, 0], [0, 0, 1e-20]], [[1, 0], [0, 1]]],
        [[[1, 2], [3, 4], [5, 6]], [[1, 2], [3, 4], [5, 6]], lower, [[1e3, 0], [1, 1e-3]]],
        [[[30, -30], [30, -30], [30, -30]], zeros, [[1, 0, 0], [0, 1, 0], [0, 0, 1]], [[1, 0], [0, 1]]],
        [[[1, 2], [3, 4], [0, -1]], zeros, [[1e6, 0, 0], [0, 1e6, 0], [0, 0, 1e6]], [[1e6, 0], [0, 1e6]]],
        [[[1e6, 1e6], [1e6, 1e6], [1e6, 1e6]], [[1e6, 1e6], [1e6, 1e6], [1e6, 1000001]], [[1e-6, 0, 0], [0, 1, 0], [0, 0, 1]], [[1, 0], [3, 1e-3]]]]),
    "CAR": (car, ("loc", "correlation", "conditional_precision", "adj_matrix"), [
        [[0.5, 1, -2], [0, 0, 0], 0.5, 1, path], [[1e3, 1e3, 1e3], [0, 0, 0], 0.5, 1, path], [[1e10, 1e10, -1e10], [0, 0, 0], -0.5, 1e-20, path],
        [[1e-10, 0, 0], [0, 0, 0], 0.25, 1e20, path], [[1, 2, 3], [0, 2, 4], 0.99, 2, path], [[5, 5, 5], [0, 0, 0], 1 - 2.0**-20, 1, path],
        [[1, 2, 1], [0, 0, 0], 2.0**-20 - 1, 1, path], [[1e3, 1001, 1e3], [0, 0, 0], 1 - 2.0**-24, 1e6, path], [[0, 1, 0], [0, 0, 0], 1e-12, 1e-6, path]]),
    "ZeroSumNormal": (zero_sum_normal, ("scale", "event_shape"), [
        [[0.5, 0.5, -1], 1, "[3]"], [[30, -60, 30], 1, "[3]"], [[1e18, -1e18, 0], 1, "[3]"], [[1e-12, 0, -1e-12], 1e-30, "[3]"], [[0, 0, 0], 1e-20, "[3]"],
        [[1, -1, 0], 1e6, "[3]"], [[1e20, 1e20, -2e20], 1e15, "[3]"], [[1e-30, -1e-30, 0], 1e10, "[3]"]]),
    "GaussianRandomWalk": (random_walk, ("scale", "num_steps"), [
        [[0.5, 1, -2], 1, "3"], [[30, 0, -30], 1, "3"], [[1e18, 2e18, 2e18], 1, "3"], [[1e-12, 0, 1e-12], 1e-30, "3"], [[0, 0, 0], 1e-20, "3"],
        [[1e6, 1e6, 1000001], 1e6, "3"], [[1e20, 1e20, 1e20], 1e15, "3"], [[1e-30, 1e-30, 0], 1e10, "3"]]),
    "GaussianStateSpace": (state_space, ("num_steps", "transition_matrix", "scale_tril"), [
        [[[1, 2], [3, 4], [0, -1]], "3", [[0.5, 0.25], [0, 1]], [[1, 0], [0.5, 2]]], [[[1e3, 2e3], [3e3, 4e3], [0, -1e3]], "3", [[0.5, 0.25], [0, 1]], [[1, 0], [0.5, 2]]],
        [[[1e10, 1e-10], [1e10, 0], [0, 0]], "3", [[1, 0], [0, 1]], [[1e10, 0], [0, 1e-10]]], [[[1e-20, 0], [0, 1e-20], [0, 0]], "3", [[1, 1], [1, 1]], [[1e-20, 0], [0, 1e-20]]],
        [[[0, 0], [0, 0], [0, 0]], "3", [[1e6, 0], [1, 1e-6]], [[1e-3, 0], [1, 1e3]]], [[[1, 1], [2**20, 1], [2**40, 1]], "3", [[2**20, 0], [0, 1]], [[1, 0], [0, 1]]],
        [[[1, 2], [1, 2], [1, 2]], "3", [[1e-30, 0], [0, 1e-30]], [[1e6, 0], [3, 1e-3]]], [[[30, -30], [30, -30], [30, -30]], "3", [[0, 0], [0, 0]], [[1, 0], [0, 1]]]]),
    "OrderedLogistic": (ordered_logistic, ("predictor", "cutpoints"), [
        [0, 0, [-1, 0, 2]], [3, 0, [-1, 0, 2]], [1, 90, [-1, 0, 2]], [0, 90, [-1, 0, 2]], [3, -1e3, [-1, 0, 2]], [2, 0, [-1, 0, 2.0**-20]],
        [1, 5, [5, 5.0000005, 7]], [2, 0, [-1e6, -1e6 + 1, 1e6]], [1, 0, [80, 81, 1e3]], [0, 1e6, [1e6 + 1, 1e6 + 2, 1e6 + 3]]]),
    "CategoricalProbs": (categorical, ("probs",), [
        [2, [0.25, 0.25, 0.5]], [0, [1e-12, 0.25, 0.75]], [1, [1e-12, 1 - 2.0**-24, 2.0**-24]], [0, [1e-30, 1, 1e-30]], [1, [1e-30, 1, 1e-30]],
        [2, [0.5, 0.5, 2.0**-100]], [0, [2.0**-24, 0, 1 - 2.0**-24]], [2, [0, 0, 1]]]),
    "CategoricalLogits": (categorical_logits, ("logits",), [
        [2, [0, 0, 1]], [0, [-90, 0, 0]], [1, [90, 0, -90]], [0, [1e4, 0, 0]], [1, [1e4, 0, 0]], [2, [1e6, 1e6, 1e6]], [0, [-1e6, -1e6, -999990]], [1, [0, -1e20, 3]]]),
    "OneHotCategoricalProbs": (one_hot(categorical), ("probs",), [
        [[0, 0, 1], [0.25, 0.25, 0.5]], [[1, 0, 0], [1e-12, 0.25, 0.75]], [[0, 1, 0], [1e-12, 1 - 2.0**-24, 2.0**-24]], [[1, 0, 0], [1e-30, 1, 1e-30]],
        [[0, 1, 0], [1e-30, 1, 1e-30]], [[0, 0, 1], [0.5, 0.5, 2.0**-100]], [[1, 0, 0], [2.0**-24, 0, 1 - 2.0**-24]], [[0, 0, 1], [0, 0, 1]]]),
    "OneHotCategoricalLogits": (one_hot(categorical_logits), ("logits",), [
        [[0, 0, 1], [0, 0, 1]], [[1, 0, 0], [-90, 0, 0]], [[0, 1, 0], [90, 0, -90]], [[1, 0, 0], [1e4, 0, 0]], [[0, 1, 0], [1e4, 0, 0]],
        [[0, 0, 1], [1e6, 1e6, 1e6]], [[1, 0, 0], [-1e6, -1e6, -999990]], [[0, 1, 0], [0, -1e20, 3]]]),
    "RelaxedOneHotCategoricalProbs": (by_probs(relaxed_one_hot), ("temperature", "probs"), [
        [[0.25, 0.25, 0.5], 1, [0.25, 0.25, 0.5]], [[1e-30, 0.5, 0.5], 0.1, [1e-12, 0.5, 0.5]], [[2.0**-20, 0.25, 0.75 - 2.0**-20], 1e-3, [0.5, 0.25, 0.25]],
        [[0.25, 0.25, 0.5], 1e3, [0.125, 0.5, 0.375]], [[1e-30, 1e-20, 1], 2, [1, 1e-30, 1e-12]], [[1e-10, 1, 1e-10], 10, [0.5, 2.0**-100, 0.5]],
        [[0.5, 0.25, 0.25], 100, [0.5, 0.25, 0.25]], [[2.0**-24, 2.0**-24, 1 - 2.0**-23], 0.5, [2.0**-24, 2.0**-24, 1 - 2.0**-23]]]),
    "RelaxedOneHotCategoricalLogits": (relaxed_one_hot, ("temperature", "logits"), [
        [[0.25, 0.25, 0.5], 1, [0, 0, 1]], [[1e-30, 0.5, 0.5], 0.1, [-30, 0, 0]], [[2.0**-20, 0.25, 0.75 - 2.0**-20], 1e-3, [90, 0, -90]],
        [[0.25, 0.25, 0.5], 1e3, [1, 0, 2]], [[1e-30, 1e-20, 1], 2, [0, -60, -30]], [[1e-10, 1, 1e-10], 10, [1e3, 0, -1e3]],
        [[0.5, 0.25, 0.25], 100, [0, 1, 2]], [[2.0**-24, 2.0**-24, 1 - 2.0**-23], 0.5, [1e4, 1e4, 1e4]]]),
    "RelaxedOneHotCategoricalStraightThroughProbs": (by_probs(hard_one_hot), ("temperature", "probs"), [
        [[0, 0, 1], 1, [0.25, 0.25, 0.5]], [[1, 0, 0], 0.1, [1e-12, 0.5, 0.5]], [[0, 1, 0], 1e-3, [0.5, 0.25, 0.25]], [[0, 0, 1], 1e3, [0.125, 0.5, 0.375]],
        [[1, 0, 0], 2, [1, 1e-30, 1e-12]], [[0, 1, 0], 10, [0.5, 2.0**-100, 0.5]], [[1, 0, 0], 100, [0.5, 0.25, 0.25]], [[0, 0, 1], 0.5, [2.0**-24, 2.0**-24, 1 - 2.0**-23]]]),
    "RelaxedOneHotCategoricalStraightThroughLogits": (hard_one_hot, ("temperature", "logits"), [
        [[0, 0, 1], 1, [0, 0, 1]], [[1, 0, 0], 0.1, [-30, 0, 0]], [[0, 1, 0], 1e-3, [90, 0, -90]], [[0, 0, 1], 1e3, [1, 0, 2]],
        [[1, 0, 0], 2, [0, -60, -30]], [[0, 1, 0], 10, [1e3, 0, -1e3]], [[1, 0, 0], 100, [0, 1, 2]], [[0, 0, 1], 0.5, [1e4, 1e4, 1e4]]]),
    "MultinomialProbs": (multinomial_probs, ("total_count", "probs"), [
        [[1, 2, 0], 3, [0.25, 0.25, 0.5]], [[300000, 300000, 400000], 1000000, [0.25, 0.25, 0.5]], [[250000, 250000, 500000], 1000000, [0.25, 0.25, 0.5]],
        [[0, 0, 1000000], 1000000, [1e-30, 1e-12, 1]], [[1, 0, 2**20 - 1], 2**20, [2.0**-20, 1e-12, 1 - 2.0**-20]], [[5, 5, 0], 10, [1e-12, 1, 1e-30]],
        [[0, 1000000, 0], 1000000, [2.0**-10, 1 - 2.0**-9, 2.0**-10]], [[0, 7, 3], 10, [0, 2.0**-24, 1 - 2.0**-24]]]),
    "LKJ": (lkj, ("dimension", "concentration"), [
        [[[1, a, b], [a, 1, c], [b, c, 1]], "3", e]
        for a, b, c, e in [(0, 0, 0, 1), (0.5, 0.25, 0.5, 1), (0.5, 0.25, 0.5, 1e-3), (2.0**-10, 2.0**-10, 0, 1e6), (0, 0, 0, 1e6), (1 - 2.0**-6, 0, 0, 2), (0.5, 0.5, 0.5, 1e3), (0, 1 - 2.0**-5, 0, 0.5)]]),
    "WishartCholesky": (wishart_cholesky, ("concentration", "scale"), [
        [[[1.5, 0], [0.25, 1]], 3, [[1, 0.25], [0.25, 2]]], [[[1e3, 0], [0, 1e3]], 1e6, [[1, 0], [0, 1]]], [[[1005, 0], [1, 1005]], 1e6, [[1, 0], [0, 1]]],
        [[[1e-3, 0], [0, 0.03125]], 1.001, [[1, 0.5], [0.5, 1]]], [[[1e5, 0], [0, 1e5]], 4, [[1e10, 0], [0, 1e10]]], [[[6, 0], [0.125, 9]], 5, [[1, 0], [0, 1]]],
        [[[1.5, 0], [0.25, 1]], 1e3, [[1e-3, 0], [0, 1e-3]]], [[[1e-5, 0], [0, 1]], 2, [[1e-10, 0], [0, 1]]]]),
    "ProjectedNormal": (projected_normal, ("concentration",), [
        [[1, 0, 0], [0, 0, 0]], [[0, 1, 0], [0, 1e6, 0]], [[0, 1, 0], [0, -30, 0]], [[0.8, 0.6, 0], [1e3, 0, 0]], [[0.6, 0, 0.8], [-1e3, 1e3, 0]],
        [[1, 0, 0], [1e-20, 1e-10, 0]], [[0, 0, 1], [0, 0, -1e6]], [[0, 0.6, -0.8], [30, 18, -24]]]),
    "ProjectedNormal on the circle": (projected_normal, ("concentration",), [
        [[1, 0], [0, 0]], [[0, 1], [0, 1e6]], [[0, 1], [0, -30]], [[0.8, 0.6], [1e3, 0]], [[0.6, 0.8], [-1e3, 1e3]], [[1, 0], [1e-20, 1e-10]], [[0, -1], [0, 1e6]], [[0.6, -0.8], [18, -24]]]),
    "Empirical": (empirical, ("samples", "log_weights"), [
        [1, [1, 1, 4], [0, 0, 0]], [4, [1, 1, 4], [0, 0, -90]], [1, [1, 1, 4], [1e4, 1e4, 0]], [4, [1, 2, 4], [1e6, 1e6, 1e6]],
        [1e30, [1e30, -1e30, 1e-30], [-1e4, 0, 0]], [1e-30, [1e30, -1e30, 1e-30], [1, 2, 1e3]], [0, [0, 0, 0], [30, -30, 0]], [2, [1, 2, 4], [-1e6, -1e6, -1e6]]]),
}

simple = {"value"}
options = {
    **{name: {"fixed": simple | {"total_count"}} for name in ("MultinomialLogits", "MultinomialProbs", "DirichletMultinomial")},
    **{name: {"fixed": simple} for name in families if name.startswith(("Categorical", "OneHot", "OrderedLogistic", "Empirical")) or "StraightThrough" in name},
    **{name: {"symmetric": {"value", "scale"}} for name in ("Wishart", "InverseWishart")},
    "LKJCholesky": {"lower": simple},
    "LKJ": {"symmetric": simple, "diagonal": simple},
    "WishartCholesky": {"lower": simple, "symmetric": {"scale"}},
    "MultivariateNormal by covariance": {"symmetric": {"covariance_matrix"}},
    "MultivariateNormal by precision": {"symmetric": {"precision_matrix"}},
    "CAR": {"fixed": {"adj_matrix"}},
    "Empirical": {"fixed": {"value", "samples"}},
}
