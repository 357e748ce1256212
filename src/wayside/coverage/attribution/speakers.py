"""The sources of a whole text: names learnt, pronouns resolved, reports that go on, descriptions named later.

The sentence itself is asked first; then the quotation that the place stands in and its introduction; then whether the
sentence goes on with a report that an earlier one began; last whether a later sentence names the source of a picture.
"The group" and "it" stand for the source before them that agrees; where there is none they are reported as they are,
and flagged.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from wayside.coverage.attribution.antecedents import NAMED_LATER, Context, Speaker, named_later, resolve
from wayside.coverage.attribution.chains import LATER, Resolved, Speakers, chain_of, covers, is_media, speaker_of
from wayside.coverage.attribution.comments import comments
from wayside.coverage.attribution.frames import mentions_in
from wayside.coverage.attribution.going_on import Floor, continues, goes_on, looks, topic_of
from wayside.coverage.attribution.grammar import (
    BE,
    BY,
    CAPTURE,
    DEFINITE,
    IMAGERY,
    LEAD,
    NUMBERS,
    OBSERVE,
    PUBLISH,
    REPORT,
    SAY,
    Grammar,
    grammar,
)
from wayside.coverage.attribution.introductions import introductions
from wayside.coverage.attribution.known import known
from wayside.coverage.attribution.mention import Mention
from wayside.coverage.attribution.quoting import Quotations, quotations_in
from wayside.coverage.attribution.register import Entity, Register
from wayside.coverage.attribution.views import OPENING, View, Words, view_of
from wayside.coverage.words.names import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wayside.coverage.attribution.phrase import Source
    from wayside.coverage.words.tokens import Sentence, Token

__all__ = ["Register", "Speaker", "Speakers", "attribute", "speaker_of"]

_AHEAD: Final = 3  # sentences within which the source of a picture is named after it
_CLOSING_MARKS: Final = '”"»’'
_NAMED: Final = frozenset({"organisation", "person", "media", "state", "imagery"})


@dataclass(slots=True)
class _Read:
    """A sentence on its way: where it stands, its view, its mentions, what they mean."""

    sentence: Sentence
    view: View
    mentions: list[Mention]
    row: int
    line: int
    number: int
    resolved: list[Resolved] = field(default_factory=list)
    begins: str = ""
    entities: list[Entity | None] = field(default_factory=list)
    introduced: list[Source] = field(default_factory=list)
    carried: Speaker | None = None
    carried_entity: Entity | None = None
    points: int = -99


def attribute(
    text: str,
    lines: Sequence[Sequence[Sentence]],
    register: Register,
    *,
    language: str = "en",
    outlet: str | None = None,
    credits: Sequence[str] = (),  # noqa: A002 (the name that documents use)
) -> list[list[Speakers]]:
    """Resolve the sources of every sentence of a document.

    Args:
        text: that the sentences are of.
        lines: sentences, by line of the body.
        register: names known; what the document teaches is entered.
        language: ISO 639-1; in one without a table nobody is found to speak.
        outlet: who published the text, or None.
        credits: agencies that the text credits as a whole, outermost first.

    Returns:
        For every line, for every sentence, its sources. Ask ``speaker_of`` for those of one place in it.
    """
    rules = grammar(language)
    quotations = quotations_in(text, [(line[0].start, line[-1].end) for line in lines if line])
    read = _read(lines, language, quotations)
    _learn(read, register, rules)
    house = House(outlet, tuple(credits))
    context = Context(register, rules, house.name)
    floor = Floor()
    for one in read:
        _resolve(one, context, house)
        floor = _carry(one, floor, register)
    _name_descriptions(read, register, rules)
    _look_ahead(read, register, rules)
    return _rows(lines, read, quotations, tuple(credits), rules)


@dataclass(frozen=True, slots=True)
class House:
    """What speaks where the text itself does: its outlet, and the agencies that it credits."""

    outlet: str | None
    credits: tuple[str, ...]

    @property
    def name(self) -> str | None:
        """What the publisher is called as a source."""
        return self.outlet or (self.credits[-1] if self.credits else None)

    def own(self, name: str) -> bool:
        """Return whether a name is the publisher's."""
        return plain(name) in {plain(one) for one in (self.outlet, *self.credits) if one}


