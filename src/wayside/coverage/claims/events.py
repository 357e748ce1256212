"""Dated events that a sentence names: candidates for the list that a series is set against.

Kinds, their nouns and verbs, and how an event's short text is built are written in ``tables/<language>/events.toml``.
An event needs a date in its own clause; "five days after the summit" dates no summit.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from wayside.coverage.claims.cues import Cues, cues, forms
from wayside.coverage.claims.phrases import Around, EventWords
from wayside.coverage.tables import table
from wayside.model.claims import TimeSpan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from wayside.coverage.claims.times import TimeFound
    from wayside.coverage.words.tokens import Token

__all__ = ["EventFound", "find_events"]

_FARTHEST: Final = 14
_LONGEST_TEXT: Final = 90
_NEGATED_WITHIN: Final = 3


@dataclass(frozen=True, slots=True)
class EventFound:
    """A dated event in a sentence.

    Attributes:
        first: first token of its words.
        stop: token after the last.
        event: what happened, short: "visit of Ana Kovac to Moravia".
        kind: name in the table.
        time: when.
    """

    first: int
    stop: int
    event: str
    kind: str
    time: TimeSpan


@dataclass(frozen=True, slots=True)
class _Kind:
    """A row of the table."""

    name: str
    form: str
    label: str
    objects: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Table:
    kinds: tuple[_Kind, ...]
    index: Cues
    words: EventWords
    state_dates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Cue:
    """A word that names an event: its place, the kind, and whether it is a noun, a verb or a passive verb."""

    first: int
    stop: int
    kind: _Kind
    role: str


def find_events(
    text: str, tokens: Sequence[Token], times: Sequence[TimeFound], language: str = "en"
) -> list[EventFound]:
    """Find the dated events of a sentence.

    Args:
        text: the document's text, for the words.
        tokens: the sentence.
        times: its times, as ``find_times`` returns them.
        language: ISO 639-1; without a table nothing is found.

    Returns:
        The events in order; one date may belong to several.
    """
    known = _table(language)
    if known is None:
        return []
    dates = [time for time in times if _dates(time) and not time.span.text.lower().startswith(known.state_dates)]
    if not dates:
        return []
    timed = frozenset(at for time in times for at in range(time.first, time.stop))
    around = Around(text, tokens, timed, known.words)
    starts = [time.first for time in dates]
    told: set[tuple[str, TimeSpan]] = set()
    found: list[EventFound] = []
    dated = [(cue, time) for cue in _cues(tokens, known) if (time := _date_of(cue, dates, starts, around)) is not None]
    # Nouns first, so that "an earthquake hit" is an earthquake; of two tellings the one nearer to the date.
    for cue, time in sorted(dated, key=lambda one: (one[0].role != "noun", _gap(*one))):
        event = None if _negated(tokens, cue, known.words) else _described(cue, around)
        if event is None or not told.isdisjoint(_tellings(cue, event, time)):
            continue
        told.update(_tellings(cue, event, time))
        first, stop = around.reach(cue.first, cue.stop) if cue.role != "noun" else (cue.first, cue.stop)
        first, stop = min(first, time.first), max(stop, time.stop)
        found.append(EventFound(first, stop, event[:_LONGEST_TEXT].strip(), cue.kind.name, time.span))
    return sorted(found, key=lambda one: one.first)


def _gap(cue: _Cue, time: TimeFound) -> int:
    return max(time.first - cue.stop, cue.first - time.stop)


def _tellings(cue: _Cue, event: str, time: TimeFound) -> set[tuple[str, TimeSpan]]:
    """Return what a second telling of the event has in common with it: its text, or its kind, and the day.

    What hits somewhere is the earthquake or the flood of the same sentence.
    """
    striking = {"struck"} if cue.kind.form in {"in", "on"} and (cue.role != "noun" or cue.kind.form == "in") else set()
    return {(one, time.span) for one in {event, cue.kind.name, *striking}}


def _dates(time: TimeFound) -> bool:
    """Tell a date from a period and from one that is open to one side; one without its year stays a candidate."""
    if time.period:
        return False
    start, end = time.span.start, time.span.end
    if start is None and end is None:
        return any(character.isdigit() for character in time.span.text)
    return start is not None and end is not None


def _cues(tokens: Sequence[Token], known: _Table) -> list[_Cue]:
    """Return the cues, nouns before verbs, so that "an earthquake hit" is an earthquake; longest first."""
    found = [
        _Cue(first, stop, known.kinds[int(number)], role)
        for group, spans in known.index.hits(tokens).items()
        for number, role in [group.split(" ")]
        for first, stop in spans
    ]
    found.sort(key=lambda cue: (cue.role != "noun", cue.first, -cue.stop))
    kept: list[_Cue] = []
    taken: set[int] = set()
    for cue in found:
        if cue.first not in taken or cue.role == "passive":
            kept.append(cue)
            taken.update(range(cue.first, cue.stop))
    return kept


def _date_of(cue: _Cue, dates: Sequence[TimeFound], starts: Sequence[int], around: Around) -> TimeFound | None:
    """Return the nearest date with nothing between it and the cue that ends a clause."""
    least = bisect_left(starts, cue.first - 2 * _FARTHEST)
    most = bisect_right(starts, cue.stop + _FARTHEST)
    near = [
        time
        for time in dates[least:most]
        if 0 <= _gap(cue, time) <= _FARTHEST and not around.apart((cue.first, cue.stop), (time.first, time.stop))
    ]
    return min(near, key=lambda time: _gap(cue, time)) if near else None


def _negated(tokens: Sequence[Token], cue: _Cue, words: EventWords) -> bool:
    before = tokens[max(0, cue.first - _NEGATED_WITHIN) : cue.first]
    after = tokens[cue.stop : cue.stop + _NEGATED_WITHIN]
    return any(one.lower in words.negations for one in before) or any(one.lower in words.cancelled for one in after)


# ------------------------------------------------------------------ the short text


def _described(cue: _Cue, around: Around) -> str | None:
    if cue.role != "noun" and cue.kind.objects and not around.near(cue.first, cue.stop, cue.kind.objects, cue.role):
        return None
    if cue.role == "passive":
        subject = around.subject(cue.first)
        after = around.object(cue.stop)
        return f"{cue.kind.label} of {subject}" if subject and not after else None
    describe = (_NOUNS if cue.role == "noun" else _VERBS).get(cue.kind.form)
    return describe(cue, around) if describe else None


def _noun(cue: _Cue, around: Around) -> str:
    return cue.kind.label if cue.kind.label and cue.kind.form == "plain" else around.with_modifiers(cue.first, cue.stop)


def _pair_noun(cue: _Cue, around: Around) -> str:
    noun = around.with_modifiers(cue.first, cue.stop)
    named = around.name_before(cue.first)
    if named and around.owned(cue.first):
        other = around.name_after(cue.stop, {"with"})
        return f"{named}–{other} {noun}" if other else f"{noun} of {named}"
    if named:
        return f"{named} {noun}"
    both = around.both_after(cue.stop, {"between", "of"})
    if both:
        return f"{both[0]}–{both[1]} {noun}"
    place = around.name_after(cue.stop, {"in", "at"})
    return f"{noun} in {place}" if place else noun


def _pair_verb(cue: _Cue, around: Around) -> str | None:
    both = around.both_before(cue.first)
    subject = around.subject(cue.first, short=True)
    if both:
        return f"{both[0]}–{both[1]} {cue.kind.label}"
    other = around.name_after(cue.stop, {"with", ""})
    if other:
        return f"{subject}–{other} {cue.kind.label}" if subject else f"{cue.kind.label} with {other}"
    return f"{cue.kind.label} of {subject}" if subject else None


def _to_noun(cue: _Cue, around: Around) -> str:
    noun = around.with_modifiers(cue.first, cue.stop)
    who = (around.name_before(cue.first) if around.owned(cue.first) else None) or around.name_after(
        cue.stop, {"by", "of"}
    )
    where = around.name_after(cue.stop, {"to", "in"})
    return noun + (f" of {who}" if who else "") + (f" to {where}" if where else "")


def _to_verb(cue: _Cue, around: Around) -> str | None:
    who, where = around.subject(cue.first, short=True), around.object(cue.stop)
    return f"{cue.kind.label} of {who} to {where}" if who and where else None


def _arrive_verb(cue: _Cue, around: Around) -> str | None:
    who, where = around.subject(cue.first, short=True), around.name_after(cue.stop, {""})
    return f"{cue.kind.label} of {who} in {where}" if who and where else None


def _from_verb(cue: _Cue, around: Around) -> str | None:
    who, where = around.subject(cue.first, short=True), around.name_after(cue.stop, {""})
    if not (who and where):
        return None
    return f"{cue.kind.label} of {who} from {where}" if who[0].isupper() else f"{cue.kind.label} from {where} by {who}"


def _on_noun(cue: _Cue, around: Around) -> str:
    target = around.after(cue.stop, {"on", "against", "at", "in"})
    return around.with_modifiers(cue.first, cue.stop) + (f" on {target}" if target else "")


def _on_verb(cue: _Cue, around: Around) -> str | None:
    who, target = around.subject(cue.first, short=True), around.object(cue.stop)
    return f"{cue.kind.label} on {target} by {who}" if who and target else None


def _of_noun(cue: _Cue, around: Around) -> str:
    what = around.after(cue.stop, {"of"})
    return around.with_modifiers(cue.first, cue.stop) + (f" of {what}" if what else "")


def _of_verb(cue: _Cue, around: Around) -> str | None:
    who, what = around.subject(cue.first, short=True), around.object(cue.stop)
    return f"{cue.kind.label} of {what}" + (f" by {who}" if who else "") if what else None


def _by_noun(cue: _Cue, around: Around) -> str:
    who = around.any_name_before(cue.first)
    return around.with_modifiers(cue.first, cue.stop) + (f" by {who}" if who else "")


def _in_noun(cue: _Cue, around: Around) -> str:
    own = around.own_name(cue.first, cue.stop)
    if own:
        return own
    place = around.name_after(cue.stop, {"in", "at", "near", "off", "hit", "hits", "struck", "strikes", "shook"})
    return around.with_modifiers(cue.first, cue.stop) + (f" in {place}" if place else "")


def _named_noun(cue: _Cue, around: Around) -> str:
    named = around.name_before(cue.first)
    noun = around.with_modifiers(cue.first, cue.stop)
    return f"{named} {noun}" if named else noun


def _subject_verb(cue: _Cue, around: Around) -> str | None:
    subject = around.subject(cue.first)
    return f"{cue.kind.label} of {subject}" if subject else None


_NOUNS: Final[dict[str, Callable[[_Cue, Around], str]]] = {
    "pair": _pair_noun, "to": _to_noun, "on": _on_noun, "of": _of_noun, "by": _by_noun, "in": _in_noun,
    "named": _named_noun, "plain": _noun, "from": _of_noun, "arrive": _to_noun, "subject": _noun,
}  # fmt: skip
_VERBS: Final[dict[str, Callable[[_Cue, Around], str | None]]] = {
    "pair": _pair_verb, "to": _to_verb, "arrive": _arrive_verb, "from": _from_verb, "on": _on_verb, "of": _of_verb,
    "subject": _subject_verb,
}  # fmt: skip


# ------------------------------------------------------------------ the table


@cache
def _table(language: str) -> _Table | None:
    rows = table("events", language)
    if not rows:
        return None
    kinds: list[_Kind] = []
    groups: dict[str, list[str]] = {}
    for number, row in enumerate(rows["event"]):
        kinds.append(_Kind(row["kind"], row["form"], row.get("label", ""), frozenset(row.get("objects", ()))))
        for key, role in (("nouns", "noun"), ("verbs", "verb"), ("passive", "passive")):
            if key in row:
                groups[f"{number} {role}"] = row[key]
    return _Table(tuple(kinds), cues(groups), _event_words(rows, language), tuple(rows["state_dates"]))


def _event_words(rows: Mapping[str, Any], language: str) -> EventWords:
    names = table("places", language)
    return EventWords(
        breaks=frozenset(rows["breaks"]),
        negations=frozenset(rows["negations"]),
        cancelled=frozenset(rows["cancelled"]),
        sharing=frozenset(rows["sharing"]),
        determiners=frozenset(rows["determiners"]),
        articles=frozenset(rows["articles"]),
        owners=frozenset(rows["owners"]),
        links=frozenset(names.get("links", ())),
        auxiliaries=frozenset(rows["auxiliaries"]),
        modifiers=frozenset(rows["modifiers"]),
        object_ends=frozenset(rows["object_ends"]),
        subject_breaks=frozenset(form for entry in rows["subject_breaks"] for form in forms(entry)),
        particles=frozenset(names.get("particles", ())),
        titles=frozenset(names.get("titles", ())) | frozenset(rows["titles"]),
        demonyms=frozenset(names.get("demonyms", ())),
        demonym_endings=tuple(names.get("demonym_endings", ())),
    )
