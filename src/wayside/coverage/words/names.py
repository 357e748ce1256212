"""Names: runs of capitalised words, and what the tables know of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from wayside.coverage.tables import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wayside.coverage.words.tokens import Token

__all__ = ["joined", "names_in", "plain"]

_LONGEST: Final = 12


@dataclass(frozen=True, slots=True)
class _Names:
    """Words of names in one language.

    Those that join a name, abbreviated titles, articles, what makes a name an adjective, "of" with the nouns that take
    it, "and", nouns of bodies, words that are capitalised without being names, those of them that may stand inside one.
    """

    connectors: frozenset[str]
    abbreviated: frozenset[str]
    articles: frozenset[str]
    compounds: frozenset[str]
    of: frozenset[str]
    of_heads: frozenset[str]
    conjunctions: frozenset[str]
    bodies: frozenset[str]
    common: frozenset[str]
    unless_named: frozenset[str]
    inner: frozenset[str]


@cache
def _table(language: str) -> _Names:
    part = table("speech", language).get("names", {})

    def words(key: str) -> frozenset[str]:
        return frozenset(str(part.get(key, "")).split())

    return _Names(
        words("connectors"),
        words("abbreviated"),
        words("articles"),
        words("compounds"),
        words("of"),
        words("of_heads") | words("bodies") - words("tails") - words("of_never"),
        words("and"),
        words("bodies"),
        words("common") | words("never"),
        words("common_unless_named"),
        words("bodies") | words("common_unless_named"),
    )


@lru_cache(maxsize=8192)
def plain(name: str) -> str:
    """Return a name for comparison: lower case, without "the" and a possessive ending."""
    lower = name.lower().replace("’", "'").removeprefix("the ")
    return lower.removesuffix("'s").removesuffix("'").replace("u.s.", "us").replace("u.n.", "un").replace("u.k.", "uk")


def joined(tokens: Sequence[Token]) -> str:
    """Return the words of tokens with one blank wherever the text has white space."""
    parts: list[str] = []
    end = -1
    for token in tokens:
        if end >= 0 and end < token.start:
            parts.append(" ")
        parts.append(token.text)
        end = token.end
    return "".join(parts)


def names_in(tokens: Sequence[Token], language: str = "en") -> list[tuple[int, int, str]]:
    """Return runs of capitalised words as (first, stop, name); "of", "for", "and" may stand inside."""
    words = _table(language)
    found: list[tuple[int, int, str]] = []
    total, behind = len(tokens), 0
    for index, token in enumerate(tokens):
        # Most words are in small letters: they are passed over without a call.
        capital = index >= behind and (token.text[0].isupper() or token.kind == "number")
        if not capital or not _begins(tokens, index, words):
            continue
        stop = _name_stop(tokens, index, words)
        after = stop
        if stop + 1 < total and tokens[stop].text == "-" and tokens[stop + 1].lower in words.compounds:
            after = stop + 2
            stop = _before_compound(tokens, index, stop, words)
        if stop > index:
            found.append((index, stop, joined(tokens[index:stop])))
        behind = after
    return found


def _before_compound(tokens: Sequence[Token], first: int, stop: int, words: _Names) -> int:
    """Return where the name ends in "Beyond Parallel Project of the Washington-based"."""
    stop -= 1
    while stop > first and (tokens[stop - 1].lower in words.connectors or _the(tokens, stop - 1, words)):
        stop -= 1
    return stop


def _name_stop(tokens: Sequence[Token], first: int, words: _Names) -> int:
    stop = first + 1
    of = False
    while stop < len(tokens) and stop - first < _LONGEST:
        token = tokens[stop]
        if tokens[stop - 1].lower.endswith(("'s", "s'")):
            further = _known_possessive(tokens, first, stop)
            if further == stop:
                break
            stop = further
            continue
        if _capital(token) and (token.lower not in words.common or token.text.isupper() or token.lower in words.inner):
            stop += 1
        elif _hyphenated(tokens, stop, words) or _abbreviates(tokens, stop, words):
            stop += 2
        elif (further := max(_over_connector(tokens, stop, words), _known_of(tokens, first, stop, words))) > stop:
            of = True
            stop = further
        elif token.lower in words.conjunctions and _joins(tokens, stop, words, of=of):
            stop += 2
        else:
            break
    return stop


def _known_possessive(tokens: Sequence[Token], first: int, stop: int) -> int:
    """Return the end of "Lloyd's List", which the table of organisations knows as one name; else where it was."""
    after = stop
    while after < len(tokens) and _capital(tokens[after]) and after - first < _LONGEST:
        after += 1
        if plain(joined(tokens[first:after])) in _with_possessives():
            return after
    return stop


def _known_of(tokens: Sequence[Token], first: int, stop: int, words: _Names) -> int:
    """Return the end of "Voice of America", which the table of organisations knows as one name; else where it was."""
    if tokens[stop].lower not in words.of:
        return stop
    after = stop + 1
    while after < len(tokens) and _capital(tokens[after]) and after - first < _LONGEST:
        after += 1
        if plain(joined(tokens[first:after])) in _with_possessives():
            return after
    return stop


@cache
def _with_possessives() -> frozenset[str]:
    rows = table("organisations").get("organisation", ())
    names = (plain(name) for one in rows for name in (one["name"], *one.get("aliases", ())))
    return frozenset(name for name in names if "'s " in name or " of " in name)


def _abbreviates(tokens: Sequence[Token], index: int, words: _Names) -> bool:
    """Tell the full stop of "Capt. Luis Mora" and "Luis J. Mora"."""
    before = tokens[index - 1]
    if tokens[index].text != "." or before.end != tokens[index].start or not _begins(tokens, index + 1, words):
        return False
    return before.lower in words.abbreviated or (len(before.text) == 1 and before.text.isupper())


def _over_connector(tokens: Sequence[Token], index: int, words: _Names) -> int:
    """Return the token behind "of Leeds", "for the Study" where the name goes on; a person "of" a body does not."""
    word = tokens[index].lower
    if word not in words.connectors:
        return index
    if (
        word in words.of
        and words.of_heads
        and tokens[index - 1].lower.strip(".").rpartition("'")[2] not in words.of_heads
    ):
        return index
    after = index + (2 if _the(tokens, index + 1, words) else 1)
    return after + 1 if _begins(tokens, after, words) else index


def _the(tokens: Sequence[Token], index: int, words: _Names) -> bool:
    return index < len(tokens) and tokens[index].lower in words.articles


def _joins(tokens: Sequence[Token], index: int, words: _Names, *, of: bool) -> bool:
    """Tell the "and" inside "Food and Agriculture Organization" from that between two names."""
    if not _begins(tokens, index + 1, words):
        return False
    after = index + 1
    while after < len(tokens) and _capital(tokens[after]) and after - index < _LONGEST:
        after += 1
    return of or (tokens[after - 1].lower in words.bodies and after - index > 2)


def _capital(token: Token) -> bool:
    return token.kind == "word" and token.text[0].isupper()


def _begins(tokens: Sequence[Token], index: int, words: _Names) -> bool:
    """Tell whether a name begins here; "Beyond" or "Planet" need a capital behind them."""
    if index >= len(tokens):
        return False
    token = tokens[index]
    if token.kind != "word":
        return _figure_name(tokens, index)
    if not token.text[0].isupper():
        return False
    if token.lower in words.unless_named:
        return _next_capital(tokens, index, words)
    return token.lower not in words.common or (
        token.text.isupper() and len(token.text) > 1 and not _shouting(tokens, index)
    )


def _shouting(tokens: Sequence[Token], index: int) -> bool:
    """Tell a line in capitals, where a word in capitals tells nothing."""
    near = [token for token in tokens[max(0, index - 2) : index + 3] if token.kind == "word" and len(token.text) > 2]
    return sum(token.text.isupper() for token in near) > 1


def _next_capital(tokens: Sequence[Token], index: int, words: _Names) -> bool:
    return (
        index + 1 < len(tokens)
        and _capital(tokens[index + 1])
        and tokens[index + 1].lower not in words.common
        and not tokens[index].text.isupper()
    )


def _figure_name(tokens: Sequence[Token], index: int) -> bool:
    """Tell "38 North" and "24 Kanal": a small number that the table of organisations knows with its name."""
    if tokens[index].kind != "number" or index + 1 >= len(tokens) or not _capital(tokens[index + 1]):
        return False
    return f"{tokens[index].text} {tokens[index + 1].text}".lower() in _figured()


@cache
def _figured() -> frozenset[str]:
    names = (
        name
        for one in table("organisations").get("organisation", ())
        for name in (one["name"], *one.get("aliases", ()))
    )
    return frozenset(name.lower() for name in names if name[0].isdigit())


def _hyphenated(tokens: Sequence[Token], index: int, words: _Names) -> bool:
    """Tell the hyphen of "Won-sik" from that of "Washington-based"."""
    if tokens[index].text != "-" or index + 1 >= len(tokens) or tokens[index + 1].kind != "word":
        return False
    glued = tokens[index - 1].end == tokens[index].start and tokens[index].end == tokens[index + 1].start
    return glued and tokens[index + 1].lower not in words.compounds
