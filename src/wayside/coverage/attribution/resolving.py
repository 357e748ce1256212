"""Who asserts what stands at a place in a text, and through whom.

The sentence itself is asked first; then the introduction of the quotation that it stands in; then, for things that
stand somewhere, the sentences before it in the paragraph. "The group" and "it" stand for the source named last; where
none was named they are reported as they are, and flagged.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from wayside.coverage.attribution.mentions import Mention, mentions_in
from wayside.coverage.words.lexicon import REPORTING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wayside.coverage.words.tokens import Sentence

__all__ = ["Register", "Speaker", "Speakers", "attribute", "speaker_of"]

_CARRY: Final = 3


@dataclass(frozen=True, slots=True)
class Speaker:
    """A resolved source.

    Attributes:
        name: who asserts; None where nobody is named.
        anonymous: the source has no name.
        via: through whom, outermost first.
        flags: what is missing or was inferred.
    """

    name: str | None = None
    anonymous: bool = False
    via: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(slots=True)
class Register:
    """Names of sources in a document.

    Attributes:
        canonical: every name, lower case, to the one that is used for it.
        reporting: canonical names of authors of reports.
    """

    canonical: dict[str, str] = field(default_factory=dict)
    reporting: set[str] = field(default_factory=set)

    def learn(self, name: str, aliases: Sequence[str], *, report: bool) -> str:
        """Enter a name with its aliases and return the name used for it."""
        known = self.canonical.get(name.lower()) or self._by_initials(name) or name
        self.canonical[name.lower()] = known
        for alias in aliases:
            if len(alias.split()) > 1 or alias.isupper():
                self.canonical.setdefault(alias.lower(), known)
        if report:
            self.reporting.add(known)
        return known

    def _by_initials(self, name: str) -> str | None:
        """Know that "CSIS" is the "Center for Strategic and International Studies" if that is known."""
        if not (name.isupper() and 2 < len(name) < 8):
            return None
        for known, canonical in self.canonical.items():
            initials = "".join(word[0] for word in known.split() if word not in {"for", "of", "and", "the"})
            if initials == name.lower():
                return canonical
        return None


@dataclass(frozen=True, slots=True)
class _Resolved:
    mention: Mention
    speaker: Speaker


@dataclass(frozen=True, slots=True)
class Speakers:
    """The sources of one sentence: resolved mentions and the introduction it stands under."""

    sentence: Sentence
    resolved: tuple[_Resolved, ...]
    introduction: Speaker | None


def attribute(lines: Sequence[Sequence[Sentence]], register: Register) -> list[list[Speakers]]:
    """Resolve the sources of every sentence of a document.

    Args:
        lines: sentences, by line of the body.
        register: names known; what the document teaches is entered.

    Returns:
        For every line, for every sentence, its sources. Ask ``speaker_of`` for those of one place in it.
    """
    last: str | None = None
    introduction: Speaker | None = None
    found: list[list[Speakers]] = []
    for line in lines:
        row: list[Speakers] = []
        for sentence in line:
            resolved = []
            for mention in mentions_in(sentence.tokens):
                speaker = _resolve(mention, last, sentence, register)
                kind = mention.source.kind
                if kind in {"organisation", "anaphor"} and speaker.name and not speaker.anonymous:
                    last = speaker.name
                elif kind == "media":
                    last = last or speaker.name
                resolved.append(_Resolved(mention, speaker))
            row.append(Speakers(sentence, tuple(resolved), introduction))
        found.append(row)
        introduction = _introduced(row, introduction)
    return found


def _resolve(mention: Mention, last: str | None, sentence: Sentence, register: Register) -> Speaker:
    source = mention.source
    if source.kind == "media":
        return Speaker(source.name)
    if source.kind == "anonymous":
        return Speaker(source.name, anonymous=True)
    if source.name is None:
        if last is not None:
            return Speaker(last)
        return Speaker(source.words, anonymous=True, flags=(f"antecedent missing: '{source.words}'",))
    report = any(token.lower in REPORTING for token in sentence.tokens)
    return Speaker(register.learn(source.name, source.aliases, report=report))


def _introduced(row: Sequence[Speakers], before: Speaker | None) -> Speaker | None:
    """Return what the next line stands under: "Reuters reported:" opens an introduction, a closing mark ends it."""
    if not row:
        return before
    last = row[-1].sentence.tokens[-1].text
    if last == ":" and row[-1].resolved:
        return row[-1].resolved[-1].speaker
    return None if last in '”"»' else before


def speaker_of(
    row: Sequence[Speakers], index: int, token: int, credits_: Sequence[str], *, same_thing: bool
) -> Speaker:
    """Return who asserts what stands at a token.

    Args:
        row: the sources of the sentences of one line.
        index: which sentence.
        token: index of the token in it.
        credits_: agencies that the document credits as a whole.
        same_thing: what is claimed is of the kind that the sentences before may be about (it stands at a place).
    """
    here = row[index]
    speaker = _within(here, token)
    heard = any(one.mention.first < token for one in here.resolved)
    if speaker is None and same_thing and not heard:
        speaker = _carried(row, index)
    via = [here.introduction.name] if here.introduction and here.introduction.name else []
    if speaker is None or speaker.name is None:
        return Speaker(via[-1] if via else None)
    via += [name for name in (*credits_, *speaker.via) if name != speaker.name]
    return replace(speaker, via=tuple(dict.fromkeys(via)))


def _within(here: Speakers, token: int) -> Speaker | None:
    fitting = [one for one in here.resolved if one.mention.start <= token < one.mention.stop]
    finals = [one for one in fitting if one.mention.source.kind != "media" and not one.mention.carries]
    media = [one.speaker.name for one in fitting if one.mention.source.kind == "media" and one.speaker.name]
    if finals:
        nearest = min(finals, key=lambda one: abs(one.mention.first - token))
        return replace(nearest.speaker, via=tuple(media))
    return Speaker(media[-1], via=tuple(media[:-1])) if media else None


def _carried(row: Sequence[Speakers], index: int) -> Speaker | None:
    """Look back for the source of a sentence about a thing that stands somewhere, as what the source spoke of does."""
    for back in range(index - 1, max(-1, index - 1 - _CARRY), -1):
        if not row[back].resolved:
            continue
        finals = [one for one in row[back].resolved if not one.mention.carries]
        if not finals:
            return None
        speaker = finals[-1].speaker
        return replace(speaker, flags=(*speaker.flags, "attribution carried from an earlier sentence"))
    return None
