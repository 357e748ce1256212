"""What "it", "the group", "the minister" and a name stand for in a document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wayside.coverage.attribution import grammar as g
from wayside.coverage.attribution.known import ambiguous_names
from wayside.coverage.attribution.register import Entity, Register, fits, media
from wayside.coverage.words.names import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wayside.coverage.attribution.grammar import Grammar
    from wayside.coverage.attribution.phrase import Source

__all__ = ["NAMED_LATER", "Context", "Speaker", "named_later", "resolve"]

_PRONOUN_REACH: Final = 4
_LONGEST_PERSON: Final = 3
_PRESS: Final = frozenset({"newspaper", "broadcaster"})
_VOICES: Final = {"anonymous": "anonymous", "collective": "collective", "outlet": "outlet"}
NAMED_LATER: Final = "source named in a later sentence"


@dataclass(frozen=True, slots=True)
class Speaker:
    """A resolved source.

    Attributes:
        name: who asserts; None where nobody is named.
        anonymous: the source has no name.
        via: through whom, outermost first.
        flags: what is missing or was inferred.
        voice: as ``Claim.voice``.
        attributed_at: characters of the text that name the source, or None.
        quotation: "direct", "broken" or None.
    """

    name: str | None = None
    anonymous: bool = False
    via: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    voice: str = "unattributed"
    attributed_at: tuple[int, int] | None = None
    quotation: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What a source is resolved in.

    Attributes:
        register: names of the document.
        grammar: of its language.
        publisher: what the document itself is called as a source, or None.
    """

    register: Register
    grammar: Grammar
    publisher: str | None


def resolve(source: Source, at: tuple[int, int], number: int, context: Context) -> tuple[Speaker, Entity | None]:
    """Return what a source means where it stands, and its entry in the register.

    Args:
        source: as its phrase says it.
        at: characters of the text that name it.
        number: of the sentence.
        context: register, language and publisher.
    """
    register, grammar = context.register, context.grammar
    if source.kind == "outlet":
        return Speaker(context.publisher, voice="outlet", attributed_at=at), None
    if source.kind in {"anonymous", "collective"}:
        return _unnamed(source, at), _described(source, number, register)
    if source.kind == "anaphor":
        return _anaphor(source, at, number, context)
    if source.definite and source.head:
        found = next((one for one in register.before(number) if fits(one, source.head, register, grammar) >= 2), None)
        if found is not None and found.kind == "organisation":
            return Speaker(found.name, voice="named", attributed_at=at), found
    entity = register.specific(register.learn(source, at, grammar))
    flags = (f"ambiguous name: '{source.words}'",) if _ambiguous(source, entity) else ()
    return Speaker(entity.name, flags=flags, voice="named", attributed_at=at), entity


def _ambiguous(source: Source, entity: Entity) -> bool:
    return (
        entity.part_of is None and plain(source.name) in ambiguous_names() and plain(entity.name) in ambiguous_names()
    )


def _unnamed(source: Source, at: tuple[int, int]) -> Speaker:
    return Speaker(source.name, anonymous=True, voice=_VOICES[source.kind], attributed_at=at)


def _described(source: Source, number: int, register: Register) -> Entity:
    """Enter "a U.S. official", so that "the official" can mean him."""
    key = "description " + plain(source.name)
    entity = register.described.get(key)
    if entity is None:
        entity = Entity(source.name, source.kind, {source.head} - {""}, first=number)
        register.described[key] = entity
        register.entities.append(entity)
    return entity


def _anaphor(source: Source, at: tuple[int, int], number: int, context: Context) -> tuple[Speaker, Entity | None]:
    found = _antecedent(source, number, context.register, context.grammar)
    press = context.grammar.kinds.get(source.head, frozenset()) & _PRESS
    if found is None and context.publisher and press:
        return Speaker(context.publisher, voice="outlet", attributed_at=at), None
    if found is None:
        words = source.words
        return (
            Speaker(
                words, anonymous=True, flags=(f"antecedent missing: '{words}'",), voice="anonymous", attributed_at=at
            ),
            None,
        )
    unnamed = found.kind in {"anonymous", "collective"}
    voice = _VOICES.get(found.kind, "named")
    return Speaker(found.name, anonymous=unnamed, voice=voice, attributed_at=at), found


