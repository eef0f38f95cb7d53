"""Whether a number is what earlier runs let expect. Pure.

AWS publishes what DetectAnomalies does, not how. Here the next number is expected where the best of three
forecasts puts it, and a number is an anomaly if its modified z-score there is above 3.5 (Iglewicz and
Hoaglin, "How to Detect and Handle Outliers", 1993). Medians decide how far is too far, so that earlier
anomalies do not widen what is expected. Forecasts, of which the one with the smallest mean error counts:
- the median;
- a line by the median of the slopes between all pairs (Theil and Sen), from 10 results on;
- the result of 7 runs ago and the median change since, for the week of a daily run, from 21 results on.
Few results give too small a deviation, which the factors of Croux and Rousseeuw ("Time-efficient algorithms
for two highly robust estimators of scale", 1992) correct.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean, median

FEWEST = 3  # results; AWS Glue's anomaly detection begins with as many
MOST = 60  # older results are not looked at
_FOR_A_LINE, _FOR_A_SEASON, _SEASON = 10, 21, 7
_MODIFIED_Z = 3.5
_NORMAL = 1.4826  # from the median deviation to the standard deviation of normal numbers
_NORMAL_MEAN = 1.253314  # from the mean deviation, where more than half of all deviations are 0
_SMALL = {3: 1.495, 4: 1.363, 5: 1.206, 6: 1.2, 7: 1.14, 8: 1.129, 9: 1.107}
_AT_LEAST = 0.05  # of the expected number: results that never changed do not forbid the first small change


@dataclass(frozen=True)
class Expected:
    """A number from `low` to `high` is no anomaly. `results`: how many it is made of."""

    low: float
    high: float
    results: int

    def holds(self, number: float) -> bool:
        return self.low <= number <= self.high


@dataclass(frozen=True)
class _Forecast:
    """`errors`: what it would have missed earlier results by."""

    number: float
    errors: Sequence[float]

    @property
    def mean_error(self) -> float:
        """No median here: it would not see a weekend that the forecast misses each week."""
        return fmean(map(abs, self.errors))

    @property
    def deviation(self) -> float:
        """Standard deviation of the errors, by medians."""
        middle = median(self.errors)
        away = [abs(error - middle) for error in self.errors]
        count = len(away)
        found = median(away) * _NORMAL * _SMALL.get(count, count / (count - 0.8))
        return found or fmean(away) * _NORMAL_MEAN


def expected(results: Sequence[float]) -> Expected | None:
    """What the next number may be, by `results`, the newest first; None if these are too few to tell."""
    if len(results) < FEWEST:
        return None
    values = list(reversed(results[:MOST]))
    best = min(_forecasts(values), key=lambda forecast: forecast.mean_error)
    room = max(_MODIFIED_Z * best.deviation, _AT_LEAST * abs(best.number))
    return Expected(best.number - room, best.number + room, len(values))


def _forecasts(values: Sequence[float]) -> list[_Forecast]:
    middle = median(values)
    found = [_Forecast(middle, [value - middle for value in values])]
    if len(values) >= _FOR_A_LINE:
        found.append(_line(values))
    if len(values) >= _FOR_A_SEASON:
        found.append(_season(values))
    return found


def _line(values: Sequence[float]) -> _Forecast:
    slope = median((b - a) / (j - i) for (i, a), (j, b) in combinations(enumerate(values), 2))
    start = median(value - slope * place for place, value in enumerate(values))
    errors = [value - start - slope * place for place, value in enumerate(values)]
    return _Forecast(start + slope * len(values), errors)


def _season(values: Sequence[float]) -> _Forecast:
    changes = [value - before for value, before in zip(values[_SEASON:], values, strict=False)]
    change = median(changes)
    return _Forecast(values[-_SEASON] + change, [one - change for one in changes])
