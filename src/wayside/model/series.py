"""Counts over years, the events they are set against, and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from wayside.model.checks import require, require_finite, require_probability, require_text
from wayside.model.counts import CountDistribution, CountInterval
from wayside.model.dates import DateInterval
from wayside.model.periods import PeriodAnswer

__all__ = [
    "Answer",
    "Baseline",
    "BeforeRise",
    "DatedEvent",
    "EventLag",
    "MaxBound",
    "NamedSeries",
    "Onset",
    "Record",
    "Sensitivity",
    "Series",
    "SeriesDay",
    "SeriesPoint",
    "SeriesResult",
    "Surge",
    "Term",
]


@dataclass(frozen=True)
class SeriesPoint:
    """One scene's contribution to a series.

    Attributes:
        day: date of acquisition (UTC).
        count: whole distribution of the count.
        visible_fraction: share of track that could be read, 0 to 1. ``count`` already holds the hidden rest with its
            prior; this is kept to tell how much a scene could have shown.
        gsd_m: ground sample distance, metres; None where unknown.
        scene_id: the scene; empty where the series comes from a table.
    """

    day: date
    count: CountDistribution
    visible_fraction: float = 1.0
    gsd_m: float | None = None
    scene_id: str = ""

    def __post_init__(self) -> None:
        require_probability("visible fraction", self.visible_fraction)
        if self.gsd_m is not None:
            require_finite("GSD in metres", self.gsd_m, low=0.01, high=100.0)


@dataclass(frozen=True, slots=True)
class MaxBound:
    """A published bound over a period: no day that was looked at showed more than ``at_most``.

    Attributes:
        first: first day of the period.
        last: last day of the period, which belongs to it.
        at_most: largest count over the period, 0 or more.
        source: who says so.
    """

    first: date
    last: date
    at_most: int
    source: str = ""

    def __post_init__(self) -> None:
        require(self.first <= self.last, f"a period ends after it starts, not {self.first} to {self.last}")
        require(self.at_most >= 0, f"a bound on a count is 0 or more, not {self.at_most}")


@dataclass(frozen=True, slots=True)
class DatedEvent:
    """Something that happened on a known day.

    Attributes:
        day: when.
        event: what, a short name.
        source: who says so; may be empty.
    """

    day: date
    event: str
    source: str = ""

    def __post_init__(self) -> None:
        require_text("event", self.event)


@dataclass(frozen=True)
class Series:
    """Counts of one site in order of date.

    Attributes:
        site: what is counted where.
        points: one or more, by date; several on one day are allowed.
        bounds: published bounds over periods; may be empty.
    """

    site: str
    points: tuple[SeriesPoint, ...]
    bounds: tuple[MaxBound, ...] = ()

    def __post_init__(self) -> None:
        require(self.points, "a series has at least one count")
        days = [p.day for p in self.points]
        require(days == sorted(days), "a series' counts must be in order of date")


@dataclass(frozen=True, slots=True)
class NamedSeries:
    """A series with where it comes from.

    Attributes:
        series: the counts; its ``site`` is the name to print, "SITE, CATEGORY" for one of several categories.
        site: what one writes to choose it: the site as the table writes it (the table's name where it names none), or
            its id in the workspace.
        category: which cars; empty for the total, and where there are no categories.
        notes: what was done before the analysis, sentences; may be empty.
    """

    series: Series
    site: str
    category: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Baseline:
    """The window that the newest count is held against.

    Attributes:
        first: first day of the window.
        last: last day of the window, which belongs to it.
        scenes: number of counts in it.
        longest_gap_days: longest stretch between two counts, or a count and an end of the window, days.
        covered_share: share of the window's days within ``covered_within_days`` of a count, 0 to 1.
        covered_within_days: that distance, days.
        observed_max: largest median count in it; None where it holds no scene.
        max_all_days: median of the largest count on any day, seen or not; unseen days of the present rise left out.
        max_all_days90: its 90 % interval.
        bounds: number of published bounds that reach into it.
    """

    first: date
    last: date
    scenes: int
    longest_gap_days: int
    covered_share: float
    covered_within_days: int
    observed_max: int | None
    max_all_days: int
    max_all_days90: CountInterval
    bounds: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """Three answers to "has there ever been more?" (methods, section 3).

    Attributes:
        p_exceeds_observed: (a) probability that the newest count exceeds every scene and every published bound of
            the baseline; counting error only.
        p_exceeds_all_days: (b) the same, and every unseen day of the baseline before the present rise began.
        exchangeability: (c) 1 / (n + 1) for n scenes: the chance to be the largest if nothing had changed.
    """

    p_exceeds_observed: float
    p_exceeds_all_days: float
    exchangeability: float

    def __post_init__(self) -> None:
        require_probability("p_exceeds_observed", self.p_exceeds_observed)
        require_probability("p_exceeds_all_days", self.p_exceeds_all_days)
        require_probability("exchangeability", self.exchangeability)


@dataclass(frozen=True, slots=True)
class BeforeRise:
    """The same comparison with what came before the present rise: its own scenes left out.

    Attributes:
        last: the last day that is surely (at 95 %) before the rise.
        scenes: number of the baseline's counts up to that day.
        observed_max: largest median among them; None where there is none.
        p_exceeds_observed: probability that the newest count exceeds each of the scenes and bounds before the rise.
        p_exceeds_all_days: the same, and every unseen day before the rise.
        max_all_days: median of the largest count on any day before the rise, seen or not.
        max_all_days90: its 90 % interval.
    """

    last: date
    scenes: int
    observed_max: int | None
    p_exceeds_observed: float
    p_exceeds_all_days: float
    max_all_days: int
    max_all_days90: CountInterval

    def __post_init__(self) -> None:
        require_probability("p_exceeds_observed", self.p_exceeds_observed)
        require_probability("p_exceeds_all_days", self.p_exceeds_all_days)


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What the answers would be under one assumption instead of the average over all.

    Attributes:
        assumption: what is held, a short phrase.
        weight: posterior probability of that assumption; None for one outside the average (a stress, a scene left out).
        p_exceeds_all_days: (b) under it.
        p_exceeds_observed: (a) under it; None where it was not asked.
        surge: probability of the surge under it; None where it was not asked.
        onset: median day of the onset under it; None where no rise can be dated.
        group: what kind of assumption it is, for example "dwell" or "scene"; rows of a group stand together.
    """

    assumption: str
    weight: float | None
    p_exceeds_all_days: float
    p_exceeds_observed: float | None = None
    surge: float | None = None
    onset: date | None = None
    group: str = ""

    def __post_init__(self) -> None:
        require_text("assumption", self.assumption)
        require_probability("p_exceeds_all_days", self.p_exceeds_all_days)
        for name in ("weight", "p_exceeds_observed", "surge"):
            value: float | None = getattr(self, name)
            if value is not None:
                require_probability(name, value)


@dataclass(frozen=True, slots=True)
class Term:
    """A regular pattern that the level may have on top of its own motion.

    Attributes:
        name: "season" or "weekday".
        probability: posterior probability that the pattern is there, 0 to 1, against a prior named in the settings.
        used: whether the answers take it into account.
        log_effect: what it adds to the log level, by name: a month's number "1" to "12", or a weekday "Mon" to "Sun";
            sums to about 0. Empty where it is not used.
    """

    name: str
    probability: float
    used: bool
    log_effect: dict[str, float]

    def __post_init__(self) -> None:
        require(self.name in {"season", "weekday"}, f"a term is season or weekday, not {self.name!r}")
        require_probability("probability of a term", self.probability)
        require(self.used or not self.log_effect, "a term that is not used has no effect")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer in words.

    Attributes:
        question: which: "now", "baseline", "record", "before-rise", "sensitivity", "miss", "surge", "onset" or
            "events".
        sentence: one or two plain sentences with their numbers.
        assumptions: the assumptions that matter to this answer, each a sentence.
    """

    question: str
    sentence: str
    assumptions: tuple[str, ...]

    def __post_init__(self) -> None:
        require_text("question", self.question)
        require_text("sentence", self.sentence)


@dataclass(frozen=True, slots=True)
class Surge:
    """Probability that the level now exceeds the baseline's by ``factor`` (more than 1)."""

    factor: float
    probability: float

    def __post_init__(self) -> None:
        require_finite("surge factor", self.factor, low=1.0, high=1000.0)
        require_probability("surge probability", self.probability)


@dataclass(frozen=True, slots=True)
class Onset:
    """When the newest rise began.

    Attributes:
        median: posterior median day.
        interval90: 90 % interval.
        probability: probability that there was a rise within the series at all.
    """

    median: date
    interval90: DateInterval
    probability: float

    def __post_init__(self) -> None:
        require_probability("onset probability", self.probability)


@dataclass(frozen=True, slots=True)
class EventLag:
    """How long after an event the rise began.

    Attributes:
        event: the event.
        lag_days: from the event to the onset's median, days; negative where the rise came first.
        lag90: 90 % interval of the lag, days.
        chance: probability that a random day of the series would fall as close to some listed event.
    """

    event: DatedEvent
    lag_days: int
    lag90: tuple[int, int]
    chance: float

    def __post_init__(self) -> None:
        require_probability("chance", self.chance)


@dataclass(frozen=True, slots=True)
class SeriesDay:
    """The smoothed level and count of one day.

    Attributes:
        day: the date.
        level: 5 %, 50 %, 95 % quantiles of the mean count.
        count: 5 %, 50 %, 95 % quantiles of the count on that day.
        observed: whether a scene shows it.
    """

    day: date
    level: tuple[float, float, float]
    count: tuple[int, int, int]
    observed: bool


@dataclass(frozen=True)
class SeriesResult:
    """Everything that a series says of its newest count.

    Attributes:
        day: the newest date.
        now: the count on it.
        baseline: the window before; None where nothing came before.
        record: None where there is no baseline.
        surge: None where there is no baseline.
        onset: None where no rise can be dated.
        events: the lag to each listed event; empty without an onset.
        miss_probability: chance that a surge of this size and length in the baseline had fallen between scenes.
        days: smoothed level over time, in order of date, thinned for drawing.
        parameters: posterior means of the model's parameters, by name with unit in the name.
        notes: sentences on what the answers rest on.
        before_rise: the record without the rise's own scenes; None where no rise can be dated.
        sensitivity: the answers under single assumptions; empty where there is no baseline.
        terms: season and weekday, whether used or not; empty where they were not looked for.
        answers: the same in plain sentences, each with its assumptions.
        asked: answers to questions about periods and the days ahead; empty where none was asked.
    """

    day: date
    now: CountDistribution
    baseline: Baseline | None
    record: Record | None
    surge: Surge | None
    onset: Onset | None
    events: tuple[EventLag, ...]
    miss_probability: float | None
    days: tuple[SeriesDay, ...]
    parameters: dict[str, float]
    notes: tuple[str, ...] = ()
    before_rise: BeforeRise | None = None
    sensitivity: tuple[Sensitivity, ...] = ()
    terms: tuple[Term, ...] = ()
    answers: tuple[Answer, ...] = ()
    asked: tuple[PeriodAnswer, ...] = ()
