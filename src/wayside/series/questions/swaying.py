"""In words: how far the answers move with other settings, and with any single scene left out."""

from __future__ import annotations

from wayside.language.phrases import Phrases
from wayside.model.series import Answer, Record, SeriesResult
from wayside.model.sways import SCENE, is_setting, say_assumption, spread_of_settings, sway_of_scenes

__all__ = ["sensitivity_answers", "swayed"]

_WIDE = 0.3
_MOVES = 0.015
_RANGES = 0.15
_ONSET_DAYS = 30


def sensitivity_answers(result: SeriesResult, record: Record, words: Phrases) -> list[Answer]:
    """Say how far the record moves with other settings and with single scenes; nothing where neither was tried."""
    parts = [*_spread(result, record, words)]
    moved = swayed(result, words)
    if moved:
        parts.append(words.say("sensitivity.sentence", clause=moved))
    surges = _ranging(result, words)
    if surges:
        parts.append(surges)
    return [Answer("sensitivity", " ".join(parts), words.items("sensitivity.assumes"))] if parts else []


def _spread(result: SeriesResult, record: Record, words: Phrases) -> list[str]:
    """Return how far the settings spread (b), in one or two sentences; nothing where none was tried."""
    spread = spread_of_settings(result.sensitivity)
    if spread is None:
        return []
    held, percent = words.say("sensitivity.settings", n=spread.settings), words.writer.percent
    b, low, high = record.p_exceeds_all_days, spread.low.p_exceeds_all_days, spread.high.p_exceeds_all_days
    if percent(low) == percent(high):
        return [words.say("sensitivity.same", n=held, b=b, low=low)]
    least, most = (say_assumption(x.assumption, words.writer.full_date) for x in (spread.low, spread.high))
    said = words.say("sensitivity.range", b=b, low=low, least=least, high=high, most=most, n=held)
    return [said, words.say("sensitivity.wide")] if spread.width >= _WIDE else [said]


def swayed(result: SeriesResult, words: Phrases, *, alone: bool = False) -> str:
    """Return a clause on the scene that moves the record most; empty where none was left out.

    Where it stands ``alone`` it does not say that others were left out too.
    """
    record, sway, base = result.record, sway_of_scenes(result), result.baseline
    if record is None or sway is None or base is None:
        return ""
    if sway.size < _MOVES:
        return words.say("sensitivity.still")
    percent, row = words.writer.percent, sway.row
    a, b, a_without, b_without = (
        record.p_exceeds_observed,
        record.p_exceeds_all_days,
        row.p_exceeds_observed,
        row.p_exceeds_all_days,
    )
    moves = []
    # Without the only scene nothing that was seen is left to exceed, and (a) says nothing.
    if base.scenes > 1 and a_without is not None and percent(a) != percent(a_without):
        moves.append(words.say("sensitivity.seen", p=a_without, a=a))
    if percent(b) != percent(b_without):
        moves.append(words.say("sensitivity.days" if moves else "sensitivity.days_alone", p=b_without, b=b))
    if not moves:
        return words.say("sensitivity.still") if base.scenes > 1 else ""
    clause = words.say(
        "sensitivity.moves", assumption=say_assumption(row.assumption, words.writer.full_date), moves=moves
    )
    return clause if alone or base.scenes == 1 else words.say("sensitivity.lead", clause=clause)


def _ranging(result: SeriesResult, words: Phrases) -> str:
    """Return a sentence where the surge or the onset changes by much with settings or scenes; else nothing."""
    rows, parts = [r for r in result.sensitivity if is_setting(r) or r.group == SCENE], []
    surges = [r.surge for r in rows if r.surge is not None]
    if surges and max(surges) - min(surges) >= _RANGES:
        parts.append(words.say("sensitivity.surges", low=min(surges), high=max(surges)))
    onsets = [r.onset for r in rows if r.onset is not None]
    if onsets and (max(onsets) - min(onsets)).days > _ONSET_DAYS:
        parts.append(words.say("sensitivity.onsets", first=min(onsets), last=max(onsets)))
    return words.say("sensitivity.ranging", what=parts) if parts else ""