def _antecedent(source: Source, number: int, register: Register, grammar: Grammar) -> Entity | None:
    head = source.head
    bits = grammar.bits.get(head, 0)
    earlier = list(register.before(number))
    if bits & (g.PRONOUN | g.POSSESSIVE):
        return _of_pronoun(head, earlier, number, grammar)
    if source.report and bits & (g.REPORT | g.NUMBERS) and not bits & g.BODY:
        return _of_report(earlier, number)
    ranked = [(fits(one, head, register, grammar), one) for one in earlier]
    sure = next((one for fit, one in ranked if fit == 3 and not media(one)), None) or next(
        (one for fit, one in ranked if fit >= 2), None
    )
    if sure is not None:
        return sure
    likely = next((one for fit, one in ranked if fit == 1 and one.spoke >= 0), None) or next(
        (one for fit, one in ranked if fit == 1 and number - one.seen <= _PRONOUN_REACH), None
    )
    return likely or (_of_staff(earlier, number, grammar, register) if bits & g.VOICE and bits & g.COLLECTIVE else None)


def _of_staff(earlier: list[Entity], number: int, grammar: Grammar, register: Register) -> Entity | None:
    """The body whose "analysts" they are: the one that spoke just before, unless it is a government or news media."""
    return next(
        (
            one
            for one in earlier
            if one.kind == "organisation"
            and 0 <= number - one.spoke <= _PRONOUN_REACH
            and one.spoke >= 0
            and not media(one)
            and not register.kinds_of(one, grammar) & {"government", "military", "state", "court"}
        ),
        None,
    )


def _of_pronoun(word: str, earlier: list[Entity], number: int, grammar: Grammar) -> Entity | None:
    near = [one for one in earlier if number - one.seen <= _PRONOUN_REACH]
    if word in grammar.persons or word in grammar.person_owners:
        persons = [one for one in near if one.person or (_may_be_person(one) and number - one.seen <= 1)]
        return next(iter(persons), None) or next(
            (one for one in near if one.kind == "anonymous" and one.spoke >= 0 and _human(one, grammar)), None
        )
    if word in grammar.things or word in grammar.thing_owners:
        bodies = [
            one
            for one in near
            if one.kind in {"organisation", "media", "state"} or (one.kind == "anonymous" and not _human(one, grammar))
        ]
    else:
        bodies = [one for one in near if not one.person and one.kind != "state"]
    spoke = [one for one in bodies if one.spoke >= 0 and number - one.spoke <= _PRONOUN_REACH]
    finals = [one for one in spoke if not media(one)]
    finals = [one for one in finals if one.kind != "state"] or finals
    if not spoke and word not in grammar.things and word not in grammar.thing_owners:
        spoke = [one for one in near if one.person and one.spoke >= 0]
    return next(iter(finals or spoke or [one for one in bodies if number - one.seen <= 1]), None)


def _may_be_person(entity: Entity) -> bool:
    """Tell a name of which nothing is known, as a surname that the text does not explain."""
    return (
        entity.kind == "organisation"
        and not entity.nouns
        and not entity.kinds
        and len(entity.name.split()) <= _LONGEST_PERSON
    )


def _human(entity: Entity, grammar: Grammar) -> bool:
    return any(grammar.bits.get(noun, 0) & g.PERSON for noun in entity.nouns)


def _of_report(earlier: list[Entity], number: int) -> Entity | None:
    """The author of a report: who published or counted something, else the body that spoke last."""
    authors = [
        one
        for one in earlier
        if one.report and one.kind not in {"anonymous", "collective"} and 0 <= one.spoke <= number
    ]
    bodies = [one for one in earlier if one.kind == "organisation" and one.spoke >= 0 and not media(one)]
    described = [one for one in earlier if one.kind in {"anonymous", "collective"} and one.spoke >= 0]
    persons = [one for one in earlier if one.person and one.spoke >= 0]
    return next(iter(authors or bodies or described or persons), None)


def named_later(
    source: Source, number: int, later: Iterator[tuple[int, Entity]], register: Register, grammar: Grammar
) -> Entity | None:
    """Return who "a U.S. think tank" is, where the next sentences name one body of the kind for the first time.

    Args:
        source: a description without a name.
        number: of its sentence.
        later: sources of the sentences behind it, with their numbers.
        register: of the document.
        grammar: of the language.
    """
    bits = grammar.bits.get(source.head, 0)
    if source.kind != "anonymous" or not bits & (g.BODY | g.REPORT) or bits & g.PERSON:
        return None
    for at, entity in later:
        if at - number > _PRONOUN_REACH or entity.first < number:
            return None
        if entity.kind != "organisation":
            continue
        if media(entity):
            continue
        if (bits & g.REPORT and not bits & g.BODY) or fits(entity, source.head, register, grammar) > 0:
            return entity
        return None
    return None
