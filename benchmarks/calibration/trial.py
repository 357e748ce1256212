"""The trial of 41 scenes: five years, none above 20, then 73."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from wayside.model.counts import CountDistribution
from wayside.model.series import Series, SeriesPoint
from wayside.series import SeriesSettings, analyse

__all__ = ["Trial", "trial"]

FIRST, DAYS, SCENES, NEWEST = date(2019, 1, 1), 1826, 41, 73


class Trial(NamedTuple):
    """What is said of one such site: record (b), the same where a jump goes anywhere, and the surge."""

    all_days: float
    stressed: float
    surge: float


def trial(seed: int, settings: SeriesSettings) -> Trial:
    """Return what is said of 73 after 41 scenes of negative-binomial counts about 9, cut at 20."""
    rng = np.random.default_rng(seed)
    days = sorted(rng.choice(DAYS - 26, SCENES, replace=False).tolist())
    days[0] = 0
    counts = np.minimum(rng.negative_binomial(4, 4 / 13, SCENES), 20).tolist()
    points = [
        SeriesPoint(FIRST + timedelta(days=d), CountDistribution.from_interval(n, max(0, n - 2), n + 2))
        for d, n in zip(days, counts, strict=True)
    ]
    points.append(SeriesPoint(FIRST + timedelta(days=DAYS), CountDistribution.from_interval(NEWEST, 70, 76)))
    result = analyse(Series("trial", tuple(points)), settings=settings, rng=np.random.default_rng(0))
    assert result.record is not None
    assert result.surge is not None
    stress = next(s for s in result.sensitivity if "anywhere" in s.assumption)
    return Trial(result.record.p_exceeds_all_days, stress.p_exceeds_all_days, result.surge.probability)
