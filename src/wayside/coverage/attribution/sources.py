"""What a noun phrase says of a source: a name, an office, "a U.S. official", "the group", "its report"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from wayside.coverage.attribution import grammar as g
from wayside.coverage.attribution.apposed import apposed
from wayside.coverage.attribution.known import known
from wayside.coverage.attribution.naming import apposed_name, larger_body, name_source, read_name
from wayside.coverage.attribution.phrase import (
    Core,
    Source,
    adjectival,
    bare_words,
    core_of,
    is_possessive,
    name_behind,
    narrowed_stop,
    owner_of,
    proper_name,
    source_of,
    stateish,
)
from wayside.coverage.attribution.views import QUOTES
from wayside.coverage.words.names import joined

if TYPE_CHECKING:
    from wayside.coverage.attribution.views import View

__all__ = ["Source", "read_source", "shows_picture"]

_REACH: Final = 8  # tokens between "report" and "by": "a report released late on Monday by"
_LONGEST_UNKNOWN: Final = 5


def read_source(view: View, first: int, limit: int, *, loose: bool = False) -> Source | None:
    """Read the source whose phrase starts at a token.

    Args:
        view: the sentence.
        first: first token of the phrase.
        limit: the phrase ends before this token.
        loose: also take nouns that the tables do not know ("a dockworker said").

    Returns:
        The source, or None where the phrase is none (a picture without an owner, a thing).
    """
    limit = min(limit, len(view.tokens))
    first = _skip_quantity(view, first, limit)
    if first >= limit:
        return None
    if view.has(first, g.SELF):
        return source_of(view, "outlet", "", first, first + 1)
    if view.has(first, g.PRONOUN):
        return source_of(view, "anaphor", "", first, first + 1, head=view.lower(first), definite=True)
    core = core_of(view, first, limit)
    if core is None:
        return None
    source = _with_rest(view, core, limit, loose=loose)
    return apposed(view, source, limit) if source is not None and view.grammar.apposed else source


def shows_picture(view: View, first: int, limit: int) -> bool:
    """Tell a phrase about images: "satellite pictures of the port"."""
    core = core_of(view, first, limit)
    return core is not None and core.noun == core.stop - 1 and view.has(core.noun, g.IMAGERY)


def _skip_quantity(view: View, first: int, limit: int) -> int:
    """Step over "one of", "a number of", "two of"."""
    for width in (3, 2):
        at = first + width - 1
        if at < limit and view.has(at, g.OF) and view.has(at - 1, g.QUANTITY):
            return at + 1
    return first


def _with_rest(view: View, core: Core, limit: int, *, loose: bool) -> Source | None:
    """Decide by the head noun."""
    head = core.noun if core.noun >= 0 and core.noun == core.stop - 1 else -1
    if head < 0 and core.names and core.stop == core.names[-1][1]:
        return read_name(view, core, limit)
    bits = view.bits[head] if head >= 0 else 0
    for of, read in _BY_HEAD:
        if bits & of:
            return read(view, core, head, limit)
    return _unknown(view, core, limit) if loose else None


def _caption(view: View, core: Core, head: int, limit: int) -> Source | None:
    del limit
    return source_of(view, "outlet", "", core.first, core.stop, head=view.lower(head))


def _document(view: View, core: Core, head: int, limit: int) -> Source | None:
    """A report: of whoever owns or wrote it; "the report" goes back to one; figures without an owner are collective."""
    owner = owner_of(view, core, head)
    if owner is not None:
        return replace(name_source(view, owner, core.first, core.stop), report=True)
    if core.determiner & g.OWN:
        own = source_of(view, "outlet", "", core.first, core.stop, head=view.lower(head))
        return replace(own, report=True)
    author = _author(view, core.stop, limit)
    if author is not None:
        return replace(author, report=True, first=core.first)
    owned = _of_pronoun(view, core) or _owned_by_description(view, core, head)
    if owned is not None:
        return replace(owned, report=True)
    return _unowned_document(view, core, head)


def _of_pronoun(view: View, core: Core) -> Source | None:
    """Read "its report", "their images", "its analysts": of whoever the pronoun stands for."""
    if not core.determiner & g.POSSESSIVE:
        return None
    return source_of(view, "anaphor", "", core.first, core.stop, head=view.lower(core.first), definite=True)


def _unowned_document(view: View, core: Core, head: int) -> Source | None:
    adjective = any(adjectival(view, span) or view.has(span[0], g.DEMONYM) for span in core.names)
    numbered = any(view.tokens[at].kind == "number" for at in range(core.start, head))
    if core.determiner & g.DEFINITE and not adjective and not numbered:
        return source_of(view, "anaphor", "", core.first, core.stop, head=view.lower(head), report=True, definite=True)
    plural = view.has(head, g.COLLECTIVE | g.NUMBERS) or numbered
    if not plural and core.determiner == 0 and not adjective and head == core.start:
        return None
    kind = "collective" if plural else "anonymous"
    return source_of(view, kind, bare_words(view, core), core.first, core.stop, head=view.lower(head), report=True)


def _owned_by_description(view: View, core: Core, head: int) -> Source | None:
    """Read "the agency's statement", "the ministry's count"."""
    for at in range(core.start, head):
        word = view.lower(at)
        if word.endswith("'s") and view.grammar.bits.get(word[:-2], 0) & (g.BODY | g.PERSON):
            noun = word[:-2]
            words = joined(view.tokens[core.first : at + 1])[:-2]
            bits = view.grammar.bits[noun]
            if bits & g.BODY or core.determiner & g.DEFINITE:
                return replace(
                    source_of(view, "anaphor", words, core.first, core.stop, head=noun, definite=True), words=words
                )
            return replace(source_of(view, "anonymous", words, core.first, core.stop, head=noun), words=words)
    return None


def _author(view: View, index: int, limit: int) -> Source | None:
    """Read who wrote it: "by X", "from X", "released on Monday by X"; ", by X"."""
    for at in range(index, min(limit, index + _REACH)):
        if view.tokens[at].text in QUOTES or (view.tokens[at].text in ";:,(" and at > index):
            return None
        if view.has(at, g.BY) or (at == index and view.has(at, g.FROM)):
            found = read_source(view, at + 1, limit)
            return found if found is not None and found.kind != "imagery" else None
        if view.has(at, g.BE | g.HAVE | g.SAY | g.CLAUSE) and not view.has(at, g.PUBLISH | g.OBSERVE | g.OPENER):
            return None
    return None


def _picture(view: View, core: Core, head: int, limit: int) -> Source | None:
    """Images show, they do not say: the source is who took or owns them; "its images" are of who was spoken of."""
    if core.determiner & g.OWN:
        return source_of(view, "outlet", "", core.first, core.stop, head=view.lower(head))
    if core.determiner & g.POSSESSIVE:
        return source_of(
            view, "anaphor", "", core.first, core.stop, head=view.lower(core.first), report=True, definite=True
        )
    owner = owner_of(view, core, head)
    if owner is None or stateish(proper_name(view, owner)):
        if core.stop < limit and view.has(core.stop, g.FROM):
            owner = next(((at, stop) for at, stop in view.names.items() if at == core.stop + 1), None)
        if owner is None or stateish(proper_name(view, owner)):
            return None
    named = name_source(view, owner, core.first, core.stop)
    if any(letter.isdigit() for letter in named.name) or view.lower(owner[1]) == "-":
        return None
    return replace(named, kind="imagery")


def _voice(view: View, core: Core, head: int, limit: int) -> Source | None:
    """Those who speak for a body: the body; unless the phrase names the person."""
    pronoun = _of_pronoun(view, core)
    if pronoun is not None:
        return pronoun
    person = apposed_name(view, core.stop, limit)
    owner = owner_of(view, core, head)
    types = frozenset({view.lower(head)})
    if person is not None:
        part = proper_name(view, owner) if owner else None
        return replace(name_source(view, person, core.first, person[1]), kind="person", types=types, part_of=part)
    if owner is not None and not stateish(proper_name(view, owner)):
        return replace(name_source(view, owner, core.first, core.stop), head="")
    if view.has(core.stop, g.STAFF_OF) and not view.lower(core.stop + 1).endswith("ing"):
        body = read_source(view, core.stop + 1, limit)
        if body is not None and _speaks_through(view, body):
            return _spokesperson(view, core, body, limit)
    owned = _owned_by_description(view, core, head)
    found = owned if owned is not None else _person(view, core, head, limit)
    return replace(found, voice=True) if found is not None else None


def _speaks_through(view: View, body: Source) -> bool:
    """Tell a body, named or described, for which somebody may speak."""
    described = body.kind == "anaphor" and bool(view.grammar.bits.get(body.head, 0) & g.BODY)
    return described or body.kind in {"organisation", "media"}


def _spokesperson(view: View, core: Core, body: Source, limit: int) -> Source:
    """Return the person if the phrase goes on with a name ("for Maersk, Ana Li,"), else the body."""
    after = apposed_name(view, body.stop, limit)
    if after is None:
        return replace(body, first=core.first)
    named = name_source(view, after, core.first, after[1])
    return replace(named, kind="person", types=frozenset({view.lower(core.stop - 1)}), part_of=body.name or None)


def _person(view: View, core: Core, head: int, limit: int) -> Source | None:
    bits = view.bits[head]
    word = view.lower(head)
    person = apposed_name(view, core.stop, limit)
    if person is not None:
        return replace(name_source(view, person, core.first, person[1]), kind="person", types=frozenset({word}))
    stop = _of_body(view, core.stop, limit)
    tail = joined(view.tokens[core.stop : stop])
    name = bare_words(view, core) + (" " + tail if tail else "")
    bare = core.start == head and not tail
    if core.determiner & g.DEFINITE and bare:
        return source_of(view, "anaphor", "", core.first, stop, head=word, definite=True)
    collective = bool(bits & g.COLLECTIVE) and not core.determiner & ~g.DEFINITE & g.DETERMINER
    if (
        collective
        and not _asked_not_to_be_named(view, core.stop)
        and not view.grammar.unnamed & set(view.lowers[core.start : head])
    ):
        return source_of(view, "collective", name, core.first, stop, head=word)
    return source_of(view, "anonymous", name, core.first, stop, head=word, definite=bool(core.determiner & g.DEFINITE))


def _asked_not_to_be_named(view: View, index: int) -> bool:
    words = " ".join(view.lowers[index : index + 20])
    return any(phrase in words for phrase in view.grammar.anonymity)


def _of_body(view: View, index: int, limit: int) -> int:
    """Return the end of what narrows an unnamed person: "familiar with the matter", "briefed on the talks"."""
    if view.lower(index) in view.grammar.narrowing and name_behind(view, index):
        return narrowed_stop(view, index, limit)
    words = " ".join(view.lowers[index : index + 5]) + " "
    phrase = next((one for one in view.grammar.narrowing_phrases if words.startswith(one + " ")), None)
    if phrase is None:
        return index
    stop = index + len(phrase.split())
    while (
        stop < limit
        and stop < index + 6
        and view.tokens[stop].kind == "word"
        and not view.has(stop, g.VERB | g.BE | g.HAVE)
    ):
        stop += 1
    return stop


def _body(view: View, core: Core, head: int, limit: int) -> Source | None:
    """A body: by its name where the phrase has one, else a description."""
    word = view.lower(head)
    types = frozenset({word})
    named = _body_by_name(view, core, head, limit)
    if named is not None:
        return named
    definite = bool(core.determiner & g.DEFINITE)
    field = not core.names and core.start < head
    narrowed = view.lower(core.stop) in view.grammar.narrowing and name_behind(view, core.stop)
    of_field = view.has(head, g.UNIQUE_IN_FIELD) and view.has(core.stop, g.OF) and _small(view, core.stop + 1)
    unique = of_field or (field and view.has(head, g.UNIQUE_IN_FIELD)) or (definite and view.has(head, g.UNIQUE))
    kind = "collective" if view.has(head, g.COLLECTIVE) else "anonymous"
    if core.names or narrowed or unique:
        owned = any(is_possessive(view, span) for span in core.names)
        headline = not core.determiner and bool(core.names) and _only_adjectives(view, core) and view.has(head, g.MANY)
        if core.determiner & g.INDEFINITE or (headline and not owned):
            return source_of(view, "anonymous", bare_words(view, core), core.first, core.stop, head=word, types=types)
        stop = narrowed_stop(view, core.stop, limit) if narrowed else core.stop + 2 if of_field else core.stop
        kind = "collective" if kind == "collective" else "organisation"
        name = (bare_words(view, core) + " " + joined(view.tokens[core.stop : stop])).strip()
        genitive = any(view.lower(at).endswith("'s") for at in range(core.start, head))
        again = g.VAGUE if field else g.MANY if core.names and not narrowed else 0
        vague = definite and view.has(head, again) and not genitive
        return source_of(view, kind, name, core.first, stop, types=types, head=word if vague else "", definite=vague)
    if definite or core.determiner & g.POSSESSIVE:
        return source_of(view, "anaphor", "", core.first, core.stop, head=word, types=types, definite=True)
    return source_of(view, kind, bare_words(view, core), core.first, core.stop, head=word, types=types)


def _small(view: View, index: int) -> bool:
    """Tell the field in "ministry of health"."""
    return index < len(view.tokens) and view.tokens[index].text.islower() and not view.has(index, g.DETERMINER)


def _body_by_name(view: View, core: Core, head: int, limit: int) -> Source | None:
    """Read "the SeaLight project", "NASA's fire service", "the company, Maersk,"."""
    word = view.lower(head)
    types = frozenset({word})
    owner = owner_of(view, core, head)
    one = known(proper_name(view, owner)) if owner is not None else None
    near = owner is not None and (owner[1] == head or (one is not None and one.media))
    beside = near and not (one is not None and one.kind == "state")
    if owner is not None and beside and word in view.grammar.tails:
        named = name_source(view, owner, core.first, core.stop)
        described = is_possessive(view, owner) and known(named.name) is None
        if not described or named.kind not in {"organisation", "person"}:
            part = larger_body(view, core.stop, limit) or named.part_of
            return replace(named, types=named.types | types, part_of=part)
    if len(core.names) > 1 and is_possessive(view, core.names[0]):
        of = known(proper_name(view, core.names[0]))
        if of is not None and of.kind != "state":
            return replace(name_source(view, core.names[0], core.first, core.stop), types=types)
    apposed = apposed_name(view, core.stop, limit)
    if apposed is not None and core.determiner & g.DETERMINER:
        return replace(name_source(view, apposed, core.first, apposed[1]), types=types)
    return None


def _only_adjectives(view: View, core: Core) -> bool:
    return all(adjectival(view, span) or stateish(proper_name(view, span)) for span in core.names)


def _unknown(view: View, core: Core, limit: int) -> Source | None:
    """Somebody whom the tables have no noun for: "a dockworker"."""
    if not core.determiner & (g.DETERMINER | g.OWN) or core.stop - core.start > _LONGEST_UNKNOWN:
        return None
    if view.has(core.stop - 1, g.COMMON) and view.has(core.start, g.COMMON):
        return None
    person = apposed_name(view, core.stop, limit)
    if person is not None:
        return replace(name_source(view, person, core.first, person[1]), kind="person")
    word = view.lower(core.stop - 1)
    if core.determiner & g.DEFINITE and core.stop - core.start == 1:
        return source_of(view, "anaphor", "", core.first, core.stop, head=word, definite=True)
    return source_of(view, "anonymous", bare_words(view, core), core.first, core.stop, head=word)


_BY_HEAD: Final = (
    (g.CAPTION, _caption),
    (g.REPORT | g.NUMBERS, _document),
    (g.IMAGERY, _picture),
    (g.VOICE, _voice),
    (g.OFFICE, _person),
    (g.BODY, _body),
    (g.PERSON | g.COLLECTIVE, _person),
)
