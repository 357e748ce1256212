"""One scene as the tables of a report show it: what was counted, how well it was seen, where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import hypot

from wayside.assessment.addresses import link_of, without_parameters
from wayside.assessment.assessment import Assessment, CountedScene
from wayside.assessment.seeing import is_mostly_hidden
from wayside.model.observations import Registration
from wayside.model.scenes import Scene
from wayside.model.wording import spread90
from wayside.report.contents.sources import SourceView, may_be_shown_words, source_view
from wayside.report.words import Words, words_of

__all__ = ["Flag", "SceneRow", "by_words", "scene_rows"]

_SHORT = 12


@dataclass(frozen=True, slots=True)
class Flag:
    """A short remark on a scene in the table of counts.

    Attributes:
        text: the remark.
        loud: whether it must catch the eye.
        quoted: whether it is a sentence of the counter, which is English.
    """

    text: str
    loud: bool = False
    quoted: bool = False


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
    notes: tuple[Flag, ...]
    emphasis: bool


def scene_rows(assessment: Assessment, language: str = "en") -> tuple[SceneRow, ...]:
    """Return all scenes that were counted, the newest first; published counts have no scene."""
    rows = [row for row in assessment.rows if isinstance(row, CountedScene)]
    days = {row.id: row.day for row in rows}
    words = words_of(language)
    return tuple(_row(assessment, row, days, words) for row in reversed(rows))


def _row(assessment: Assessment, row: CountedScene, days: Mapping[str, date], words: Words) -> SceneRow:
    scene, result = row.scene, row.result
    count = row.count_of(assessment.counted)
    fit, fit_note = _fit(result.registration, days, words)
    hidden = words.hidden(result)
    return SceneRow(
        row=row,
        heading=_heading(assessment, row, words),
        when=f"{scene.acquired:%Y-%m-%d %H:%M}",
        day=f"{row.day.isoformat()}",
        count=str(count.median) if row.usable else "–",
        interval=words.say("range", of=spread90(count)) if row.usable else "–",
        sensor=", ".join(filter(None, (scene.provider, scene.platform))) or words.say("not_stated"),
        gsd=words.number(result.gsd_m, ".2f"),
        angles=_angles(scene, words),
        clouds="" if scene.cloud_cover_pct is None else words.say("share", share=scene.cloud_cover_pct / 100),
        visible=words.say("share", share=result.visible_fraction),
        hidden=hidden,
        screened=_screened(scene, words) if hidden else "",
        registered=result.registration.registered,
        fit=fit,
        fit_note=fit_note,
        status=words.name_of("status", result.status.value),
        reasons=tuple(without_parameters(reason) for reason in result.reasons),
        by=by_words(row, words),
        licence=scene.licence.id,
        licence_link=link_of(scene.licence.url),
        may=may_be_shown_words(scene.licence, words),
        sha256=scene.checksum[4:],
        short=scene.checksum[4 : 4 + _SHORT],
        source=source_view(scene.provenance, words),
        notes=_notes(row, words),
        emphasis=row is assessment.newest or row is assessment.busiest,
    )


def by_words(row: CountedScene, words: Words) -> str:
    """Return whose count it is."""
    return words.name_of("kind", row.kind.value) + (f", {row.author}" if row.reviewed else "")


def _heading(assessment: Assessment, row: CountedScene, words: Words) -> str:
    if row is assessment.newest:
        return words.say("scene.newest")
    return words.say("scene.busiest") if row is assessment.busiest else ""


def _angles(scene: Scene, words: Words) -> str:
    parts = []
    if scene.off_nadir_deg is not None:
        parts.append(words.say("scene.off_nadir", degrees=scene.off_nadir_deg))
    if scene.sun_elevation_deg is not None:
        parts.append(words.say("scene.sun", degrees=scene.sun_elevation_deg))
    return ", ".join(parts)


def _screened(scene: Scene, words: Words) -> str:
    return words.say("scene.by_mask" if scene.files.mask is not None else "scene.by_image")


def _fit(registration: Registration, days: Mapping[str, date], words: Words) -> tuple[str, str]:
    if not registration.registered:
        return words.say("fit.unregistered"), words.say("fit.unregistered_note")
    if not registration.reference:
        return words.say("fit.reference"), words.say("fit.reference_note")
    day = days.get(registration.reference)
    to = words.say("fit.to_day", day=day.isoformat()) if day is not None else registration.reference
    far, way = _move(registration, words)
    parts = [way, words.say("fit.quality", quality=registration.quality)]
    if registration.spread_m is not None:
        parts.append(words.say("fit.error", metres=registration.spread_m))
    return words.say("fit.moved", far=far), "; ".join(filter(None, (*parts, words.say("fit.to", to=to))))


def _move(registration: Registration, words: Words) -> tuple[str, str]:
    """Return how far a registration moved the tracks and where to; the second is empty where it is too little."""
    east, north = round(registration.east_m, 1), round(registration.north_m, 1)
    parts = [words.say("fit.east" if east > 0 else "fit.west", metres=abs(east))] if east else []
    parts += [words.say("fit.north" if north > 0 else "fit.south", metres=abs(north))] if north else []
    if not parts:
        return words.say("fit.little"), ""
    return words.say("fit.metres", metres=hypot(registration.east_m, registration.north_m)), ", ".join(parts)


def _notes(row: CountedScene, words: Words) -> tuple[Flag, ...]:
    result = row.result
    notes = [] if result.registration.registered else [Flag(words.say("fit.unregistered"), loud=True)]
    notes += [Flag(words.say("counts.mostly_hidden"), loud=True)] if row.usable and is_mostly_hidden(row) else []
    notes += [Flag(words.say("drawn.note"))] if row.scene.drawn else []
    reasons = () if row.usable else result.reasons
    return (*notes, *(Flag(without_parameters(reason), quoted=True) for reason in reasons))
