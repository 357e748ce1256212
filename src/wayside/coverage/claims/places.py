"""Named places, without a gazetteer: a name before "facility", "station", "port" …, or after "at", "in", "near"."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from wayside.coverage.claims.calendar import calendar
from wayside.coverage.tables import table
from wayside.coverage.words.tokens import lower

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wayside.coverage.words.tokens import Token

__all__ = ["PlaceWords", "facility_in", "place_words", "setting_in"]

_LONGEST_NAME: Final = 4
_MOST_KINDS: Final = 4
_SCAN: Final = 9
_SPEAKING_REACH: Final = 4
_WEAK: Final = 8
_ELSEWHERE: Final = 1000
_DASHES: Final = frozenset("-–—")


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """What one language's table says of places; every field is a set of lower-case words (see the table's comments).

    ``common`` are all that alone name no place: kinds, fillers and what is no place.
    """

    facilities: frozenset[str]
    kinds: frozenset[str]
    lower_only: frozenset[str]
    links: frozenset[str]
    lands: frozenset[str]
    of_names: frozenset[str]
    prepositions: frozenset[str]
    weak: frozenset[str]
    lands_only: frozenset[str]
    borders: frozenset[str]
    fillers: frozenset[str]
    particles: frozenset[str]
    not_places: frozenset[str]
    titles: frozenset[str]
    capital_places: frozenset[str]
    demonyms: frozenset[str]
    not_demonyms: frozenset[str]
    speaking: frozenset[str]
    saying: frozenset[str]
    demonym_endings: tuple[str, ...]
    bare_link: bool
    common: frozenset[str]

    def demonym(self, word: str) -> bool:
        """Tell "Ukrainian", "British", "Chinese" by their endings or the list."""
        return word in self.demonyms or (word.endswith(self.demonym_endings) and word not in self.not_demonyms)


@cache
def place_words(language: str) -> PlaceWords | None:
    """Return the table of a language, or None where there is none."""
    rows = table("places", language)
    if not rows:
        return None
    other = {"demonym_endings", "bare_link", "not_places", "common"}
    names = [one.name for one in fields(PlaceWords) if one.name not in other]
    sets = {name: frozenset(rows.get(name, ())) for name in names}
    dates = calendar(language)
    days = frozenset({*dates.months, *dates.weekdays, *dates.seasons}) if dates else frozenset()
    not_places = frozenset(rows.get("not_places", ())) | days
    return PlaceWords(
        **sets,
        not_places=not_places,
        common=sets["kinds"] | sets["fillers"] | not_places,
        demonym_endings=tuple(rows.get("demonym_endings", ())),
        bare_link=bool(rows.get("bare_link", False)),
    )


class _Name(NamedTuple):
    """A name: its first token, the token after it, its words without a possessive ending, and whether it had one."""

    first: int
    stop: int
    words: tuple[str, ...]
    owner: bool


def facility_in(tokens: Sequence[Token], near: int, language: str = "en") -> str | None:
    """Return the name of the facility nearest to a token: "Tumangang" of "the Tumangang Rail Facility".

    Args:
        tokens: the sentence.
        near: index of the token that the claim stands at.
        language: ISO 639-1; without a table nothing is found.
    """
    words = place_words(language)
    if words is None or words.facilities.isdisjoint([token.lower for token in tokens]):
        return None
    found = list(_facilities(tokens, words))
    return min(found, key=lambda one: abs(one[0] - near))[1] if found else None


def setting_in(tokens: Sequence[Token], near: int, language: str = "en") -> str | None:
    """Return the name after "at", "in", "near" … that stands nearest to a token, or None.

    Where somebody speaks ("told reporters in Lisbon") counts only if no other place is named.
    """
    words = place_words(language)
    if words is None:
        return None
    best: tuple[int, str] | None = None
    for index, token in enumerate(tokens):
        lands = token.lower in words.lands or token.lower in words.facilities
        if token.lower not in words.prepositions and not (lands and lower(tokens, index + 1) in words.links):
            continue
        got = _after(tokens, index, words)
        if got is None:
            continue
        distance = abs(got[0] - near) + _penalty(tokens, index, got[0], words)
        if best is None or distance < best[0]:
            best = (distance, got[1])
    return best[1] if best and best[0] < _ELSEWHERE else None


def _penalty(tokens: Sequence[Token], index: int, name: int, words: PlaceWords) -> int:
    before, after = tokens[max(0, index - _SPEAKING_REACH) : index], tokens[name + 1 : name + 3]
    spoken = any(token.lower in words.speaking for token in before) or any(
        token.lower in words.saying for token in after
    )
    return (_ELSEWHERE if spoken else 0) + (_WEAK if tokens[index].lower in words.weak else 0)


# ------------------------------------------------------------------ facilities


def _facilities(tokens: Sequence[Token], words: PlaceWords) -> Iterator[tuple[int, str]]:
    stop = 0
    for index, token in enumerate(tokens):
        name = _name(tokens, index, words) if index >= stop and token.text[0].isupper() else None
        if name is None:
            continue
        facility = _facility(tokens, name, words)
        if facility:
            yield name.first, facility
        stop = name.stop


def _facility(tokens: Sequence[Token], name: _Name, words: PlaceWords) -> str | None:
    """Return the name if a facility's noun belongs to it: inside, after it, or before it with a link."""
    head, kept = _stripped(name.words, words)
    kept = _without_demonym(kept, words)
    if not kept or _outlaw(kept, words):
        return None
    if head or _head_after(tokens, name, words) or _head_before(tokens, name.first, words):
        return _joined(kept)
    return None


