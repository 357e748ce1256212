"""In words: how far the answers move with other settings, and with any single scene left out."""

from __future__ import annotations

from wayside.model.series import Answer, Record, SeriesResult
from wayside.model.sways import SCENE, is_setting, say_assumption, spread_of_settings, sway_of_scenes
from wayside.model.wording import plural, say_date, say_percent

__all__ = ["sensitivity_answers", "swayed"]

_WIDE = 0.3
_MOVES = 0.015
_RANGES = 0.15
_ONSET_DAYS = 30


def sensitivity_answers(result: SeriesResult, record: Record) -> list[Answer]:
    """Say how far the record moves with other settings and with single scenes; nothing where neither was tried."""
    spread, parts = spread_of_settings(result.sensitivity), []
    if spread is not None:
        held, b = plural(spread.settings, "other setting"), say_percent(record.p_exceeds_all_days)
        low, high = (say_percent(x.p_exceeds_all_days) for x in (spread.low, spread.high))
        if low == high:
            parts.append(f"Under {held} the probability to exceed every day, {b}, is {low} throughout.")
        else:
            wide = " That is wide: what the counts leave open decides it." if spread.width >= _WIDE else ""
            least, most = (say_assumption(x.assumption) for x in (spread.low, spread.high))
            parts.append(
                f"The probability to exceed every day, {b}, lies between {low} under “{least}” and {high} under "
                f"“{most}”, of {held}.{wide}"
            )
    moved = swayed(result)
    if moved:
        parts.append(f"{moved[0].upper()}{moved[1:]}.")
    surges = _ranging(result)
    if surges:
        parts.append(surges)
    if not parts:
        return []
    given = (
        "Each setting replaces the average over all of them, and each scene is left out alone.",
        "Settings to which the counts give less than 1\u00a0% are not in the range; stresses are in the table alone.",
    )
    return [Answer("sensitivity", " ".join(parts), given)]


def swayed(result: SeriesResult, *, alone: bool = False) -> str:
    """Return a clause on the scene that moves the record most; empty where none was left out.

    Where it stands ``alone`` it does not say that others were left out too.
    """
    record, sway, base = result.record, sway_of_scenes(result), result.baseline
    if record is None or sway is None or base is None:
        return ""
    still = "no scene moves the record by more than a percentage point when it is left out alone"
    if sway.size < _MOVES:
        return still
    a, b, row = record.p_exceeds_observed, record.p_exceeds_all_days, sway.row
    moves = []
    # Without the only scene nothing that was seen is left to exceed, and (a) says nothing.
    if base.scenes > 1 and row.p_exceeds_observed is not None and say_percent(a) != say_percent(row.p_exceeds_observed):
        moves.append(
            f"the count exceeds what was seen with {say_percent(row.p_exceeds_observed)} instead of {say_percent(a)}"
        )
    if say_percent(b) != say_percent(row.p_exceeds_all_days):
        moves.append(f"it exceeds every day with {say_percent(row.p_exceeds_all_days)} instead of {say_percent(b)}")
    if not moves:
        return still if base.scenes > 1 else ""
    if len(moves) == 1:
        moves = [moves[0].replace("it exceeds", "the count exceeds")]
    lead = "" if alone or base.scenes == 1 else "of all scenes, left out one at a time, one moves the record most: "
    return f"{lead}{say_assumption(row.assumption)}, {' and '.join(moves)}"


def _ranging(result: SeriesResult) -> str:
    """Return a sentence where the surge or the onset changes by much with settings or scenes; else nothing."""
    rows, parts = [r for r in result.sensitivity if is_setting(r) or r.group == SCENE], []
    surges = [r.surge for r in rows if r.surge is not None]
    if surges and max(surges) - min(surges) >= _RANGES:
        parts.append(f"the probability of a surge ranges from {say_percent(min(surges))} to {say_percent(max(surges))}")
    onsets = [r.onset for r in rows if r.onset is not None]
    if onsets and (max(onsets) - min(onsets)).days > _ONSET_DAYS:
        parts.append(f"the middle of the onset ranges from {say_date(min(onsets))} to {say_date(max(onsets))}")
    return f"Over all settings and scenes {' and '.join(parts)}." if parts else ""
