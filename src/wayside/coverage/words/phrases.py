"""Names and noun phrases: what a phrase says of a source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wayside.coverage.words.lexicon import (
    ANONYMOUS,
    DATA_NOUNS,
    IMAGERY,
    INSTITUTIONS,
    MEDIA,
    STOP,
    STOP_WORDS,
    WEEKDAYS,
    word_list,
)
from wayside.coverage.words.numbers import is_month

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wayside.coverage.words.tokens import Token

__all__ = ["NounPhrase", "names_in", "read_source"]

_CONNECTORS: Final = frozenset({"of", "for", "and", "the", "de", "&", "-"})
_PRONOUNS: Final = frozenset({"it", "they", "he", "she"})
_COMMON: Final = frozenset(word for words in STOP_WORDS.values() for word in words.split())
_COMPOUNDS: Final = frozenset({"based", "led", "run", "backed", "made", "born", "style", "resolution", "old"})
_TITLES: Final = frozenset(word_list("defense defence foreign prime deputy minister president general secretary"))


@dataclass(frozen=True, slots=True)
class NounPhrase:
    """A source as a phrase says it.

    Attributes:
        name: proper name, or the words for an anonymous or collective source ("U.S. official"); None for a pronoun.
        kind: "organisation", "media", "anonymous" or "anaphor".
        words: as written, for flags.
        aliases: further names in the phrase ("a project of the Center for …").
    """

    name: str | None
    kind: str
    words: str
    aliases: tuple[str, ...] = ()


def names_in(tokens: Sequence[Token]) -> list[tuple[int, int, str]]:
    """Return runs of capitalised words as (first, stop, name); "of", "for", "and" may stand inside."""
    found: list[tuple[int, int, str]] = []
    index = 0
    while index < len(tokens):
        if not _capital(tokens, index):
            index += 1
            continue
        stop = index + 1
        while stop < len(tokens):
            if _capital(tokens, stop) and not tokens[stop - 1].lower.endswith("'s"):
                stop += 1
            elif _hyphenated(tokens, stop) or (
                tokens[stop].lower in _CONNECTORS and _capital(tokens, stop + 1) and tokens[stop].lower != "the"
            ):
                stop += 2
            else:
                break
        based = stop + 1 < len(tokens) and tokens[stop].text == "-" and tokens[stop + 1].lower in _COMPOUNDS
        if not based:
            found.append((index, stop, _joined(tokens[index:stop])))
        index = stop + (2 if based else 0)
    return found


def _hyphenated(tokens: Sequence[Token], index: int) -> bool:
    """Tell the hyphen of "Won-sik" from that of "Washington-based"."""
    if tokens[index].text != "-" or index + 1 >= len(tokens) or tokens[index + 1].kind != "word":
        return False
    glued = tokens[index - 1].end == tokens[index].start and tokens[index].end == tokens[index + 1].start
    return glued and tokens[index + 1].lower not in _COMPOUNDS


def _joined(tokens: Sequence[Token]) -> str:
    words = ""
    for before, token in zip([None, *tokens[:-1]], tokens, strict=True):
        words += (" " if before is not None and before.end < token.start else "") + token.text
    return words


def _capital(tokens: Sequence[Token], index: int) -> bool:
    if index >= len(tokens):
        return False
    token = tokens[index]
    never = token.lower in STOP or token.lower in IMAGERY or token.lower in WEEKDAYS or token.lower in _COMMON
    return token.kind == "word" and token.text[0].isupper() and not never and not is_month(token.lower)


def read_source(tokens: Sequence[Token]) -> NounPhrase | None:
    """Read a source from the tokens of a noun phrase, or None where it is not one (images, traffic)."""
    if not tokens or any(token.kind == "number" for token in tokens):
        return None
    words = _joined(tokens)
    lowers = [_singular(token.lower) for token in tokens]
    names = [name for _, _, name in names_in(tokens)]
    if any(word in ANONYMOUS for word in lowers):
        return NounPhrase(_bare(tokens), "anonymous", words)
    if any(word in DATA_NOUNS for word in lowers) and names:
        return NounPhrase(_bare(tokens), "organisation", words)
    if _speaks_of_pictures(lowers):
        return None
    return _named(tokens, names, words) or _unnamed(tokens, lowers, words)


def _named(tokens: Sequence[Token], names: list[str], words: str) -> NounPhrase | None:
    if len(names) == 1 and names[0].lower() in MEDIA:
        return NounPhrase(MEDIA[names[0].lower()], "media", words)
    people = [name for name in names if not _adjective(name, tokens)]
    people = [name for name in people if not _demonym(name)] or people
    people = [name for name in people if name.lower() not in INSTITUTIONS]
    owners = [name for name in people if name.endswith(("'s", "’s"))]
    if owners and len(owners) == len(people):
        # "Seoul's spy agency" is the agency, not Seoul.
        return NounPhrase(_bare(tokens), "organisation", words)
    people = [name for name in people if name not in owners]
    return NounPhrase(_canonical(people[0]), "organisation", words, tuple(people[1:])) if people else None


def _unnamed(tokens: Sequence[Token], lowers: list[str], words: str) -> NounPhrase | None:
    if len(lowers) == 1 and lowers[0] in _PRONOUNS:
        return NounPhrase(None, "anaphor", words)
    if any(word in INSTITUTIONS for word in lowers):
        definite = lowers[0] in {"the", "its", "their", "this", "a", "an"}
        return NounPhrase(None if definite else _bare(tokens), "anaphor" if definite else "anonymous", words)
    return None


def _speaks_of_pictures(lowers: Sequence[str]) -> bool:
    """Images show, they do not say; "imagery obtained by the group" is imagery."""
    picture = next((index for index, word in enumerate(lowers) if word in IMAGERY), None)
    body = next((index for index, word in enumerate(lowers) if word in INSTITUTIONS), None)
    return picture is not None and (body is None or picture < body)


def _singular(word: str) -> str:
    """Return a word without a plural s where the tables know it so."""
    bare = word.removesuffix("'s").removesuffix("s")
    return bare if bare in ANONYMOUS or bare in INSTITUTIONS or bare in IMAGERY else word


def _adjective(name: str, tokens: Sequence[Token]) -> bool:
    """Tell "U.S." in "a U.S. think tank", which is no source but an adjective."""
    if name.lower().replace(".", "") in {"us", "uk", "un", "eu"}:
        return any(token.text not in name and token.lower != "the" for token in tokens)
    return _demonym(name) and any(token.lower in INSTITUTIONS for token in tokens)


def _demonym(name: str) -> bool:
    """Tell "Ukrainian", "South Korean", "British" by their endings."""
    return len(name.split()) <= 2 and name.lower().endswith(("ian", "ean", "can", "ish", "ese", "ench"))


def _canonical(name: str) -> str:
    """Drop what a name carries along: "Beyond Parallel Project", "Defense Minister Shin Won-sik"."""
    words = name.split()
    while len(words) > 2 and words[0].lower() in _TITLES:
        words = words[1:]
    while len(words) > 2 and words[-1].lower() in {"project", "group", "website", "institute", "program", "programme"}:
        words = words[:-1]
    return " ".join(words)


def _bare(tokens: Sequence[Token]) -> str:
    kept = [
        token
        for token in tokens
        if token.lower not in {"a", "an", "the", "some", "several", "unnamed", "anonymous", ","}
    ]
    return _joined(kept) if kept else _joined(tokens)
