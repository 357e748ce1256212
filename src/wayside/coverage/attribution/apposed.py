"""A name straight behind its noun, as most languages but English write it: "el diario El Norte", "института «Х»"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from wayside.coverage.attribution import grammar as g
from wayside.coverage.attribution.known import known
from wayside.coverage.words.names import joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wayside.coverage.attribution.phrase import Source
    from wayside.coverage.attribution.views import View
    from wayside.coverage.words.tokens import Token

__all__ = ["apposed", "with_elisions"]

_BETWEEN: Final = 3  # words between "centro" and its name ("de estudios")
_LONGEST: Final = 8  # words of a name in quotation marks
_OPENING: Final = frozenset('«„“"')
_CLOSING: Final = frozenset('»“”"')
_UNNAMED: Final = frozenset({"anonymous", "anaphor", "collective", "organisation"})


def with_elisions(tokens: Sequence[Token], names: dict[int, int], elisions: tuple[str, ...]) -> None:
    """Add names that an article is glued to ("dell'ONU", "l'Institut Halvorsen"), where there are such articles."""
    for index, token in enumerate(tokens):
        if "'" not in token.lower or index in names:
            continue
        ending = next((len(one) for one in elisions if token.lower.startswith(one)), 0)
        if ending and token.text[ending : ending + 1].isupper() and not any(a < index < b for a, b in names.items()):
            names[index] = names.pop(index + 1, index + 1)


def apposed(view: View, source: Source, limit: int) -> Source:
    """Return a source with the name that stands straight behind its noun.

    Args:
        view: the sentence.
        source: as read so far.
        limit: the phrase ends before this token.

    Returns:
        The source under its name; unchanged where no name follows or it has one.
    """
    if source.kind in _UNNAMED and view.has(source.stop, g.DEMONYM) and source.stop < limit:
        # "un funcionario estadounidense": the adjective belongs to the phrase.
        return replace(source, stop=source.stop + 1)
    head = source.stop - 1
    if source.kind not in _UNNAMED or not view.has(head, g.BODY | g.VOICE) or head in view.names or source.report:
        return source
    person = not view.has(head, g.BODY)
    at = source.stop
    while at < min(limit, source.stop + _BETWEEN) and at not in view.names and _between(view, at, person=person):
        at += 1
    span = _quoted(view, at, limit) or _named(view, at, limit)
    if span is None or (person and at == source.stop and not _owned(view, at)):
        return source
    name = _bare(view, *span)
    one = known(name)
    kind = (
        "organisation" if one is None else "media" if one.media else "state" if one.kind == "state" else "organisation"
    )
    stop = span[1] + (span[1] < len(view.tokens) and view.tokens[span[1]].text in _CLOSING and _opens(view, at))
    return replace(source, kind=kind, name=name, stop=stop, near=span, definite=False, voice=person)


def _named(view: View, at: int, limit: int) -> tuple[int, int] | None:
    """Return the range of a name, its article included where that has a capital ("El Norte")."""
    article = view.has(at, g.DETERMINER) and at + 1 < limit and view.tokens[at].text[0].isupper()
    first = at + 1 if article and at not in view.names else at
    return (at, min(view.names[first], limit)) if first in view.names else None


def _between(view: View, at: int, *, person: bool) -> bool:
    """Tell a word that may stand between a noun and its name; behind a person only the preposition and the article."""
    token = view.tokens[at]
    if token.kind != "word" or view.has(at, g.VERB | g.CLAUSE | g.BE | g.HAVE | g.RELATIVE | g.AND):
        return False
    if person:
        return view.has(at, g.STAFF_OF | g.DETERMINER)
    return token.text[0].islower()


def _owned(view: View, at: int) -> bool:
    """Tell "dell'ONU", whose preposition is glued to the name."""
    return "'" in view.lower(at)


def _opens(view: View, at: int) -> bool:
    return at < len(view.tokens) and view.tokens[at].text in _OPENING


def _quoted(view: View, at: int, limit: int) -> tuple[int, int] | None:
    """Return the range of a name in quotation marks."""
    if not _opens(view, at):
        return None
    stop = at + 1
    while stop < min(limit, at + 1 + _LONGEST) and view.tokens[stop].text not in _CLOSING:
        stop += 1
    closed = stop < len(view.tokens) and view.tokens[stop].text in _CLOSING
    return (at + 1, stop) if closed and stop > at + 1 and view.tokens[at + 1].text[0].isupper() else None


def _bare(view: View, first: int, stop: int) -> str:
    name = joined(view.tokens[first:stop])
    lower = name.lower().replace("’", "'")
    return next((name[len(one) :] for one in view.grammar.elisions if lower.startswith(one)), name)
