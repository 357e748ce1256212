"""The same answers in two languages: the same questions, the same numbers."""

from __future__ import annotations

import re
from datetime import date, timedelta

import numpy as np
import pytest

from wayside.model.counts import CountDistribution
from wayside.model.series import DatedEvent, MaxBound, Series, SeriesPoint
from wayside.series import SeriesSettings, analyse

LAST = date(2023, 10, 5)
NUMBERS = re.compile(r"\d+")


def series_of(counts: dict[int, int], bounds: tuple[MaxBound, ...] = ()) -> Series:
    points = tuple(SeriesPoint(LAST - timedelta(days=d), CountDistribution.exactly(n)) for d, n in counts.items())
    return Series("Karsk", points, bounds)


CASES = {
    "rise": series_of({900 - 30 * k: 5 + k % 4 for k in range(28)} | {20: 30, 0: 70}),
    "bound": series_of({300: 4, 0: 73}, (MaxBound(date(2018, 10, 5), LAST, 20, "Delta Watch"),)),
    "alone": series_of({0: 12}),
    "no record": series_of({400: 40, 200: 8, 0: 9}),
}


@pytest.mark.parametrize("name", CASES)
def test_both_languages_say_the_same_numbers(name: str) -> None:
    events = (DatedEvent(date(2023, 9, 13), "Summit"),)
    settings = SeriesSettings(paths=60)
    english, russian = (
        analyse(CASES[name], events=events, settings=settings, language=language, rng=np.random.default_rng(3))
        for language in ("en", "ru")
    )
    assert [a.question for a in english.answers] == [a.question for a in russian.answers]
    assert len(english.notes) == len(russian.notes)
    for one, other in zip(english.answers, russian.answers, strict=True):
        numbers = set(NUMBERS.findall(one.sentence))
        months = {str(m) for m in range(1, 13)}
        assert numbers - set(NUMBERS.findall(other.sentence)) <= months | {"1"}, (one.sentence, other.sentence)
        assert len(one.assumptions) == len(other.assumptions)
        assert re.search("[а-яё]", other.sentence), other.sentence
        assert not re.search("[а-яё]", one.sentence), one.sentence
