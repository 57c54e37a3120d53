"""Writes reference.tsv beside it: what SciPy and NumPy say of the cases that StatisticsTests compares with.

    python3 reference.py > reference.tsv      (python3-scipy; the versions used stand in the first line)

A line: function, its arguments (numbers of a sample parted by blanks), the expected numbers.
"""
import numpy
import scipy
from scipy import stats

rng = numpy.random.default_rng(20)


def say(function, *columns):
    print(function, *(" ".join(repr(float(x)) for x in numpy.atleast_1d(c)) if not isinstance(c, str) else c for c in columns), sep="\t")


print(f"# scipy {scipy.__version__}, numpy {numpy.__version__}, by reference.py")

pairs = [
    ([1.1, 2.2, 3.3], [4.4, 5.5, 6.6, 7.7]),
    ([19, 22, 16, 29, 24], [20, 11, 17, 12]),  # the example of SciPy's own page
    ([0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46], [1.15, 0.88, 0.90, 0.74, 1.21]),  # Hollander and Wolfe 1973, the example of R's wilcox.test
    ([5], [1, 2, 3, 4]),
    (rng.normal(0, 1, 12).round(4), rng.normal(0.8, 1, 15).round(4)),
    (rng.lognormal(0, 1, 40).round(5), rng.lognormal(0.3, 1, 45).round(5)),
    ([100] * 7 + [1] * 3, [1] * 10),
    ([1, 1, 2, 3, 5, 8], [1, 2, 2, 3, 3, 3, 4]),
    (rng.integers(0, 10, 60), rng.integers(1, 11, 80)),
    (rng.normal(10, 2, 120).round(3), rng.normal(10.2, 2, 90).round(3)),
    (rng.lognormal(0, 2, 200).round(3), rng.lognormal(0, 2, 200).round(3)),
]
for x, y in pairs:
    ties = len(set(x) | set(y)) < len(x) + len(y)
    method = "exact" if not ties and len(x) <= 49 and len(y) <= 49 else "asymptotic"
    for alternative in ["two-sided", "greater", "less"]:
        r = stats.mannwhitneyu(x, y, alternative=alternative, method=method)
        say("rank", x, y, alternative, [r.statistic, r.pvalue])
    wins = sum((a > b) + 0.5 * (a == b) for a in x for b in y) / (len(x) * len(y))
    delta = sum(int(a > b) - int(a < b) for a in x for b in y) / (len(x) * len(y))
    say("effect", x, y, [wins, delta])
    # Somers' d of the value on the side is Cliff's delta: SciPy's word for the same number.
    side = [1] * len(x) + [0] * len(y)
    assert abs(stats.somersd(side, list(x) + list(y)).statistic - delta) < 1e-9

for k, n, p in [(0, 10, 0.1), (3, 15, 0.1), (7, 10, 0.5), (5, 10, 0.5), (682, 925, 0.75), (25, 500, 0.03), (0, 500, 0.01), (12, 500, 0.01),
                (1, 2, 0.9), (200, 1000, 0.18), (40, 100_000, 0.0002), (11, 12, 0.3), (10, 10, 0.2), (9, 9, 1.0), (0, 7, 0.0), (510_000, 1_000_000, 0.5)]:
    for alternative in ["two-sided", "greater", "less"]:
        say("binomial", [k], [n], [p], alternative, [stats.binomtest(k, n, p, alternative=alternative).pvalue])

for k1, e1, k2, e2 in [(11, 800, 23, 3000), (5, 25, 0, 500), (2, 17877, 2, 660), (1, 100, 30, 900), (30, 1000, 300, 10_000), (4, 3600.0, 1, 86400.0)]:
    for alternative in ["two-sided", "greater", "less"]:
        say("rates", [k1], [e1], [k2], [e2], alternative, [stats.binomtest(k1, k1 + k2, e1 / (e1 + e2), alternative=alternative).pvalue])

for x in [[3.0], [1, 2], [5, 1, 4, 2, 3], rng.lognormal(0, 1, 37).round(4), rng.normal(0, 5, 100).round(4)]:
    for q in [0, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999, 1]:
        say("quantile", x, [q], [numpy.quantile(x, q)])
