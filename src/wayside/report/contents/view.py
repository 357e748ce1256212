"""What the template shows, worked out beforehand, so that the template only places it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from wayside.assessment.assessment import Assessment, CountedScene
from wayside.assessment.comparison import main_comparison
from wayside.assessment.language import say_likely_that
from wayside.assessment.seeing import HIDDEN_WORDS, is_mostly_hidden, say_hidden
from wayside.errors import ValueRefusedError
from wayside.model.cars import CarType
from wayside.model.counts import CountDistribution
from wayside.model.judgements import Basis, Judgement
from wayside.model.observations import CountStatus
from wayside.model.sways import SCENE
from wayside.model.visibility import Obstruction
from wayside.model.wording import plural, say_date, say_days, say_interval, say_percent, say_share, spread90
from wayside.report.contents.scene_rows import KIND_WORDS, SceneRow, scene_rows
from wayside.report.contents.sources import ImageGroup, image_groups
from wayside.report.figures.chart import ZOOM_DAYS, Panel, series_panel, spoken_series, zoom_from
from wayside.report.figures.marks import LegendEntry, legend
from wayside.report.figures.palette import CAR_COLOURS, OBSTRUCTION_COLOURS
from wayside.report.figures.pictures import ReportPictures, ScenePicture
from wayside.report.figures.scale import likelihood_scale
from wayside.report.figures.scenes import SceneFigure, scene_figure
from wayside.report.figures.sensitivity import SensitivityGroup, sensitivity_groups
from wayside.report.figures.strips import StripFigure, strip_figures

__all__ = ["ReportView", "report_view"]

_QUESTIONS = {
    "now": "How many now?",
    "baseline": "What was seen before?",
    "record": "Has there been more?",
    "before-rise": "And before the present rise?",
    "sensitivity": "How much hangs on what is assumed?",
    "miss": "Could a surge have been missed?",
    "surge": "Is it a surge?",
    "onset": "Since when?",
    "events": "What else happened then?",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the summary's table: a name, a value, and what the value needs said beside it."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class SceneView:
    """One of the two pictures side by side, with its caption's parts."""

    figure: SceneFigure | None
    heading: str
    caption: str
    credit: str
    drawn: bool


@dataclass(frozen=True, slots=True)
class JudgementView:
    """A judgement with its sentence, its scale and the origin of its probability."""

    judgement: Judgement
    sentence: str
    scale: Markup
    origin: str


@dataclass(frozen=True, slots=True)
class AnswerView:
    """A question to the series with its answer in plain words and what the answer assumes."""

    question: str
    sentence: str
    assumptions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChartView:
    """One panel of the series figure, drawn for three widths of page."""

    wide: Markup
    middle: Markup
    narrow: Markup
    heading: str


@dataclass(frozen=True)
class ReportView:
    """Everything that the template places; see the fields' types."""

    assessment: Assessment
    dek: str
    newest_day: str
    until: str
    credit: str
    images: tuple[ImageGroup, ...]
    generated: str
    drawn_all: bool
    facts: tuple[Fact, ...]
    scenes: tuple[SceneView, ...]
    stacked: bool
    charts: tuple[ChartView, ...]
    strips: tuple[StripFigure, ...]
    empty_strips: tuple[StripFigure, ...]
    unseen_strips: tuple[StripFigure, ...]
    strips_shown: bool
    legend: tuple[tuple[str, str], ...]
    unseen_legend: tuple[tuple[str, str], ...]
    chart_legend: tuple[LegendEntry, ...]
    answers: tuple[AnswerView, ...]
    judgements: tuple[JudgementView, ...]
    sensitivity: tuple[SensitivityGroup, ...]
    scenes_left_out: bool
    types: tuple[Fact, ...]
    rows: tuple[SceneRow, ...]
    sums: str
    recent: int


