"""The subject of a verb, found backwards: over adverbs, appositions and relative clauses to the phrase that speaks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from wayside.coverage.attribution import grammar as g
from wayside.coverage.attribution.sources import Source, read_source, shows_picture
from wayside.coverage.attribution.views import CLOSING, DASHES, QUOTES

if TYPE_CHECKING:
    from wayside.coverage.attribution.views import View

__all__ = ["subject_of"]

_LONGEST: Final = 24
_ANTECEDENT: Final = 2  # tokens at least before a relative clause
_SEGMENTS: Final = 5
_NAMED: Final = frozenset({"organisation", "person", "media", "state"})
_BREAKS: Final = frozenset(";:()") | QUOTES | (DASHES - {"-"})


def subject_of(view: View, verb: int, *, loose: bool = False) -> Source | None:
    """Return the source that is the subject of a verb, or None.

    Args:
        view: the sentence.
        verb: index of the verb.
        loose: also take nouns that the tables do not know.
    """
    stop = _over_adverbs(view, verb)
    before = view.tokens[stop - 1].text if stop else ""
    if view.has(verb, g.PARTICIPLE) and (before in {",", ""} or view.has(stop - 1, g.BY)):
        return _first_subject(view, stop)
    if not before or before in CLOSING or before == '"':
        return None
    read = _BEFORE_MARK.get(before)
    if read is not None:
        return read(view, stop - 1, loose=loose)
    if view.has(stop - 1, g.RELATIVE) and stop >= _ANTECEDENT:
        stop -= 2 if view.lower(stop - 2) == "," else 1
        return _within(view, _start(view, stop), stop, loose=loose)
    first = _list_start(view, _start(view, stop))
    found = _within(view, first, stop, loose=loose)
    if found is None and view.has(first - 1, g.RELATIVE) and first >= _ANTECEDENT:
        return _within(view, _start(view, first - 1), stop, loose=loose)
    return found


def _before_brackets(view: View, closing: int, *, loose: bool) -> Source | None:
    """Read the subject in "the Harrow Institute (HI) said"."""
    opening = _back_to(view, closing, "(")
    found = _within(view, _start(view, opening), opening, loose=loose) if opening > 0 else None
    return read_source(view, found.first, closing + 1, loose=loose) if found is not None else None


def _in_brackets(view: View, closing: int, *, loose: bool) -> Source | None:
    """Read the subject that an editor has put in: "[the think tank] added"."""
    return _within(view, _back_to(view, closing, "[") + 1, closing, loose=loose)


def _over_adverbs(view: View, verb: int) -> int:
    stop = verb
    suffix = view.grammar.adverb_suffix
    while stop > 0 and (
        (view.has(stop - 1, g.ADVERB | g.HAVE | g.MODAL | g.NEGATION | g.BE) and stop - 1 not in view.names)
        or (
            suffix
            and view.lower(stop - 1).endswith(suffix)
            and not view.bits[stop - 1]
            and not view.inside_name(stop - 1)
            and stop - 1 not in view.names
        )
    ):
        stop -= 1
    return stop


def _first_subject(view: View, stop: int) -> Source | None:
    """Read the subject of "X rejected it, saying …": the phrase at the beginning of the sentence."""
    first = 0
    while first < stop and view.tokens[first].kind == "mark":
        first += 1
    source = read_source(view, first, stop)
    return (
        source
        if source is not None and source.kind not in {"imagery", "outlet"} and not view.has(first, g.OPENER)
        else None
    )


def _back_to(view: View, index: int, mark: str) -> int:
    at = index - 1
    while at > 0 and at > index - _LONGEST and view.tokens[at].text != mark:
        at -= 1
    return at if view.tokens[at].text == mark else -1


def _start(view: View, stop: int) -> int:
    """Return where the clause begins that ends before a token."""
    first = stop
    while first > 0 and stop - first < _LONGEST:
        at = first - 1
        if view.tokens[at].text in _BREAKS or view.lower(at) == ",":
            break
        if view.has(at, g.CLAUSE) and not _of(view, at) and not view.inside_name(at) and at not in view.names:
            break
        first = at
    return first


def _list_start(view: View, first: int) -> int:
    """Return where "analysts Ana Li, Jo Carr and Max Otto" begins, given the start of its last part; else that."""
    at = first
    ends = {stop: start for start, stop in view.names.items()} if view.lower(at - 1) == "," else {}
    while view.lower(at - 1) == "," and at - 1 in ends:
        at = ends[at - 1]
    return _start(view, at) if at < first and view.has(at - 1, g.PERSON) else first


def _of(view: View, index: int) -> bool:
    """Tell "as of Friday", which begins no clause."""
    return view.has(index + 1, g.OF)


def _before_apposition(view: View, comma: int, *, loose: bool) -> Source | None:
    """Read the subject in "X, a website run by Y, said", "the minister, Park Jin-ho, said"."""
    fallback: Source | None = None
    stop = _segment_start(view, comma) - 1
    for _ in range(_SEGMENTS):
        if stop <= 0 or view.lower(stop) != ",":
            break
        first = _segment_start(view, stop)
        source = _with_apposed(view, _within(view, first, stop, loose=loose), stop, comma)
        apposed = view.has(first, g.INDEFINITE | g.RELATIVE | g.OPENER | g.PARTICIPLE | g.CITE) or view.has(
            first, g.PERSON
        )
        if source is not None and not apposed:
            adjacent = source.kind in _NAMED and (source.near[1] >= stop or source.stop >= stop)
            return source if fallback is None or adjacent else fallback
        fallback = fallback or source
        stop = first - 1
    return fallback


def _with_apposed(view: View, source: Source | None, stop: int, comma: int) -> Source | None:
    """Add what stands between the commas behind a phrase: a person's name, the author of a report."""
    if source is None or source.kind == "person":
        return source
    person = view.grammar.bits.get(source.head, 0) & g.PERSON and view.names.get(stop + 1) == comma
    if person and source.kind in {"anaphor", "anonymous"}:
        named = read_source(view, stop + 1, comma)
        if named is not None:
            return replace(named, kind="person", types=named.types | {source.head}, first=source.first)
    if (stop + 1 in view.names or source.report) and source.stop == stop:
        return read_source(view, source.first, comma, loose=True) or source
    return source