def _stripped(name: tuple[str, ...], words: PlaceWords) -> tuple[bool, tuple[str, ...]]:
    """Cut "Rail Facility" off a name, or "Port of" from its front; tell whether a facility's noun was cut."""
    small = [word.lower() for word in name]
    if len(name) > 2 and small[0] in words.facilities and small[1] in words.links:
        return True, name[2:]
    if words.bare_link and len(name) > 1 and small[0] in words.facilities:
        return True, name[1:]
    stop = len(name)
    head = stop > 1 and small[stop - 1] in words.facilities - words.lower_only
    if not head:
        while stop > 1 and small[stop - 1] in words.kinds:
            stop -= 1
        return False, name[:stop]
    stop -= 1
    while stop > 0 and small[stop - 1] in words.kinds:
        stop -= 1
    return True, name[:stop]


def _without_demonym(name: tuple[str, ...], words: PlaceWords) -> tuple[str, ...]:
    last = max((at for at, word in enumerate(name) if words.demonym(word.lower())), default=-1)
    return name[last + 1 :]


def _outlaw(name: tuple[str, ...], words: PlaceWords) -> bool:
    return all(word.lower() in words.common or word in words.capital_places for word in name)


def _head_after(tokens: Sequence[Token], name: _Name, words: PlaceWords) -> bool:
    """Tell whether a facility's noun follows: kinds may stand between, after a possessive any lower-case words."""
    for at in range(name.stop, min(len(tokens), name.stop + _MOST_KINDS)):
        token = tokens[at]
        if token.lower in words.facilities:
            return not (token.lower in words.kinds and lower(tokens, at + 1) in words.facilities) or True
        if token.text in _DASHES or token.lower in words.kinds:
            continue
        if not (name.owner and token.kind == "word" and token.text.islower() and token.lower not in words.prepositions):
            return False
    return False


def _head_before(tokens: Sequence[Token], first: int, words: PlaceWords) -> bool:
    link = lower(tokens, first - 1) in words.links
    return (link and lower(tokens, first - 2) in words.facilities) or (
        words.bare_link and lower(tokens, first - 1) in words.facilities
    )


# ------------------------------------------------------------------ settings


def _after(tokens: Sequence[Token], index: int, words: PlaceWords) -> tuple[int, str] | None:
    """Return the place after a preposition and where it stands, past "the North Korean border city of"."""
    at, stop = index + 1, min(len(tokens), index + _SCAN)
    lands = False
    while at < stop:
        token = tokens[at]
        name = _name(tokens, at, words)
        if name is not None:
            got = _setting(tokens, name, words)
            part = _owned(tokens, name, words)
            if part is not None and not words.demonym(part.words[-1].lower()):
                # "Sudan's Darfur region" is Darfur.
                name, got = part, _setting(tokens, part, words) or got
            if got and (lands or got[1] or tokens[index].lower not in words.lands_only):
                return name.first, got[0]
            if not words.demonym(name.words[-1].lower()):
                return None
            at = name.stop
            continue
        if token.lower in words.lands or token.lower in words.facilities or token.lower in words.of_names:
            lands = True
        elif token.lower not in words.fillers | words.kinds | words.links and token.text not in _DASHES:
            return None
        at += 1
    return None


