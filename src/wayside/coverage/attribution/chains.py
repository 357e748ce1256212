"""Who asserts what stands at one place of a sentence, and through whom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from wayside.coverage.attribution.antecedents import Speaker
from wayside.coverage.attribution.known import known
from wayside.coverage.attribution.mention import CARRIER, LEADING, WHOLE, Mention
from wayside.coverage.words.names import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wayside.coverage.attribution.quoting import Quotations
    from wayside.coverage.words.tokens import Sentence

__all__ = ["LATER", "Resolved", "Speaker", "Speakers", "chain_of", "covers", "is_media", "speaker_of"]

CARRIED: Final = "attribution carried from an earlier sentence"
LATER: Final = "attribution taken from a later sentence"


@dataclass(frozen=True, slots=True)
class Resolved:
    """A mention with the source that it means."""

    mention: Mention
    speaker: Speaker


@dataclass(frozen=True, slots=True)
class Speakers:
    """The sources of one sentence.

    Attributes:
        sentence: the sentence.
        resolved: its own sources.
        introduction: whose quotation it stands in, as a line before it says ("Reuters reported:"), or None.
        carried: the source whose report it goes on with, or None.
        points: how much speaks for that.
        quoted: speaker of a quotation that another sentence names, by number of the quotation.
        quotations: of the whole text.
        credits: agencies that the whole text credits.
        thresholds: points at which a sentence goes on, in general and for things that stand somewhere.
    """

    sentence: Sentence
    resolved: tuple[Resolved, ...]
    introduction: Speaker | None
    carried: Speaker | None
    points: int
    quoted: Mapping[int, Speaker]
    quotations: Quotations
    credits: tuple[str, ...]
    thresholds: tuple[int, int]


def speaker_of(row: Sequence[Speakers], index: int, token: int, *, same_thing: bool = False) -> Speaker:
    """Return who asserts what stands at a token.

    Args:
        row: the sources of the sentences of one line.
        index: which sentence.
        token: index of the token in it.
        same_thing: what is claimed is of the kind that somebody looked at (it stands at a place), so that an earlier
            sentence's source is more readily its source, too.
    """
    here = row[index]
    position = here.sentence.tokens[token].start
    chain = chain_of([one for one in here.resolved if covers(one, token)])
    if chain and chain[-1].mention.provider and _goes_on(here, same_thing=same_thing):
        chain = []
    outer = [here.introduction] if here.introduction is not None else []
    final: Speaker | None
    if chain:
        final = chain[-1].speaker
        inner = [Speaker(name) for name in final.via]
        inner += [one.speaker for one in chain[:-1] if not one.mention.provider and not _mouthpiece(one)]
    else:
        final = _elsewhere(here, position, same_thing=same_thing)
        inner = [Speaker(name) for name in final.via] if final is not None else []
        inner += [one.speaker for one in here.resolved if one.mention.carrier]
    if final is None:
        final = outer.pop() if outer else Speaker()
    names = [*here.credits, *(one.name for one in (*outer, *inner) if one.name is not None)]
    via = tuple(dict.fromkeys(name for name in names if final.name is not None and plain(name) != plain(final.name)))
    return replace(final, via=via, quotation=here.quotations.kind(position))


def _mouthpiece(one: Resolved) -> bool:
    """Tell "a spokeswoman", who adds nothing to the way that a figure took."""
    return one.speaker.anonymous and one.mention.source.voice


def covers(one: Resolved, token: int) -> bool:
    """Return whether a source answers for a token."""
    mention = one.mention
    return mention.start <= token < mention.stop and (mention.asserts or mention.depth == CARRIER)


def chain_of(covering: Sequence[Resolved]) -> list[Resolved]:
    """Order the sources of one token from the outermost to the final one."""
    speaking = [one for one in covering if not one.mention.provider]
    speaking = [one for one in speaking if not (_missing(one) and one.mention.source.report)] or speaking
    chain = sorted(speaking, key=_depth)
    if all(one.mention.carrier for one in chain):
        chain += [one for one in covering if one.mention.provider][:1]
    distinct: dict[str | None, Resolved] = {}
    for one in chain:
        distinct.pop(one.speaker.name, None)
        distinct[one.speaker.name] = one
    return list(distinct.values())


def _missing(one: Resolved) -> bool:
    return one.mention.source.kind == "anaphor" and one.speaker.anonymous and bool(one.speaker.flags)


def _depth(one: Resolved) -> tuple[int, int, int]:
    """Order: who carries, media that stand behind or beside, others likewise, who says, whose count, who is cited."""
    mention = one.mention
    if mention.depth == LEADING and mention.source.kind == "media":
        return CARRIER, 1, -mention.trigger
    if mention.depth in {WHOLE, CARRIER}:
        return mention.depth, 0 if is_media(one.speaker) else 1, -mention.trigger
    return mention.depth, 0, mention.source.first


def is_media(speaker: Speaker) -> bool:
    """Tell news media that the table of organisations knows."""
    one = known(speaker.name or "")
    return one is not None and one.media


def _goes_on(here: Speakers, *, same_thing: bool) -> bool:
    return here.carried is not None and here.points >= here.thresholds[1 if same_thing else 0]


def _elsewhere(here: Speakers, position: int, *, same_thing: bool) -> Speaker | None:
    """Return the source that another sentence names: of the quotation, of the report that goes on."""
    number = here.quotations.at(position)
    speaker = here.quoted.get(number) if number >= 0 else None
    if speaker is not None:
        return speaker
    continues = number >= 0 and here.quotations.whole[number] and here.carried is not None
    if here.carried is None or not (continues or _goes_on(here, same_thing=same_thing)):
        return next((one.speaker for one in here.resolved if one.mention.carrier), None)
    if LATER in here.carried.flags:
        return here.carried
    return replace(here.carried, flags=(*here.carried.flags, CARRIED))