def report_view(assessment: Assessment, pictures: ReportPictures, *, owner_holds_rights: bool) -> ReportView:
    """Return everything that is shown.

    Args:
        assessment: what is concluded.
        pictures: pixels; those of a scene whose licence does not allow it are left out.
        owner_holds_rights: whether the reader of this report holds the rights to show them all the same.

    Raises:
        ValueRefusedError: where a picture belongs to no scene of the assessment.
    """
    newest = assessment.newest
    scenes = _scenes(assessment, pictures, owner_holds_rights=owner_holds_rights)
    may_show = newest.scene.licence.may_be_shown(owner_holds_rights=owner_holds_rights)
    strips = strip_figures(
        pictures.strips, newest.result.tracks, assessment.counted, drawn=newest.scene.drawn, may_show=may_show
    )
    present = {car.type for strip in pictures.strips for car in strip.cars}
    hiding = {stretch.by for strip in pictures.strips for stretch in strip.hidden}
    rows = scene_rows(assessment)
    return ReportView(
        assessment=assessment,
        dek=_dek(assessment),
        newest_day=say_date(newest.day),
        until=_until(assessment),
        credit=_credit(newest),
        images=image_groups(assessment.rows),
        generated=f"{say_date(assessment.generated.date())}, {assessment.generated:%H:%M} UTC",
        drawn_all=all(row.scene.drawn for row in assessment.rows),
        facts=_facts(assessment),
        scenes=scenes,
        stacked=any(scene.figure is not None and scene.figure.wide for scene in scenes),
        charts=_charts(assessment),
        strips=tuple(strip for strip in strips if strip.cars),
        empty_strips=tuple(strip for strip in strips if not strip.cars and not strip.unseen),
        unseen_strips=tuple(strip for strip in strips if not strip.cars and strip.unseen),
        strips_shown=may_show,
        legend=tuple((kind.value, CAR_COLOURS[kind]) for kind in CarType if kind in present),
        unseen_legend=tuple((HIDDEN_WORDS[by], OBSTRUCTION_COLOURS[by]) for by in Obstruction if by in hiding),
        chart_legend=legend(assessment.rows),
        answers=tuple(
            AnswerView(_QUESTIONS.get(a.question, a.question), a.sentence, a.assumptions)
            for a in assessment.series.answers
        ),
        judgements=tuple(_judgement(j) for j in assessment.judgements),
        sensitivity=sensitivity_groups(assessment.series),
        scenes_left_out=any(row.group == SCENE for row in assessment.series.sensitivity),
        types=_types(assessment),
        rows=rows,
        sums=_sums(assessment),
        recent=20,
    )


def _dek(assessment: Assessment) -> str:
    noun = assessment.counted.noun
    text = f"{noun[0].upper()}{noun[1:]} on the watched tracks on {say_date(assessment.newest.day)}"
    held = main_comparison(assessment.series)
    if held is None:
        return f"{text}; there is no earlier scene to compare with."
    scenes = plural(held.scenes, "scene")
    which = f"{scenes} from before the rise" if held.rise_excluded else f"{scenes} before it"
    return f"{text}, compared with {which}, from {say_date(held.first)} on."


def _until(assessment: Assessment) -> str:
    held = main_comparison(assessment.series)
    return "before the rise" if held is not None and held.rise_excluded else "before"


def _facts(assessment: Assessment) -> tuple[Fact, ...]:
    newest, series = assessment.newest, assessment.series
    held, until, facts = main_comparison(series), _until(assessment), []
    if assessment.busiest is not None:
        most = assessment.counted.of(assessment.busiest.result)
        note = f"{say_interval(spread90(most))}, on {say_date(assessment.busiest.day)}"
        facts.append(Fact(f"Largest count {until}", str(most.median), note))
    if held is not None:
        note = f"from {say_date(held.first)} to {say_date(held.last)}"
        facts.append(Fact(f"Scenes {until}", str(held.scenes), note))
        estimated = f"{say_interval(held.max_all_days90)}, estimated by the series model"
        facts.append(Fact("Largest then on any day, seen or unseen", str(held.max_all_days), estimated))
    if series.baseline is not None:
        facts.append(Fact("Longest time unseen", say_days(series.baseline.longest_gap_days)))
    if series.miss_probability is not None:
        chance = say_percent(series.miss_probability)
        facts.append(Fact("Such a surge would have been missed", chance, "chance, given when scenes were taken"))
    covered = newest.result.covered
    facts.append(Fact("Freight cars with covered loads", str(covered.median), say_interval(spread90(covered))))
    facts.append(Fact("Locomotives", str(newest.result.locomotives.median)))
    facts.append(Fact("Newest count is", KIND_WORDS[newest.kind], f"by {newest.author}" if newest.reviewed else ""))
    return tuple(facts)


def _scenes(assessment: Assessment, pictures: ReportPictures, *, owner_holds_rights: bool) -> tuple[SceneView, ...]:
    by_id = {row.scene.id: row for row in assessment.rows}
    views = []
    pairs = (("Newest scene", pictures.newest), ("Busiest earlier scene", pictures.busiest))
    for heading, picture in pairs:
        if picture is None:
            continue
        if picture.scene_id not in by_id:
            raise ValueRefusedError(f"the picture of {picture.scene_id!r} belongs to no scene of the assessment")
        row = by_id[picture.scene_id]
        views.append(_scene(assessment, row, picture, heading, owner_holds_rights=owner_holds_rights))
    return tuple(views)