def _read(lines: Sequence[Sequence[Sentence]], language: str, quotations: Quotations) -> list[_Read]:
    rules = grammar(language)
    words = _words(lines, rules)
    found: list[_Read] = []
    number, last, begins = -1, (-1, -1), ""
    for row, line in enumerate(lines):
        for sentence in line:
            if (row, sentence.line) != last:
                number, last = number + 1, (row, sentence.line)
                begins = sentence.tokens[0].text
            view = view_of(sentence.tokens, rules, language, words)
            mentions = [one for one in mentions_in(view) if not _speaks_of_itself(one, view, quotations)]
            found.append(
                _Read(sentence, view, mentions, row, number, len(found), introduced=introductions(view), begins=begins)
            )
    return found


def _words(lines: Sequence[Sequence[Sentence]], rules: Grammar) -> Words:
    small: set[str] = set()
    proper: set[str] = set()
    places: set[str] = set()
    for line in lines:
        for sentence in line:
            small.update([token.text for token in sentence.tokens])
            proper.update([token.lower.removesuffix("'s") for token in sentence.tokens[1:] if token.text[0].isupper()])
            places.update(
                [
                    here.lower
                    for before, here in pairwise(sentence.tokens)
                    if before.lower in rules.standing_leads and here.text[0].isupper()
                ]
            )
    return Words(frozenset(small), frozenset(proper), frozenset(places))


def _speaks_of_itself(mention: Mention, view: View, quotations: Quotations) -> bool:
    """Tell "we counted" inside a quotation, where it is the speaker and not the publisher who counted."""
    inside = quotations.at(view.tokens[min(mention.trigger, len(view.tokens) - 1)].start) >= 0
    return inside and mention.source.kind == "outlet"


def _learn(read: Sequence[_Read], register: Register, rules: Grammar) -> None:
    """Enter the names of the whole text, the fullest first: a headline's "Kirby" is the John Kirby of the text."""
    named = [
        (one.source, _characters(one.source, item))
        for item in read
        for one in item.mentions
        if one.source.kind in _NAMED and not (one.source.definite and one.source.head)
    ]
    introduced = [(source, _characters(source, item)) for item in read for source in item.introduced]
    everything = sorted([*named, *introduced], key=lambda pair: (-len(pair[0].name.split()), pair[1]))
    for source, at in everything:
        register.learn(source, at, rules)


def _characters(source: Source, item: _Read) -> tuple[int, int]:
    first, stop = source.near if source.near[1] > source.near[0] else (source.first, source.stop)
    tokens = item.view.tokens
    return tokens[first].start, tokens[min(stop, len(tokens)) - 1].end


def _resolve(item: _Read, context: Context, house: House) -> None:
    introduced = item.introduced
    for mention in item.mentions:
        _touch([one for one in introduced if one.first < mention.source.first], item.number, context.register)
        speaker, entity = resolve(mention.source, _characters(mention.source, item), item.number, context)
        if speaker.name is not None and speaker.voice == "named" and house.own(speaker.name):
            speaker = replace(speaker, voice="outlet")
        item.resolved.append(Resolved(mention, speaker))
        item.entities.append(entity)
        if entity is not None:
            entity.heard = True
            entity.seen = item.number
            entity.first = item.number if entity.first < 0 else entity.first
            if _speaks(mention, item.view):
                entity.spoke = item.number
                entity.report = entity.report or mention.source.report
    _touch(introduced, item.number, context.register)


def _touch(introduced: Sequence[Source], number: int, register: Register) -> None:
    for source in introduced:
        entity = register.find(source.name)
        if entity is not None:
            entity.seen = number
            entity.first = number if entity.first < 0 else entity.first


def _speaks(mention: Mention, view: View) -> bool:
    """Tell a source that says or publishes something from one that carries, or only is spoken of."""
    one = known(mention.source.name)
    owns = view.has(mention.trigger, CAPTURE) and (one is None or one.kind != "imagery company")
    said = mention.asserts or owns or view.has(mention.trigger, PUBLISH | SAY)
    return said and not mention.carrier and not mention.provider


def _carry(item: _Read, floor: Floor, register: Register) -> Floor:
    """Note whose report the sentence goes on with, and return who has the floor behind it."""
    _inherit(item, floor)
    finals = [one for one in item.resolved if _speaks(one.mention, item.view)]
    item.points = goes_on(item.view, floor, item.number, item.line)
    behind = floor.behind
    if not finals and behind is not None and (looks(item.view) or continues(item.view)):
        points = goes_on(item.view, behind, item.number, item.line)
        if points >= item.view.grammar.carrying.threshold_standing:
            floor, item.points = behind, points
    item.carried, item.carried_entity = floor.speaker, floor.entity
    if finals:
        last, place = _final(finals)
        entity = item.entities[item.resolved.index(place)]
        same = floor.speaker is not None and last.name == floor.speaker.name
        if not same and floor.entity is not None and comments(item.view, entity, register, item.view.grammar):
            reports = floor.behind is None or not floor.comments
            floor = Floor(behind=floor if reports else floor.behind, comments=True)
        elif not same:
            floor = Floor()
        floor.topic = (floor.topic if same else set()) | topic_of(item.view)
        floor.entity = entity
        floor.speaker, floor.number, floor.line, floor.broken, floor.hops = last, item.number, item.line, False, 0
    elif floor.speaker is not None:
        rules = item.view.grammar.carrying
        if item.points >= rules.threshold:
            floor.topic |= topic_of(item.view)
            floor.number, floor.line, floor.hops = item.number, item.line, floor.hops + 1
        elif item.points < rules.threshold_standing:
            floor.broken = True
    return floor


