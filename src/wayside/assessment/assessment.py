"""The value that a report is made from: everything it may say, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TypeAlias

from wayside.model.checks import require, require_aware, require_text
from wayside.model.consists import ConsistMatch
from wayside.model.counts import CountDistribution
from wayside.model.coverage import CoverageResult
from wayside.model.hypotheses import CompetingHypotheses
from wayside.model.judgements import Judgement
from wayside.model.observations import CountStatus, ObservationKind, SceneCount
from wayside.model.places import Site
from wayside.model.scenes import Scene
from wayside.model.series import DatedEvent, MaxBound, SeriesResult
from wayside.model.zones import ZoneFinding

__all__ = ["Assessment", "Counted", "CountedScene", "Gap", "Headline", "Limit", "Look", "PublishedCount"]


class Counted(StrEnum):
    """Which of a scene's counts an assessment speaks of; the series must have been made from the same."""

    FREIGHT = "freight"
    ALL = "all"

    @property
    def noun(self) -> str:
        """What is counted, in the plural."""
        return "freight cars" if self is Counted.FREIGHT else "rail vehicles"

    def of(self, result: SceneCount) -> CountDistribution:
        """Return this count of a scene."""
        return result.freight if self is Counted.FREIGHT else result.count


@dataclass(frozen=True)
class CountedScene:
    """A scene, what was counted in it, and who says so.

    Attributes:
        scene: the acquisition.
        result: the count.
        kind: automatic count, an analyst's review, or the accepted value.
        author: "wayside" for an automatic count, else the analyst's name.
    """

    scene: Scene
    result: SceneCount
    kind: ObservationKind = ObservationKind.AUTOMATIC
    author: str = "wayside"

    def __post_init__(self) -> None:
        require_text("author", self.author)

    @property
    def id(self) -> str:
        """Id of the scene."""
        return self.scene.id

    @property
    def day(self) -> date:
        """Day of acquisition (UTC)."""
        return self.scene.acquired.date()

    def count_of(self, counted: Counted) -> CountDistribution:
        """Return one of the scene's counts."""
        return counted.of(self.result)

    @property
    def usable(self) -> bool:
        """Whether the scene gives a count at all."""
        return self.result.status is not CountStatus.NOT_COUNTABLE

    @property
    def reviewed(self) -> bool:
        """Whether a person has checked the count."""
        return self.kind is not ObservationKind.AUTOMATIC


@dataclass(frozen=True)
class PublishedCount:
    """A count that somebody else published; no image of it was counted here.

    Attributes:
        id: short name of the row, unique within an assessment ("2023-10-05 Beyond Parallel").
        day: the day that it is about.
        count: what the published figure says of the true number, its approximation included.
        publisher: who published it; empty where the table does not say.
        published: when, as the table says; may be empty.
        url: where; empty where the table does not say, or for anything but http(s).
        text: the figure as published ("approximately 73 railcars"); may be empty.
        gsd_m: ground sample distance of the image behind it, metres; None where unknown.
        visible_fraction: share of the tracks that was seen, 0 to 1.
    """

    id: str
    day: date
    count: CountDistribution
    publisher: str = ""
    published: str = ""
    url: str = ""
    text: str = ""
    gsd_m: float | None = None
    visible_fraction: float = 1.0

    def __post_init__(self) -> None:
        require_text("published count: id", self.id)
        require(not self.url or self.url.startswith(("https://", "http://")), f"not a web address: {self.url[:60]!r}")

    @property
    def usable(self) -> bool:
        """Whether it gives a count: always."""
        return True

    @property
    def reviewed(self) -> bool:
        """Whether a person checked the count here: nobody did."""
        return False

    def count_of(self, counted: Counted) -> CountDistribution:
        """Return the count, whichever is asked for: the publisher says what was counted."""
        del counted
        return self.count


Look: TypeAlias = CountedScene | PublishedCount
"""One dated count, whatever it rests on."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch between two usable scenes on which nobody looked.

    Attributes:
        first: the first day without a scene.
        last: the last day without a scene.
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        require(self.first <= self.last, f"a gap ends after it starts, not {self.first} to {self.last}")

    @property
    def days(self) -> int:
        """Number of days in the gap, both ends included."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Headline:
    """One finding as the summary says it.

    Likelihood and confidence stand in sentences of their own and are never joined (ICD 203).

    Attributes:
        id: short name, unique within an assessment.
        finding: what was found, with likelihood words and the numbers behind them; one sentence.
        confidence_sentence: how well founded it is; one sentence without likelihood words. Empty where the finding is
            a plain description of the data.
        judgement_ids: the judgements that it puts into one sentence; empty for a plain description.
    """

    id: str
    finding: str
    confidence_sentence: str = ""
    judgement_ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_text("headline id", self.id)
        require_text("headline", self.finding)