def _segment_start(view: View, stop: int) -> int:
    first = stop
    while (
        first > 0
        and stop - first < 2 * _LONGEST
        and view.tokens[first - 1].text not in _BREAKS
        and view.lower(first - 1) != ","
    ):
        first -= 1
    while first < stop and view.has(first, g.CLAUSE) and not view.has(first, g.RELATIVE):
        first += 1
    return first


def _within(view: View, first: int, stop: int, *, loose: bool) -> Source | None:
    """Return the first phrase in a range that reaches to its end."""
    if first >= stop:
        return None
    begin = first
    if view.has(first, g.OPENER) and first not in view.names:
        begin = _over_object(view, first + 1, stop)
    for at in range(begin, stop):
        if not _may_begin(view, at, first):
            continue
        if at == begin and shows_picture(view, at, stop):
            return read_source(view, at, stop)
        source = read_source(view, at, stop, loose=loose)
        if source is not None and _reaches(view, source, stop):
            return source
    return None


def _over_object(view: View, index: int, stop: int) -> int:
    """Step over the object of a preposition that opens the clause: "In March", "In a statement"."""
    at = index
    while at < stop and view.has(at, g.DETERMINER) and at not in view.names:
        at += 1
    at = view.names.get(at, at + 1)
    return at if at < stop else index


def _may_begin(view: View, index: int, first: int) -> bool:
    if view.inside_name(index):
        return False
    if index in view.names or view.has(index, g.DETERMINER | g.OWN | g.PRONOUN | g.SELF):
        return True
    before = index == first or view.has(index - 1, g.AND | g.OPENER | g.CLAUSE) or view.tokens[index - 1].kind == "mark"
    return before or view.has(index, g.NOUN | g.DEMONYM)


def _reaches(view: View, source: Source, stop: int) -> bool:
    """Tell whether nothing but what belongs to the phrase stands between it and the verb."""
    at = source.stop
    if at >= stop:
        return True
    if source.kind == "anaphor" and source.words and source.head in view.lowers and source.stop - source.first == 1:
        return False
    if view.has(at + 1, g.BY) and view.tokens[at].text.islower():
        return True
    if not (
        view.has(at, g.OPENER | g.BY | g.RELATIVE | g.AND | g.FROM | g.TO)
        or view.lower(at) in {"(", "-"}
        or view.has(at, g.VERB | g.NEGATION)
    ):
        return False
    return not any(
        view.has(inner, g.BE | g.HAVE | g.MODAL | g.DETERMINER & ~g.DEFINITE) and not view.has(at, g.RELATIVE)
        for inner in range(at, stop)
        if not view.has(inner, g.DEFINITE | g.INDEFINITE)
    )


_BEFORE_MARK: Final = {",": _before_apposition, ")": _before_brackets, "]": _in_brackets}