def _scene(
    assessment: Assessment, row: CountedScene, picture: ScenePicture, heading: str, *, owner_holds_rights: bool
) -> SceneView:
    count = assessment.counted.of(row.result)
    found = f"{count.median} {assessment.counted.noun} (90\u00a0% interval {say_interval(spread90(count))})"
    drawn = "Drawn image. " if row.scene.drawn else ""
    label = f"{drawn}{heading}, {say_date(row.day)}: {found}, each outlined, on {plural(len(picture.tracks), 'track')}."
    may_show = row.scene.licence.may_be_shown(owner_holds_rights=owner_holds_rights)
    figure = scene_figure(picture, row, label, may_show=may_show)
    return SceneView(
        figure=figure,
        heading=f"{heading}, {say_date(row.day)}",
        caption=f"{found[0].upper()}{found[1:]}; {row.result.gsd_m:.2g}\u00a0m per pixel.{_lacking(row)}",
        credit=_credit(row),
        drawn=row.scene.drawn,
    )


def _lacking(row: CountedScene) -> str:
    """Return what a caption must not leave unsaid: hidden track, and an image that does not fit the reference."""
    hidden, share = say_hidden(row.result), say_share(1 - row.result.visible_fraction)
    text = f" {share} of the track length was not seen (hatched): {hidden}." if hidden else ""
    if not row.result.registration.registered:
        text += " Unregistered: the tracks lie where the image’s own map puts them."
    return text


def _sums(assessment: Assessment) -> str:
    """Return in one sentence how many of the scenes are less than plain counts."""
    rows = assessment.rows
    kinds = (
        (sum(row.result.status is CountStatus.COUNTED for row in rows), "gave counts of single cars"),
        (sum(row.result.status is CountStatus.OCCUPIED_LENGTH for row in rows), "counts from occupied length"),
        (sum(not row.usable for row in rows), "none"),
    )
    text = f"Of {plural(len(rows), 'scene')} {', '.join(f'{n} {what}' for n, what in kinds if n)}. "
    loose = sum(not row.result.registration.registered for row in rows)
    hidden = sum(row.usable and is_mostly_hidden(row) for row in rows)
    text += f"{loose} {'is' if loose == 1 else 'are'} unregistered" if loose else "All are registered"
    return text + (f"; in {hidden} more than half of the track was hidden." if hidden else ".")


def _credit(row: CountedScene) -> str:
    """Return what stands beside a scene's picture or plan: whose it is, under which terms, and who may see it."""
    scene, licence = row.scene, row.scene.licence
    whose = licence.attribution or ", ".join(filter(None, (scene.provider, scene.platform)))
    terms = "" if licence.id.lower() in whose.lower() else f"licence: {licence.id}"
    closed = "" if licence.publishable else "not for publication"
    return "; ".join(filter(None, (whose, terms, closed)))


def _charts(assessment: Assessment) -> tuple[ChartView, ...]:
    first, last = assessment.rows[0].day, assessment.newest.day
    if assessment.series.baseline is not None:
        first = min(first, assessment.series.baseline.first)
    first = min(first, last - timedelta(days=7))
    zoom = zoom_from(assessment)
    charts = [_chart(assessment, first, "All scenes" if zoom is not None else "", 380)]
    if zoom is not None:
        charts.append(_chart(assessment, zoom, f"The last {ZOOM_DAYS} days", 300))
    return tuple(charts)


def _chart(assessment: Assessment, first: date, heading: str, height: float) -> ChartView:
    label = f"{heading}: {spoken_series(assessment)}" if heading else spoken_series(assessment)
    last = assessment.newest.day
    wide, middle, narrow = (
        series_panel(assessment, Panel(first, last, width, tall), label)
        for width, tall in ((1080.0, height), (720.0, 0.85 * height), (380.0, 310.0))
    )
    return ChartView(wide, middle, narrow, heading)


def _judgement(judged: Judgement) -> JudgementView:
    origin = (
        "computed by wayside from the counts" if judged.basis is Basis.COMPUTED else "set by the analyst, not computed"
    )
    sentence = say_likely_that(judged.probability, judged.statement)
    return JudgementView(judged, sentence, likelihood_scale(judged.probability), origin)


def _types(assessment: Assessment) -> tuple[Fact, ...]:
    def largest_first(item: tuple[str, CountDistribution]) -> float:
        return -item[1].mean

    kinds: Iterable[tuple[str, CountDistribution]] = assessment.newest.result.by_type.items()
    return tuple(
        Fact(name, str(count.median), say_interval(spread90(count)))
        for name, count in sorted(kinds, key=largest_first)
        if count.quantile(0.95) > 0
    )
