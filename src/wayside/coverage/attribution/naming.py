"""Names with what a text hangs on them: titles, initials, the larger body, an apposition."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from wayside.coverage.attribution import grammar as g
from wayside.coverage.attribution.known import MEDIA_KINDS, ambiguous_names, known
from wayside.coverage.attribution.phrase import (
    NO_TYPES,
    Core,
    Source,
    adjectival,
    is_possessive,
    owner_of,
    proper_name,
    stateish,
)
from wayside.coverage.words.names import joined, plain

if TYPE_CHECKING:
    from wayside.coverage.attribution.views import View

__all__ = ["apposed_name", "larger_body", "listed_stop", "name_source", "read_name"]

_LONGEST_PERSON: Final = 4


def read_name(view: View, core: Core, limit: int) -> Source | None:
    """A phrase that ends in a name: "John Kirby", "rights group Amnesty International", "the Harrow Institute"."""
    span = core.names[-1]
    before = core.noun if core.noun >= 0 and core.noun < span[0] else -1
    if len(core.names) > 1 and before < 0 and span[0] > core.names[-2][1]:
        return (
            None
            if not view.has(core.names[-2][1], g.DEMONYM) and view.tokens[core.names[-2][1]].kind == "word"
            else name_source(view, span, core.first, core.stop)
        )
    source = name_source(view, span, core.first, core.stop)
    if all(view.has(at, g.PLATFORM) for at in range(*span)):
        return None
    if before >= 0 and view.has(before, g.COLLECTIVE) and listed_stop(view, span[1]) > span[1]:
        return _of_many(view, core, before, source, limit)
    if before >= 0:
        person = view.has(before, g.PERSON) and not view.has(before, g.BODY | g.COLLECTIVE)
        press = view.grammar.kinds.get(view.lower(before), NO_TYPES) & MEDIA_KINDS
        kind = source.kind
        if kind == "organisation":
            kind = "person" if person else "media" if press and known(source.name) is None else kind
        owner = owner_of(view, core, before)
        part = proper_name(view, owner) if owner and not stateish(proper_name(view, owner)) else None
        source = replace(source, kind=kind, types=source.types | {view.lower(before)}, part_of=part)
    if plain(source.name) in ambiguous_names():
        return _of_country(view, source, core)
    return with_tail(view, source, core.stop, limit)


def _of_many(view: View, core: Core, noun: int, first: Source, limit: int) -> Source:
    """Read "Kpler analysts Ana Li, Jo Carr and Max Otto", "analysts Ana Li and Jo Carr of Kpler": the body, if any."""
    stop = min(limit, listed_stop(view, core.names[-1][1]))
    owner = owner_of(view, core, noun)
    if owner is not None and not stateish(proper_name(view, owner)):
        return replace(name_source(view, owner, core.first, stop), types=NO_TYPES)
    body = stop + (2 if view.has(stop + 1, g.ARTICLE) else 1)
    if stop < limit and view.has(stop, g.STAFF_OF) and body in view.names:
        return with_tail(view, name_source(view, (body, view.names[body]), core.first, view.names[body]), body, limit)
    return replace(first, kind="person", types=first.types | {view.lower(noun)}, stop=stop)


def listed_stop(view: View, stop: int) -> int:
    """Return the end of a list of names that goes on behind one: ", Jo Carr and Max Otto"."""
    while True:
        at = stop + 1 if view.lower(stop) == "," else stop
        at += 1 if view.has(at, g.AND) else 0
        if at == stop or at not in view.names:
            return stop
        stop = view.names[at]


def _of_country(view: View, source: Source, core: Core) -> Source:
    """Keep whose "Ministry of Defence" it is: "Norway's", "of Chad"."""
    first, stop = core.start if len(core.names) > 1 else source.near[0], core.stop
    if view.lower(stop) in view.grammar.narrowing and stop + 1 in view.names:
        stop = view.names[stop + 1]
    return replace(source, name=joined(view.tokens[first:stop]), stop=stop, near=(first, stop))


def larger_body(view: View, index: int, limit: int) -> str | None:
    """Return the body behind "of" or "at": "the SeaLight project at Stanford University"."""
    if not view.has(index, g.BELONGING) or index + 1 >= limit:
        return None
    at = index + 1
    while at < limit and at < index + 8 and at not in view.names:
        at += 1
    if at not in view.names:
        return None
    name = proper_name(view, (at, view.names[at]))
    return None if stateish(name) else name


def apposed_name(view: View, index: int, limit: int) -> tuple[int, int] | None:
    """Return the name behind a comma that ends the phrase: "the minister, Park Jin-ho,"."""
    at = index + 1 if view.lower(index) == "," else -1
    if at in view.names and view.names[at] <= limit:
        stop = view.names[at]
        if not is_possessive(view, (at, stop)) and (
            stop >= limit or view.lower(stop) in {",", "(", "."} or view.has(stop, g.VERB)
        ):
            return at, stop
    return None


def with_tail(view: View, source: Source, index: int, limit: int) -> Source:
    """Add what follows a name: "(CSIS)", "of the Balkan Monitor", ", or MSF,", ", a website run by Y,"."""
    aliases = list(source.aliases)
    part, types, stop = source.part_of, set(source.types), index
    if view.lower(stop) == "(" and stop + 1 in view.names and view.lower(view.names[stop + 1]) == ")":
        aliases.append(proper_name(view, (stop + 1, view.names[stop + 1])))
        stop = view.names[stop + 1] + 1
    if view.lower(stop) == "," and view.has(stop + 1, g.OR) and stop + 2 in view.names:
        aliases.append(proper_name(view, (stop + 2, view.names[stop + 2])))
        stop = view.names[stop + 2]
    if stop < limit and view.has(stop, g.BELONGING):
        part = larger_body(view, stop, limit) or part
    if stop < len(view.tokens) and view.lower(stop) == ",":
        apposed = _apposition(view, stop + 1)
        types |= apposed[0]
        part = apposed[1] or part
    person = (
        source.kind == "organisation"
        and not source.types
        and _two_words(source.name)
        and bool(types & _persons(view, types))
    )
    return replace(
        source,
        kind="person" if person else source.kind,
        aliases=tuple(aliases),
        part_of=part,
        types=frozenset(types),
        stop=max(source.stop, min(stop, limit)),
    )


def _two_words(name: str) -> bool:
    return 1 < len(name.split()) <= 4


def _persons(view: View, types: set[str]) -> set[str]:
    return {word for word in types if view.grammar.bits.get(word, 0) & g.PERSON}


def _apposition(view: View, index: int) -> tuple[set[str], str | None]:
    """Read ", a website run by the Centre for …," and ", director of the project at …,": nouns and larger body."""
    types: set[str] = set()
    at = index
    if not (view.has(at, g.DETERMINER) or view.has(at, g.NOUN) or view.has(at, g.DEMONYM)):
        return types, None
    part: str | None = None
    while at < len(view.tokens) and at < index + 20 and view.tokens[at].text not in ",;:.()—–":
        if at in view.names:
            name = proper_name(view, (at, view.names[at]))
            after = view.has(at - 1, g.ARTICLE | g.BELONGING)
            if types and after and part is None and not stateish(name) and not adjectival(view, (at, view.names[at])):
                part = name
            at = view.names[at]
            continue
        if view.has(at, g.BODY | g.PERSON) and part is None and len(types) < 3:
            types.add(view.lower(at))
        elif view.has(at, g.SAY) and not view.has(at, g.OBSERVE):
            if not view.has(index, g.DETERMINER):
                return set(), None
            break
        at += 1
    return types, part


def name_source(view: View, span: tuple[int, int], first: int, stop: int) -> Source:
    """A name by what the table of organisations, its title and its shape tell."""
    name = proper_name(view, span)
    found = known(name)
    types: frozenset[str] = NO_TYPES
    if found is None:
        name, types = _without_title(name, view)
        found = known(name) if not types else None
    if found is None:
        short = _without_tail(name, view)
        found = known(short)
        name = short if found is not None or name == short else name
    kind = "organisation"
    if found is not None:
        kind = "media" if found.media else "state" if found.kind == "state" else "organisation"
        name = found.name if found.media else name
        types = types | frozenset(found.kind.split())
    elif types or _hyphenated_given_name(name):
        kind = "person"
    words = joined(view.tokens[first:stop])
    return Source(kind, name, words, first, stop, "", types, (), found.part_of if found else None, near=span)


def _without_title(name: str, view: View) -> tuple[str, frozenset[str]]:
    """Drop "Defense Minister" from "Defense Minister Park Jin-ho"; "Foreign Ministry" keeps its field."""
    words = name.split()
    titles = [index for index, word in enumerate(words[:-1]) if _title(word.lower().strip(".,"), view)]
    if not titles or view.has_body(words[-1].lower()):
        return name, NO_TYPES
    last = titles[-1]
    rest = words[last + 1 :]
    if rest and view.grammar.bits.get(rest[0].lower(), 0) & (g.BELONGING | g.STAFF_OF | g.AND | g.ARTICLE):
        return name, NO_TYPES
    return " ".join(rest), frozenset(word.lower().strip(".,") for word in words[: last + 1])


def _hyphenated_given_name(name: str) -> bool:
    """Tell "Shin Won-sik" by the small letter behind the hyphen."""
    words = name.split()
    first, hyphen, second = words[-1].partition("-")
    return 1 < len(words) <= _LONGEST_PERSON and bool(hyphen) and first[:1].isupper() and second.islower()


def _title(word: str, view: View) -> bool:
    return word in view.grammar.titles or word.endswith(view.grammar.title_suffixes)


def _without_tail(name: str, view: View) -> str:
    words = name.split()
    while (
        len(words) > 1
        and words[-1].lower() in view.grammar.tails
        and (len(words) > 2 or words[-1].lower() in {"project", "group", "website"})
    ):
        if any(view.grammar.bits.get(word.lower(), 0) & g.STAFF_OF for word in words):
            break
        words = words[:-1]
        if known(" ".join(words)) is not None:
            break
        if words and len(words) == 1:
            break
    shorter = " ".join(words)
    return (
        shorter
        if known(shorter) is not None or name.rsplit(maxsplit=1)[-1].lower() in {"project", "website", "group"}
        else name
    )
