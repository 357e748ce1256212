"""Who speaks in a sentence: "according to", subjects and objects of verbs of saying, introductions of quotations.

Each pattern yields a Mention: a source with the part of the sentence that it answers for. What a pronoun or "the group"
stands for is not decided here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wayside.coverage.words.lexicon import ACCORDING, IMAGERY, INSTITUTIONS, INVERTING, MEDIA, SPEECH, word_list
from wayside.coverage.words.phrases import NounPhrase, names_in, read_source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wayside.coverage.words.tokens import Token

__all__ = ["Mention", "mentions_in"]

_ADVERBS: Final = frozenset(
    {
        "also",
        "further",
        "then",
        "later",
        "earlier",
        "publicly",
        "reportedly",
        "separately",
        "had",
        "has",
        "have",
        "was",
        "were",
    }
)
_BREAKS: Final = frozenset({";", ":", "“", "”", '"', "—", "–", "(", ")", ".", "[", "]"})
_CLAUSE_WORDS: Final = frozenset(
    {"but", "that", "which", "as", "while", "because", "if", "when", "although", "though", "after", "before"}
)
_BY_VERBS: Final = frozenset(
    word_list(
        "taken provided captured collected reported cited obtained documented studied examined published released"
        " analysed analyzed quoted seen"
    )
)
_LONGEST_PHRASE: Final = 24
_ACCORDING: Final = {words[0]: tuple(one for one in ACCORDING if one[0] == words[0]) for words in ACCORDING}
_LONGEST_HEAD: Final = 10


@dataclass(frozen=True, slots=True)
class Mention:
    """A source in a sentence.

    Attributes:
        source: who.
        first: first token of the phrase.
        start: first token that the source answers for.
        stop: the token after the last that it answers for.
        carries: an intermediary by its role ("told CBS News", "CBS cited …").
    """

    source: NounPhrase
    first: int
    start: int
    stop: int
    carries: bool = False


def mentions_in(tokens: Sequence[Token]) -> list[Mention]:
    """Return the sources of a sentence with what they answer for, in the order in which they stand."""
    found: list[Mention] = []
    for index in range(len(tokens)):
        pattern = next((one for read in _PATTERNS if (one := read(tokens, index)) is not None), None)
        says = _says(tokens, index) if _lower(tokens, index + 1) != "by" else None
        found += [one for one in (pattern, says) if one is not None]
    return sorted(found, key=lambda mention: mention.first)


def _lower(tokens: Sequence[Token], index: int) -> str:
    return tokens[index].lower if 0 <= index < len(tokens) else ""


def _phrase_after(tokens: Sequence[Token], index: int) -> tuple[int, int]:
    """Return the range of the noun phrase that starts at a token: up to a break, clause word, verb or comma."""
    stop = index
    while stop < len(tokens) and stop < index + _LONGEST_PHRASE:
        word = tokens[stop].lower
        verb = word in SPEECH and word not in INSTITUTIONS
        if (
            word in _BREAKS
            or word in _CLAUSE_WORDS
            or word == ","
            or verb
            or word in {"is", "was", "has", "had", "to", "on", "in", "as"}
        ):
            break
        stop += 1
    return index, stop


def _phrase_before(tokens: Sequence[Token], index: int) -> tuple[int, int]:
    """Return the range of the subject that ends before a verb, an apposition between commas included."""
    stop = index
    while stop > 0 and _lower(tokens, stop - 1) in _ADVERBS:
        stop -= 1
    first = stop
    commas = 1 if _lower(tokens, stop - 1) == "," else 0
    first -= commas
    while first > 0 and stop - first < _LONGEST_PHRASE:
        word = _lower(tokens, first - 1)
        if word in _BREAKS or word in _CLAUSE_WORDS:
            break
        if word == ",":
            if commas != 1:
                break
            commas = 2
        first -= 1
    return first, stop


def _according(tokens: Sequence[Token], index: int) -> Mention | None:
    for words in _ACCORDING.get(_lower(tokens, index), ()):
        if all(_lower(tokens, index + offset) == word for offset, word in enumerate(words)):
            first, stop = _phrase_after(tokens, index + len(words))
            source = read_source(tokens[first:stop]) if stop > first else None
            return Mention(_with_apposition(source, tokens, stop), first, 0, len(tokens)) if source else None
    return None


def _with_apposition(source: NounPhrase, tokens: Sequence[Token], comma: int) -> NounPhrase:
    """Add the names of "…, a website managed by the Centre for … (CSIS)," behind a source."""
    if (
        source.kind != "organisation"
        or _lower(tokens, comma) != ","
        or _lower(tokens, comma + 1) not in {"a", "an", "the"}
    ):
        return source
    stop = comma + 1
    while stop < len(tokens) and tokens[stop].lower != ",":
        stop += 1
    names = tuple(name for _, _, name in names_in(tokens[comma + 1 : stop]) if name.lower() not in MEDIA)
    return NounPhrase(source.name, source.kind, source.words, (*source.aliases, *names))


def _by(tokens: Sequence[Token], index: int) -> Mention | None:
    """Read "reported by X", "imagery obtained by the group"."""
    if _lower(tokens, index) not in _BY_VERBS or _lower(tokens, index + 1) != "by":
        return None
    first, stop = _phrase_after(tokens, index + 2)
    source = read_source(tokens[first:stop]) if stop > first else None
    if source is None:
        return None
    return Mention(source, first, 0, len(tokens), carries=source.kind == "media")


def _pictures_of(tokens: Sequence[Token], index: int) -> Mention | None:
    """Read "images from Planet Labs", "pictures by Maxar": whose images they are."""
    if _lower(tokens, index) not in IMAGERY or _lower(tokens, index + 1) not in {"from", "by"}:
        return None
    found = [(first, name) for first, _, name in names_in(tokens[index + 2 : index + 8]) if first == 0]
    if not found or found[0][1].lower() in MEDIA:
        return None
    return Mention(NounPhrase(found[0][1], "organisation", found[0][1]), index + 2, 0, len(tokens))


def _told(tokens: Sequence[Token], index: int) -> Mention | None:
    """Read "told CBS News", "speaking to CBS News"."""
    told = _lower(tokens, index) in {"told", "tell", "tells"}
    to = _lower(tokens, index) == "to" and _lower(tokens, index - 1) in {"speaking", "spoke", "confirmed", "said"}
    if not (told or to):
        return None
    for first, _, name in names_in(tokens[index + 1 : index + 6]):
        if first <= 1 and name.lower() in MEDIA:
            source = NounPhrase(MEDIA[name.lower()], "media", name)
            return Mention(source, index + 1 + first, 0, len(tokens), carries=True)
    return None


def _citing(tokens: Sequence[Token], index: int) -> Mention | None:
    """Read "citing X", "CBS News cited an unnamed US official as saying"."""
    if (
        _lower(tokens, index) not in {"citing", "cited", "cites", "quoting", "quoted"}
        or _lower(tokens, index + 1) == "by"
    ):
        return None
    first, stop = _phrase_after(tokens, index + 1)
    source = read_source(tokens[first:stop]) if stop > first else None
    return Mention(source, first, 0, len(tokens)) if source else None


def _says(tokens: Sequence[Token], index: int) -> Mention | None:
    """Read a verb of saying with its subject before or behind it."""
    word = _lower(tokens, index)
    if word not in SPEECH or not tokens[index].text.islower():
        return None
    if word in {
        "report",
        "reports",
        "claim",
        "claims",
        "estimate",
        "estimates",
        "document",
        "documents",
    } and _noun_here(tokens, index):
        return None
    if _lower(tokens, index - 1) in {"been", "be", "being", "was", "were", "is", "are"}:
        return None
    first, stop = _phrase_before(tokens, index)
    inverted = index == 0 or _lower(tokens, index - 1) in {",", "”", '"', "’", "»"}
    apposed = first < stop and _lower(tokens, stop - 1) == "," and _subject(tokens, first, stop) is not None
    if inverted and not apposed and word in INVERTING and index + 1 < len(tokens):
        first, stop = _phrase_after(tokens, index + 1)
        source = read_source(tokens[first:stop]) if stop > first else None
        if source is not None and source.kind != "anaphor":
            return Mention(source, first, _clause_start(tokens, index), index)
        first, stop = _phrase_before(tokens, index)
    source = _subject(tokens, first, stop)
    if source is None:
        return None
    trailing = (_lower(tokens, first - 1) in {",", "”", '"', "’", "»"} and first > 1) or _follows_comma(
        tokens, first, stop
    )
    start = _clause_start(tokens, first) if trailing else first
    return Mention(source, first, start, _clause_stop(tokens, index))


def _follows_comma(tokens: Sequence[Token], first: int, stop: int) -> bool:
    return first == 0 and any(token.lower == "," for token in tokens[first:stop])


def _noun_here(tokens: Sequence[Token], index: int) -> bool:
    return _lower(tokens, index - 1) in {
        "a",
        "the",
        "an",
        "this",
        "new",
        "its",
        "their",
        "recent",
        "some",
        "of",
        "that",
    }


def _subject(tokens: Sequence[Token], first: int, stop: int) -> NounPhrase | None:
    """Read the subject; in "X, a website run by Y, said", X is the source and Y another name of it."""
    phrase = list(tokens[first:stop])
    commas = [index for index, token in enumerate(phrase) if token.lower == ","]
    if not commas:
        return read_source(phrase) if phrase else None
    if phrase[-1].lower == "," and len(commas) >= 2:
        head, apposition = phrase[: commas[-2]] or phrase, phrase[commas[-2] + 1 : -1]
        head = head[commas[-3] + 1 :] if len(commas) >= 3 else head
        if len(head) > _LONGEST_HEAD or any(token.kind == "number" for token in head):
            return None
        source = read_source(head)
        extra = tuple(name for _, _, name in names_in(apposition) if name.lower() not in MEDIA)
        if source is not None and source.kind == "organisation":
            return NounPhrase(source.name, source.kind, source.words, (*source.aliases, *extra))
        return source
    if phrase[-1].lower == ",":
        return None
    return read_source(phrase[commas[-1] + 1 :]) if phrase[commas[-1] + 1 :] else read_source(phrase[: commas[-1]])


def _clause_start(tokens: Sequence[Token], index: int) -> int:
    for at in range(index - 1, -1, -1):
        if tokens[at].lower in {";", "but"}:
            return at + 1
    return 0


def _clause_stop(tokens: Sequence[Token], index: int) -> int:
    for at in range(index + 1, len(tokens)):
        if tokens[at].lower == ";":
            return at
    return len(tokens)


_PATTERNS: Final = (_according, _by, _pictures_of, _told, _citing)
