"""Sentences on what the answers rest on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from wayside.language.phrases import Phrases
from wayside.model.series import DatedEvent, Onset
from wayside.series.level.seen import LEAST_VISIBLE, Seen
from wayside.series.settings import SeriesSettings

__all__ = ["later_events", "notes_on"]


def notes_on(
    seen: Seen, settings: SeriesSettings, window: slice | None, found: Onset | None, words: Phrases
) -> tuple[str, ...]:
    """Return what a reader must know before quoting the numbers."""
    notes = []
    if window is None:
        notes.append(words.say("notes.nothing_before"))
    else:
        notes += _on_window(seen, settings, window, words)
    notes += _on_evidence(seen, settings, words)
    if window is not None and found is not None:
        notes.append(words.say("notes.own_days"))
        notes += _on_onset(seen, found, words)
    return tuple(notes)


def later_events(events: Sequence[DatedEvent], seen: Seen, words: Phrases) -> tuple[str, ...]:
    """Say how many events came after the newest count, which cannot speak of them."""
    later = sum(event.day > seen.newest for event in events)
    if not later:
        return ()
    which = "later_one" if later == 1 else "later_many"
    return (words.say(f"notes.{which}", later=later, all=len(events), day=str(seen.newest)),)


def _on_window(seen: Seen, settings: SeriesSettings, window: slice, words: Phrases) -> list[str]:
    notes = []
    asked = settings.baseline_first or seen.newest - timedelta(days=settings.baseline_days)
    first = seen.day(window.start)
    if first > asked:
        notes.append(words.say("notes.late_start", first=str(first), asked=str(asked)))
    scenes = [p for p in seen.points if window.start <= seen.index(p.day) < window.stop]
    if len(scenes) < 10:
        notes.append(words.say("notes.few", n=len(scenes)))
    poor = sum(p.visible_fraction < 0.5 for p in scenes)
    if poor:
        notes.append(words.say("notes.poor", poor=poor, n=len(scenes)))
    return notes


def _on_evidence(seen: Seen, settings: SeriesSettings, words: Phrases) -> list[str]:
    notes = []
    if seen.left_out:
        notes.append(words.say("notes.too_old", n=seen.left_out, first=str(seen.first)))
    if seen.hidden:
        which = "hidden_one" if seen.hidden == 1 else "hidden_many"
        notes.append(words.say(f"notes.{which}", n=seen.hidden, least=f"{100 * LEAST_VISIBLE:.0f}"))
    for bound in seen.bounds:
        source = f" ({bound.source})" if bound.source else ""
        first, last = str(bound.first), str(bound.last)
        values = {"at_most": bound.at_most, "first": first, "last": last, "source": source, "looks": settings.looks}
        notes.append(words.say("notes.bound", **values))
        above = [
            p.day.isoformat()
            for p in seen.points
            if p.day < seen.newest and bound.first <= p.day <= bound.last and p.count.quantile(0.05) > bound.at_most
        ]
        if above:
            notes.append(words.say("notes.contradicted", at_most=bound.at_most, days=", ".join(above)))
    return notes


def _on_onset(seen: Seen, found: Onset, words: Phrases) -> list[str]:
    days = [p.day for p in seen.points]
    earlier = [d for d in days if d < found.interval90.high]
    gap = (seen.newest - earlier[-1]).days if earlier else 0
    if earlier and earlier[-1] < found.interval90.low and gap > 14:
        return [words.say("notes.no_scene", last=str(earlier[-1]))]
    return []
