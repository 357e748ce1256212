"""Noun phrases: what they are made of, and the sources that they make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wayside.coverage.attribution import grammar as g
from wayside.coverage.attribution.known import known
from wayside.coverage.words.names import joined

if TYPE_CHECKING:
    from wayside.coverage.attribution.views import View

__all__ = [
    "NO_TYPES",
    "Core",
    "Source",
    "adjectival",
    "bare_words",
    "core_of",
    "is_possessive",
    "name_behind",
    "narrowed_stop",
    "owner_of",
    "proper_name",
    "source_of",
    "stateish",
]  # fmt: skip

_LONGEST: Final = 16
_SHORTEST_DEMONYM: Final = 4
NO_TYPES: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Source:
    """A source as a phrase says it.

    Attributes:
        kind: "organisation", "person", "media", "state", "anonymous", "collective", "anaphor" (a pronoun, "the
            group"), "outlet" (the publisher itself) or "imagery" (whose pictures they are).
        name: proper name or the words for one without a name; "" for an anaphor that is a pronoun.
        words: as written.
        first: first token that names it.
        stop: one past the last token of the phrase.
        head: the noun that an anaphor or a description is about ("institute"), or the pronoun; "" for a bare name.
        types: nouns that the phrase calls it by ("website", "minister").
        aliases: further names in the phrase.
        part_of: the body that it is said to belong to, or None.
        report: the phrase is about something published or counted.
        definite: the phrase supposes that it is known.
        near: first and one past the last token of the name itself.
        voice: an unnamed person who speaks for somebody ("a spokeswoman").
    """

    kind: str
    name: str
    words: str
    first: int
    stop: int
    head: str = ""
    types: frozenset[str] = NO_TYPES
    aliases: tuple[str, ...] = ()
    part_of: str | None = None
    report: bool = False
    definite: bool = False
    near: tuple[int, int] = (0, 0)
    voice: bool = False


@dataclass(frozen=True, slots=True)
class Core:
    """The inner words of a noun phrase: names in it, its last known noun, where it ends."""

    first: int
    start: int
    stop: int
    names: tuple[tuple[int, int], ...]
    noun: int
    determiner: int


def core_of(view: View, first: int, limit: int) -> Core | None:
    """Return the inner words of the phrase that starts at a token, or None where none does."""
    index = first
    determiner = 0
    while index < limit and view.has(index, g.DETERMINER | g.OWN | g.POSSESSIVE) and index not in view.names:
        determiner |= view.bits[index]
        index += 1
    start = index
    names: list[tuple[int, int]] = []
    noun = -1
    while index < limit and index - start < _LONGEST:
        if index in view.names:
            names.append((index, min(view.names[index], limit)))
            index = names[-1][1]
            continue
        if not _inner(view, index, start):
            break
        noun = index if view.has(index, g.NOUN) else noun
        index += 1
    last = max(noun + 1, names[-1][1] if names else 0)
    if names and last == names[-1][1] < index and adjectival(view, names[-1]):
        last = index
    stop = last if last > start else index
    return Core(first, start, stop, tuple(names), noun, determiner) if stop > start else None


def _inner(view: View, index: int, start: int) -> bool:
    token = view.tokens[index]
    if token.kind == "mark":
        glued = 0 < index < len(view.tokens) - 1 and view.tokens[index - 1].end == token.start
        return token.text in {"-", "&"} and index > start and glued
    bits = view.bits[index]
    if bits & g.NOUN:
        return not (bits & g.VERB and index > start and index - 1 in _ends(view) and not _attributive(view, index))
    if token.kind == "number":
        return token.text.isdigit() and len(token.text) == 4 and view.has(index + 1, g.REPORT)
    stops = g.OPENER | g.CLAUSE | g.BE | g.HAVE | g.MODAL | g.NEGATION | g.PRONOUN | g.AND | g.CITE | g.RELATIVE | g.BY
    if bits & g.DEMONYM:
        return True
    return (
        not bits & stops
        and not (bits & (g.SAY | g.JUDGE) and not view.has(index + 1, g.BODY))
        and not (bits & g.DETERMINER)
    )


def _ends(view: View) -> set[int]:
    """Return the last tokens of the names."""
    return {stop - 1 for stop in view.names.values()}


def _attributive(view: View, index: int) -> bool:
    """Tell the noun of "UN figures put" from the verb of "The Hill reports"."""
    return (
        view.has(index + 1, g.VERB | g.BE | g.OPENER | g.HAVE | g.FROM)
        or index + 1 >= len(view.tokens)
        or bool(view.bits[index] & g.NUMBERS)
        or (index + 1 in view.names and view.has(index, g.BODY) and not view.lower(index).endswith("s"))
    )


def source_of(
    view: View, kind: str, name: str, first: int, stop: int, *, head: str = "", types: frozenset[str] = NO_TYPES,
    aliases: tuple[str, ...] = (), part_of: str | None = None, report: bool = False, definite: bool = False,
    near: tuple[int, int] | None = None,
) -> Source:  # fmt: skip
    """Return a source; its words are its name unless one is given."""
    words = joined(view.tokens[first:stop])
    return Source(
        kind, name or words, words, first, stop, head, types, aliases, part_of, report, definite, near or (first, stop)
    )


def proper_name(view: View, span: tuple[int, int]) -> str:
    """Return a name without its possessive ending."""
    name = joined(view.tokens[span[0] : span[1]])
    for elision in view.grammar.elisions:
        if name.lower().replace("’", "'").startswith(elision):
            name = name[len(elision) :]
            break
    for ending in ("'s", "’s"):
        name = name.removesuffix(ending)
    return name[:-1] if name.endswith(("'", "’")) else name


def is_possessive(view: View, span: tuple[int, int]) -> bool:
    """Tell "Kpler's" from "Kpler"."""
    last = view.lower(span[1] - 1)
    return (
        last.endswith("'s")
        or view.lower(span[1]) == "'"
        or (last.endswith("s") and view.tokens[span[1] - 1].text[-1] in "'’")
    )


def stateish(name: str) -> bool:
    """Tell a country, its capital or its adjective, which is no source beside a noun."""
    one = known(name)
    return one is not None and one.kind == "state"


def adjectival(view: View, span: tuple[int, int]) -> bool:
    """Tell "Ukrainian" and "local" from the name of a body."""
    one = known(proper_name(view, span))
    if one is not None and one.kind != "state":
        return False
    words = [view.lower(at) for at in range(*span)]
    return all(view.has(at, g.DEMONYM) for at in range(*span)) or _demonym(" ".join(words), view)


def _demonym(name: str, view: View) -> bool:
    short = len(name.split()) <= 2 and len(name) > _SHORTEST_DEMONYM
    return short and name.endswith(view.grammar.demonym_suffixes)


def owner_of(view: View, core: Core, head: int) -> tuple[int, int] | None:
    """Return the name that owns the head of a phrase: "Kpler's count", "the Oryx tally", "a Guardian analysis"."""
    for span in reversed(core.names):
        if span[1] <= head and not (adjectival(view, span) and not is_possessive(view, span)):
            return span
    return None


def bare_words(view: View, core: Core) -> str:
    """Return the words of a description without articles and "unnamed"."""
    drop = view.grammar.unnamed
    kept = [token for token in view.tokens[core.start : core.stop] if token.lower not in drop]
    return joined(kept) if kept else joined(view.tokens[core.first : core.stop])


def name_behind(view: View, index: int) -> bool:
    """Return whether a name stands behind a preposition, with or without an article."""
    at = index + 1
    at += 1 if view.has(at, g.ARTICLE) else 0
    return at in view.names


def narrowed_stop(view: View, index: int, limit: int) -> int:
    """Return the end of that name."""
    at = index + 1
    at += 1 if view.has(at, g.ARTICLE) else 0
    stop = view.names.get(at, index)
    if stop in view.names and is_possessive(view, (at, stop)):
        stop = view.names[stop]
        stop += 1 if stop < limit and view.tokens[stop].text.islower() and not view.bits[stop] else 0
    return min(limit, stop)
