"""Made-up articles and storage zones, as an assessment takes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from wayside.model.agreement import AgainstMeasured, Agreement
from wayside.model.claims import Claim, Quantity
from wayside.model.consists import Alignment, Consist, ConsistCar, ConsistMatch
from wayside.model.counts import CountDistribution, CountInterval
from wayside.model.coverage import CoverageResult
from wayside.model.documents import Document, Span
from wayside.model.series import Baseline, Record, SeriesResult, Surge
from wayside.model.zones import AreaInterval, ZoneFinding, ZoneLook


def article(name: str, published: date | None = date(2023, 10, 7)) -> Document:
    return Document(name, f"{name}.txt", "at least 70 freight cars", (Span(0, 24),), published=published)


def claim(name: str, document: str, quantity: Quantity) -> Claim:
    quote = f"{quantity.approximation} {quantity.low or quantity.high:g} freight cars"
    return Claim(name, document, Span(0, 24), quote, quantity, "freight car", "count", asserted_by="A house")


def coverage(
    p: tuple[float, ...] = (0.0, 0.9, 0.1),
    articles: int = 6,
    *,
    undated: int = 0,
    sources: tuple[str, ...] = ("A house",),
) -> CoverageResult:
    """Articles that all state "at least 70", one of them beside "approximately 73"."""
    documents = tuple(article(f"d{k}", None if k < undated else date(2023, 10, 7)) for k in range(articles))
    claims = tuple(claim(f"c{k}", f"d{k}", Quantity(70, None, "at least")) for k in range(articles))
    about = claim("c99", "d0", Quantity(73, 73, "approximately"))
    ids = (*(one.id for one in claims), about.id)
    group = Agreement(
        ids, 70, 73, len(sources), against_measured=AgainstMeasured("consistent", 0.6, claims=ids),
        about="freight cars at Kestrel Junction", sources=tuple((name,) for name in sources), sources_p=p,
    )  # fmt: skip
    other = replace(group, claims=(about.id,), against_measured=None, sources_p=())
    return CoverageResult(documents, (*claims, about), agreement=(other, group))


def zone(
    observed: float = 0.98,
    all_days: float = 0.7,
    *,
    zone_id: str = "north-yard",
    scenes: int = 12,
    visible: float = 1.0,
) -> ZoneFinding:
    """A zone that was nearly empty in earlier scenes."""
    days = [date(2023, month, 3) for month in range(1, 10)] + [date(2023, 10, 5)]
    looks = tuple(_look(zone_id, day, 90 if day.month == 10 else 10, visible) for day in days)
    series = SeriesResult(
        day=days[-1],
        now=looks[-1].occupied or CountDistribution.exactly(0),
        baseline=Baseline(date(2022, 10, 5), date(2023, 10, 4), scenes, 30, 0.9, 15, 12, 14, CountInterval(12, 20)),
        record=Record(observed, all_days, 1 / (scenes + 1)),
        surge=Surge(2.0, 0.97),
        onset=None,
        events=(),
        miss_probability=0.05,
        days=(),
        parameters={},
    )
    return ZoneFinding(
        zone_id, looks, 4000.0, 10.0, looks[-1], AreaInterval(900.0, 850.0, 950.0), looks[0],
        p_exceeds_observed=observed, p_exceeds_all_days=all_days, series=series,
    )  # fmt: skip


def _look(zone_id: str, day: date, units: int, visible: float) -> ZoneLook:
    return ZoneLook(
        zone_id, f"KJ_{day:%Y%m%d}", datetime(day.year, day.month, day.day, 2, tzinfo=UTC), 0.5, 4000.0, 10.0, visible,
        CountDistribution.from_interval(units, max(0, units - 5), units + 5),
    )  # fmt: skip


def match(p: float = 1e-8, *, stays: bool = False) -> ConsistMatch:
    """A train that was seen again, moved and turned round or where it stood."""
    first = _train("t1", date(2023, 9, 28), "2")
    second = _train("t2", date(2023, 10, 5), "2" if stays else "4")
    pairs = tuple((k, k if stays else 9 - k) for k in range(10))
    return ConsistMatch(
        first, second, Alignment(pairs, reversed=not stays), 9.0, 3.0, p, 49 * p, 49, 1999, extrapolated=p < 1e-6,
        later_trains=7,
    )  # fmt: skip


def _train(name: str, day: date, track: str) -> Consist:
    cars = tuple(ConsistCar(14.0 * k, 14.0 * k + 13.0) for k in range(10))
    return Consist(name, "kestrel", f"KJ_{day:%Y%m%d}", day, track, 0.3, cars)