@dataclass(frozen=True, slots=True)
class Limit:
    """Something that these images cannot tell.

    Attributes:
        id: short name, unique within an assessment.
        question: what a reader might want to know.
        why: why it cannot be told here, with the numbers of this assessment.
    """

    id: str
    question: str
    why: str

    def __post_init__(self) -> None:
        for name, text in (("limit id", self.id), ("limit's question", self.question), ("limit's reason", self.why)):
            require_text(name, text)


@dataclass(frozen=True)
class Assessment:
    """What is concluded about one site, from which scenes, with what it cannot say.

    Attributes:
        site: the facility.
        generated: when the assessment was made, UTC; given, not read from a clock.
        counted: which count the assessment speaks of.
        newest: the scene that the assessment is about.
        busiest: the earlier scene with the largest count; None where there is no earlier usable scene.
        rows: all scenes in order of date, each once, usable or not; holds ``newest`` and ``busiest``.
        series: what the counts say over time.
        headlines: the findings in order of weight.
        judgements: the conclusions behind them.
        limits: what cannot be told and why.
        events: what the series is set against, dated; may be empty.
        gaps: stretches without a usable scene that are longer than ``gap_days``, in order of date.
        gap_days: that length, days.
        failures: scenes or searches that failed, sentences; empty where nothing did.
        versions: software and model names with their versions.
        language: ISO 639-1 of the sentences.
        zones: what is said of the storage zones, one each.
        matches: trains that may have been seen twice.
        hypotheses: competing hypotheses against the evidence; None where nobody set any up.
        coverage: what was read in articles; None where none were read.
        bounds: published bounds over periods, which the series takes into account.
    """

    site: Site
    generated: datetime
    counted: Counted
    newest: Look
    busiest: Look | None
    rows: tuple[Look, ...]
    series: SeriesResult
    headlines: tuple[Headline, ...]
    judgements: tuple[Judgement, ...]
    limits: tuple[Limit, ...]
    events: tuple[DatedEvent, ...] = ()
    gaps: tuple[Gap, ...] = ()
    gap_days: int = 60
    failures: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"
    zones: tuple[ZoneFinding, ...] = ()
    matches: tuple[ConsistMatch, ...] = ()
    hypotheses: CompetingHypotheses | None = None
    coverage: CoverageResult | None = None
    bounds: tuple[MaxBound, ...] = ()

    def __post_init__(self) -> None:
        require_aware("assessment: generated", self.generated)
        object.__setattr__(self, "generated", self.generated.astimezone(UTC))
        object.__setattr__(self, "versions", dict(self.versions))
        days = [row.day for row in self.rows]
        require(days == sorted(days), "an assessment's scenes must be in order of date")
        require(self.newest in self.rows, "the newest scene is not among the assessment's scenes")
        require(self.busiest is None or self.busiest in self.rows, "the busiest scene is not among the scenes")
        require(self.newest.usable, f"scene {self.newest.id} gives no count, so nothing can be said of it")
        for what, ids in (
            ("judgement", [j.id for j in self.judgements]),
            ("headline", [h.id for h in self.headlines]),
            ("limit", [limit.id for limit in self.limits]),
            ("scene", [row.id for row in self.rows]),
        ):
            require(len(set(ids)) == len(ids), f"two of the assessment's {what}s have one id")
        known = {j.id for j in self.judgements}
        missing = sorted({i for h in self.headlines for i in h.judgement_ids} - known)
        require(not missing, f"headlines name judgements that are not there: {', '.join(missing)}")

    @property
    def drawn(self) -> bool:
        """Whether any scene was drawn by wayside; a report says so on every image."""
        return any(isinstance(row, CountedScene) and row.scene.drawn for row in self.rows)

    @property
    def now(self) -> CountDistribution:
        """The count in the newest scene."""
        return self.newest.count_of(self.counted)

    def judgement(self, judgement_id: str) -> Judgement | None:
        """Return the judgement of that id, or None."""
        return next((j for j in self.judgements if j.id == judgement_id), None)