def _inherit(item: _Read, floor: Floor) -> None:
    """Let "it said", "the think tank saw" be told by the medium that told the sentence that they go back to."""
    if floor.speaker is None or item.number - floor.number > _AHEAD:
        return
    via = tuple(name for name in floor.speaker.via if is_media(Speaker(name)))
    for place, one in enumerate(item.resolved):
        if via and one.mention.source.definite and one.speaker.name == floor.speaker.name:
            item.resolved[place] = replace(one, speaker=replace(one.speaker, via=via))


def _final(finals: Sequence[Resolved]) -> tuple[Speaker, Resolved]:
    """Return who has the floor after a sentence: the final source of its last words."""
    reach = max(one.mention.stop for one in finals)
    chain = chain_of([one for one in finals if covers(one, reach - 1)] or list(finals))
    via = (*chain[-1].speaker.via, *(one.speaker.name for one in chain[:-1] if one.speaker.name))
    return replace(chain[-1].speaker, via=via), chain[-1]


def _name_descriptions(read: Sequence[_Read], register: Register, rules: Grammar) -> None:
    """Name "a U.S. think tank" of a headline or a lead after the body that the next sentences introduce."""
    named: dict[int, Entity] = {}
    for index, item in enumerate(read):
        for one, described in zip(item.resolved, item.entities, strict=True):
            if one.mention.source.kind != "anonymous" or described is None or id(described) in named:
                continue
            later = (
                (other.number, entity)
                for other in read[index + 1 : index + 2 + _AHEAD]
                for entity in other.entities
                if entity is not None
            )
            entity = named_later(one.mention.source, item.number, later, register, rules)
            if entity is not None:
                named[id(described)] = entity
    if named:
        for item in read:
            _rename(item, named)


def _rename(item: _Read, named: Mapping[int, Entity]) -> None:
    """Give what was said or carried under a description the name that was found for it."""
    for place, (one, described) in enumerate(zip(item.resolved, item.entities, strict=True)):
        entity = named.get(id(described))
        if entity is not None:
            item.resolved[place] = replace(one, speaker=_renamed(one.speaker, entity))
    entity = named.get(id(item.carried_entity))
    if item.carried is not None and entity is not None:
        item.carried = replace(_renamed(item.carried, entity), via=item.carried.via)


def _renamed(speaker: Speaker, entity: Entity) -> Speaker:
    flags = (*speaker.flags, NAMED_LATER)
    return replace(speaker, name=entity.name, anonymous=False, voice="named", flags=flags)


def _refers_back(view: View) -> bool:
    """Tell "That is according to figures of …", which is about the sentence before."""
    return view.has(0, DEFINITE) and view.has(1, BE) and view.has(2, LEAD)


def _look_ahead(read: Sequence[_Read], register: Register, rules: Grammar) -> None:
    """Let a sentence about pictures that names nobody take the source that the next sentences name."""
    pictured_by: set[int] = set()  # who has spoken of pictures or of a report
    for index, item in enumerate(read):
        if index and any(bits & (IMAGERY | REPORT | NUMBERS) for bits in read[index - 1].view.bits):
            pictured_by.update(map(id, read[index - 1].entities))
        standing = item.view.grammar.carrying.threshold_standing
        taken = (
            item.carried is not None
            and item.points >= standing
            and item.carried.voice == "named"
            and not is_media(item.carried)
        )
        spoken = any(not one.mention.carrier and not one.mention.provider for one in item.resolved)
        following = read[index + 1] if index + 1 < len(read) else None
        if following is not None and not spoken and following.resolved and _refers_back(following.view):
            item.carried = replace(following.resolved[-1].speaker, flags=(*following.resolved[-1].speaker.flags, LATER))
            item.points = item.view.grammar.carrying.threshold
            continue
        pictured = looks(item.view) or (index == 0 and any(bits & IMAGERY for bits in item.view.bits))
        lead = index < _AHEAD and item.carried is None
        unseen = taken and looks(item.view) and id(item.carried_entity) not in pictured_by
        if (taken and not unseen) or spoken or not (pictured or lead):
            continue
        ahead = _looked(read[index + 1 : index + 1 + _AHEAD], register, rules, strict=unseen)
        if ahead is not None:
            via = (item.carried.name,) if item.carried and item.carried.name and is_media(item.carried) else ()
            item.carried = replace(ahead, via=via, flags=(*ahead.flags, LATER))
            item.points = item.view.grammar.carrying.threshold if pictured else standing


