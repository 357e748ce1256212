"""Sentences on what the answers rest on."""

from __future__ import annotations

from datetime import timedelta

from wayside.model.series import Onset
from wayside.model.wording import plural
from wayside.series.level.seen import LEAST_VISIBLE, Seen
from wayside.series.settings import SeriesSettings

__all__ = ["notes_on"]


def notes_on(seen: Seen, settings: SeriesSettings, window: slice | None, found: Onset | None) -> tuple[str, ...]:
    """Return what a reader must know before quoting the numbers."""
    notes = []
    if window is None:
        notes.append("Nothing comes before the newest count, so there is no record, surge or onset to speak of.")
    else:
        notes += _on_window(seen, settings, window)
    notes += _on_evidence(seen, settings)
    if window is not None and found is not None:
        notes.append(
            "The comparison with unseen days leaves out the unseen days of the present rise itself; sensitivity "
            "gives it with them."
        )
        notes += _on_onset(seen, found)
    return tuple(notes)


def _on_window(seen: Seen, settings: SeriesSettings, window: slice) -> list[str]:
    notes = []
    asked = settings.baseline_first or seen.newest - timedelta(days=settings.baseline_days)
    first = seen.day(window.start)
    if first > asked:
        notes.append(f"The baseline starts on {first}, with the first evidence, not on {asked}.")
    scenes = [p for p in seen.points if window.start <= seen.index(p.day) < window.stop]
    if len(scenes) < 10:
        notes.append(f"The baseline holds {len(scenes)} counts; what happened between them rests on the prior.")
    poor = sum(p.visible_fraction < 0.5 for p in scenes)
    if poor:
        notes.append(f"On {poor} of {len(scenes)} dates less than half of the track could be read.")
    return notes


def _on_evidence(seen: Seen, settings: SeriesSettings) -> list[str]:
    notes = []
    if seen.left_out:
        notes.append(f"{seen.left_out} counts before {seen.first} are too old for the model and were left out.")
    if seen.hidden:
        less = f"less than {100 * LEAST_VISIBLE:.0f} % of the track and {'is' if seen.hidden == 1 else 'are'} left out."
        notes.append(f"{plural(seen.hidden, 'count')} saw {less}")
    for bound in seen.bounds:
        source = f" ({bound.source})" if bound.source else ""
        notes.append(
            f"A published bound of at most {bound.at_most} from {bound.first} to {bound.last}{source} enters as "
            f"{settings.looks} looks on unknown days; the newest count is held against it, not under it."
        )
        above = [
            p.day.isoformat()
            for p in seen.points
            if p.day < seen.newest and bound.first <= p.day <= bound.last and p.count.quantile(0.05) > bound.at_most
        ]
        if above:
            notes.append(f"The bound of {bound.at_most} is contradicted by the count of {', '.join(above)}.")
    return notes


def _on_onset(seen: Seen, found: Onset) -> list[str]:
    days = [p.day for p in seen.points]
    earlier = [d for d in days if d < found.interval90.high]
    gap = (seen.newest - earlier[-1]).days if earlier else 0
    if earlier and earlier[-1] < found.interval90.low and gap > 14:
        return [f"No scene lies between {earlier[-1]} and the end of the onset's interval; the prior decides there."]
    return []
