"""One scene as the tables of a report show it: what was counted, how well it was seen, where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from wayside.assessment.addresses import link_of, without_parameters
from wayside.assessment.assessment import Assessment, CountedScene
from wayside.assessment.seeing import is_mostly_hidden, say_hidden, say_move
from wayside.model.observations import CountStatus, ObservationKind, Registration
from wayside.model.scenes import Scene
from wayside.model.wording import say_interval, say_share, spread90
from wayside.report.contents.sources import SourceView, may_be_shown_words, source_view

__all__ = ["KIND_WORDS", "SceneRow", "scene_rows"]

STATUS_WORDS = {
    CountStatus.COUNTED: "single cars",
    CountStatus.OCCUPIED_LENGTH: "occupied length",
    CountStatus.NOT_COUNTABLE: "not countable",
}
KIND_WORDS = {
    ObservationKind.AUTOMATIC: "automatic",
    ObservationKind.REVIEW: "reviewed",
    ObservationKind.ACCEPTED: "accepted",
}
_SHORT = 12


@dataclass(frozen=True, slots=True)
class SceneRow:
    """One scene as the tables show it; every field is ready to be placed.

    Attributes:
        row: the scene and its count.
        heading: what it is in the report ("Newest scene"); empty for most.
        when: day and time, UTC.
        day: the same without the time.
        count: median, or a dash.
        interval: its 90 % interval, or a dash.
        sensor: provider and platform.
        gsd: metres per pixel.
        angles: view and sun, as the provider gives them; may be empty.
        clouds: cloud of the whole scene by the provider; may be empty.
        visible: share of the track length that was seen.
        hidden: what hid the rest; empty where all was seen.
        screened: who says so; empty where all was seen.
        registered: whether it was fitted to the reference.
        fit: how far it was moved.
        fit_note: with which quality and to which scene.
        status: what was read from it.
        reasons: why not more, sentences.
        by: whose count it is.
        licence: id of its terms.
        licence_link: where they can be read; may be empty.
        may: whether it may be shown.
        sha256: of the file, hexadecimal.
        short: its first digits.
        source: where it came from.
        notes: short flags for the table of counts.
        emphasis: whether it is a scene of the first figure.
    """

    row: CountedScene
    heading: str
    when: str
    day: str
    count: str
    interval: str
    sensor: str
    gsd: str
    angles: str
    clouds: str
    visible: str
    hidden: str
    screened: str
    registered: bool
    fit: str
    fit_note: str
    status: str
    reasons: tuple[str, ...]
    by: str
    licence: str
    licence_link: str
    may: str
    sha256: str
    short: str
    source: SourceView
    notes: tuple[str, ...]
    emphasis: bool


def scene_rows(assessment: Assessment) -> tuple[SceneRow, ...]:
    """Return all scenes, the newest first."""
    days = {row.scene.id: row.day for row in assessment.rows}
    return tuple(_row(assessment, row, days) for row in reversed(assessment.rows))


def _row(assessment: Assessment, row: CountedScene, days: Mapping[str, date]) -> SceneRow:
    scene, result = row.scene, row.result
    count, registration = assessment.counted.of(result), result.registration
    fit, fit_note = _fit(registration, days)
    hidden = say_hidden(result)
    return SceneRow(
        row=row,
        heading=_heading(assessment, row),
        when=f"{scene.acquired:%Y-%m-%d %H:%M}",
        day=f"{row.day.isoformat()}",
        count=str(count.median) if row.usable else "–",
        interval=say_interval(spread90(count)) if row.usable else "–",
        sensor=", ".join(filter(None, (scene.provider, scene.platform))) or "not stated",
        gsd=f"{result.gsd_m:.2f}",
        angles=_angles(scene),
        clouds="" if scene.cloud_cover_pct is None else f"{scene.cloud_cover_pct:.0f}\u00a0%",
        visible=say_share(result.visible_fraction),
        hidden=hidden,
        screened=_screened(scene) if hidden else "",
        registered=registration.registered,
        fit=fit,
        fit_note=fit_note,
        status=STATUS_WORDS[result.status],
        reasons=tuple(without_parameters(reason) for reason in result.reasons),
        by=KIND_WORDS[row.kind] + (f", {row.author}" if row.reviewed else ""),
        licence=scene.licence.id,
        licence_link=link_of(scene.licence.url),
        may=may_be_shown_words(scene.licence),
        sha256=scene.checksum[4:],
        short=scene.checksum[4 : 4 + _SHORT],
        source=source_view(scene.provenance),
        notes=_notes(row),
        emphasis=row is assessment.newest or row is assessment.busiest,
    )


def _heading(assessment: Assessment, row: CountedScene) -> str:
    if row is assessment.newest:
        return "Newest scene"
    return "Busiest earlier scene" if row is assessment.busiest else ""


def _angles(scene: Scene) -> str:
    parts = [] if scene.off_nadir_deg is None else [f"{scene.off_nadir_deg:.0f}° off nadir"]
    parts += [] if scene.sun_elevation_deg is None else [f"sun {scene.sun_elevation_deg:.0f}° high"]
    return ", ".join(parts)


def _screened(scene: Scene) -> str:
    source = "the provider’s mask and the image" if scene.files.mask is not None else "the image alone"
    return f"judged from {source}"


def _fit(registration: Registration, days: Mapping[str, date]) -> tuple[str, str]:
    if not registration.registered:
        return "unregistered", "tracks read where the image’s own map puts them"
    if not registration.reference:
        return "reference", "the scene that the others are fitted to"
    day = days.get(registration.reference)
    to = f"the scene of {day.isoformat()}" if day is not None else registration.reference
    far, way = say_move(registration)
    parts = [way, f"quality {registration.quality:.2f} of 1"]
    if registration.spread_m is not None:
        parts.append(f"standard error {registration.spread_m:.2g}\u00a0m")
    return f"moved {far}", "; ".join(filter(None, (*parts, f"fitted to {to}")))


def _notes(row: CountedScene) -> tuple[str, ...]:
    result = row.result
    notes = [] if result.registration.registered else ["unregistered"]
    notes += ["mostly hidden"] if row.usable and is_mostly_hidden(row) else []
    notes += ["drawn"] if row.scene.drawn else []
    return (*notes, *(() if row.usable else (without_parameters(reason) for reason in result.reasons)))