def _looked(following: Sequence[_Read], register: Register, rules: Grammar, *, strict: bool = False) -> Speaker | None:
    """Return the first to speak in the next sentences, if it is a body with a name and speaks of what it looked at.

    News media are taken only where they published the pictures and nobody else looked at them; where `strict`, only
    those who speak of pictures.
    """
    medium: Speaker | None = None
    for distance, item in enumerate(following):
        for one, entity in zip(item.resolved, item.entities, strict=True):
            mention = one.mention
            images = any(bits & IMAGERY for bits in item.view.bits)
            if is_media(one.speaker) and images and _by(item.view, mention):
                medium = medium or one.speaker
            if mention.carrier or mention.provider or not mention.asserts or is_media(one.speaker):
                continue
            if strict and not images:
                continue
            if comments(item.view, entity, register, rules):
                continue
            if distance == 0 and one.speaker.voice == "named":
                return one.speaker
            looked = mention.source.report or any(bits & (IMAGERY | REPORT | NUMBERS) for bits in item.view.bits)
            body = one.speaker.voice == "named" and mention.source.kind in {"organisation", "anaphor"}
            if body and (looked or item.view.has(mention.trigger, OBSERVE)):
                return one.speaker
    return medium


def _by(view: View, mention: Mention) -> bool:
    """Tell who published something: "were first published by X"."""
    return view.has(mention.trigger, BY) and view.has(mention.trigger - 1, PUBLISH)


def _rows(
    lines: Sequence[Sequence[Sentence]],
    read: Sequence[_Read],
    quotations: Quotations,
    credits_: tuple[str, ...],
    rules: Grammar,
) -> list[list[Speakers]]:
    rows: list[list[Speakers]] = [[] for _ in lines]
    thresholds = rules.carrying.threshold, rules.carrying.threshold_standing
    quoted = _quoted(read, quotations)
    introduction: Speaker | None = None
    before: _Read | None = None
    for item in read:
        if before is not None and item.line != before.line:
            introduction = _introduced(before, item, introduction)
        rows[item.row].append(
            Speakers(
                item.sentence, tuple(item.resolved), introduction, item.carried, item.points, quoted, quotations,
                credits_, thresholds,
            )
        )  # fmt: skip
        before = item
    return rows


def _introduced(last: _Read, following: _Read, before: Speaker | None) -> Speaker | None:
    """Return what the next line stands under.

    "Reuters reported:" opens an introduction; a closing mark at the end of a line ends it, and so does a line that
    begins without a mark behind one that began with one.
    """
    mark = last.sentence.tokens[-1].text
    if last.begins in OPENING and following.sentence.tokens[0].text not in OPENING:
        return None
    if mark == ":" and last.resolved:
        return last.resolved[-1].speaker
    return None if mark in _CLOSING_MARKS else before


def _quoted(read: Sequence[_Read], quotations: Quotations) -> dict[int, Speaker]:
    """Return the speakers of quotations that run over several sentences, from the sentence that names them."""
    found: dict[int, Speaker] = {}
    for item in read:
        finals = [one for one in item.resolved if not one.mention.carrier and not one.mention.provider]
        if not finals:
            continue
        for token in (item.view.tokens[0], item.view.tokens[-1], *_beside(item.view, finals)):
            number = quotations.at(token.start)
            if number >= 0:
                found.setdefault(number, finals[-1].speaker)
    for number in range(len(quotations.starts) - 1, 0, -1):
        if quotations.open[number - 1] and number in found:
            found.setdefault(number - 1, found[number])
    return found


def _beside(view: View, finals: Sequence[Resolved]) -> list[Token]:
    """Return the tokens just before and behind the words that name a speaker."""
    edges = [
        at for one in finals for at in (one.mention.source.first - 3, one.mention.trigger - 2, one.mention.trigger + 3)
    ]
    return [view.tokens[at] for at in edges if 0 <= at < len(view.tokens)]