def _owned(tokens: Sequence[Token], owner: _Name, words: PlaceWords) -> _Name | None:
    """Return the name that belongs to an owner: Darfur of "Sudan's western Darfur region"."""
    at = owner.stop
    while owner.owner and at < len(tokens) and tokens[at].lower in words.kinds | words.fillers:
        at += 1
    return _name(tokens, at, words) if owner.owner and at < len(tokens) else None


def _setting(tokens: Sequence[Token], name: _Name, words: PlaceWords) -> tuple[str, bool] | None:
    """Return the place that a name means, and whether it is a border or a land; None for what is no place."""
    border = lower(tokens, name.stop)
    if border in words.borders and not name.owner:
        return f"{_joined(name.words)} {border}", True
    _, kept = _stripped(name.words, words)
    if not kept or _outlaw(kept, words) or words.demonym(kept[-1].lower()):
        return None
    kept = _without_demonym(kept, words)
    return _joined(kept), lower(tokens, name.stop) in words.lands


# ------------------------------------------------------------------ names


def _name(tokens: Sequence[Token], index: int, words: PlaceWords) -> _Name | None:
    """Read the name that begins at a token: "Khan Younis", "Ras al-Ayn", "Khasan–Tumangang", "Strait of Hormuz"."""
    if not _begins(tokens, index, words):
        return None
    stop = index + 1
    count = 1
    while stop < len(tokens) and count < _LONGEST_NAME and not _owner(tokens[stop - 1]):
        step = _step(tokens, stop, words)
        if not step:
            break
        stop += step
        count += 1
    owner = _owner(tokens[stop - 1])
    return _Name(index, stop, _spelled(tokens, index, stop), owner)


def _begins(tokens: Sequence[Token], index: int, words: PlaceWords) -> bool:
    token = tokens[index]
    if token.kind != "word" or not token.text[0].isupper():
        return False
    bare = token.lower.removesuffix("'s")
    if bare in words.not_places or bare in words.prepositions or bare in words.titles:
        return False
    body = len(token.text) > 1 and token.text.isupper() and token.text not in words.capital_places
    person = lower(tokens, index - 1) in words.titles
    return not (body or person)


def _step(tokens: Sequence[Token], at: int, words: PlaceWords) -> int:
    """Return how many tokens go on with a name: a word, a joined one, a particle and a word; 0 where it ends."""
    token = tokens[at]
    if token.text in _DASHES:
        glued = at + 1 < len(tokens) and tokens[at - 1].end == token.start and token.end == tokens[at + 1].start
        joined = glued and (tokens[at + 1].kind == "number" or tokens[at + 1].text[0].isupper())
        return 2 if joined else 0
    if token.kind != "word":
        return 0
    if token.text[0].isupper():
        return 0 if token.lower.removesuffix("'s") in words.not_places else 1
    after = at + 1
    if token.lower in words.links and tokens[at - 1].lower in words.of_names:
        return 2 if after < len(tokens) and tokens[after].text[0].isupper() else 0
    if token.lower not in words.particles:
        return 0
    after += 1 if lower(tokens, after) in _DASHES else 0
    return after + 1 - at if after < len(tokens) and tokens[after].text[0].isupper() else 0


def _owner(token: Token) -> bool:
    return token.lower.endswith("'s")


def _spelled(tokens: Sequence[Token], first: int, stop: int) -> tuple[str, ...]:
    """Return the words of a name; what is written together is one word."""
    words: list[str] = []
    for at in range(first, stop):
        text = tokens[at].text[:-2] if _owner(tokens[at]) else tokens[at].text
        if words and tokens[at - 1].end == tokens[at].start:
            words[-1] += text
        else:
            words.append(text)
    return tuple(words)


def _joined(name: tuple[str, ...]) -> str:
    return " ".join(name)
