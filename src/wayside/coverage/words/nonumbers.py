"""Digits that count nothing: years, dates, clock times, addresses, versions, scores, parts of names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wayside.coverage.words.numberwords import month_names
from wayside.coverage.words.tokens import lower

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wayside.coverage.words.numberwords import NumberWords
    from wayside.coverage.words.tokens import Token

__all__ = ["part_of_something"]

_CJK_DATES: Final = ("月", "日", "年", "월", "일", "년", "時", "时", "시", "号", "號")
_DASHES: Final = frozenset("-–—‐‑")
_POINTS: Final = frozenset({"N", "S", "E", "W"})
_LONGEST_LIST: Final = 12
_THING_WITHIN: Final = 3


def part_of_something(tokens: Sequence[Token], index: int, value: float, words: NumberWords) -> bool:
    """Return whether the digits at a token are part of a name, a date, an address …, and not a number."""
    after = lower(tokens, index + 1)
    return (
        _glued_to_word(tokens, index, words)
        or after.startswith(_CJK_DATES)
        or _is_date(tokens, index, value, words)
        or _is_year(tokens, index, value, words)
        or after in words.calibres
        or (after in words.behind.starts and words.behind.at(tokens, index + 1) is not None)
        or (after == "°" and lower(tokens, index + 2) not in {"c", "f"})
        or _labelled(tokens, index, words)
        or _chained(tokens, index)
        or _place_on_earth(tokens, index)
        or _score(tokens, index, value, words)
        or _age(tokens, index, value, words)
    )


def _glued(tokens: Sequence[Token], left: int) -> bool:
    return left >= 0 and left + 1 < len(tokens) and tokens[left].end == tokens[left + 1].start


def _glued_to_word(tokens: Sequence[Token], index: int, words: NumberWords) -> bool:
    """Tell "G7", "T-34", "24/7", "#5", "9:11", "126th", "152mm"."""
    before, after = lower(tokens, index - 1), lower(tokens, index + 1)
    if _glued(tokens, index - 1) and (
        (tokens[index - 1].kind == "word" and tokens[index - 1].text.isascii() and tokens[index - 1].lower != "rs")
        or (before in _DASHES and _glued(tokens, index - 2) and tokens[index - 2].kind == "word")
        or before in {"#", "/", ":", "_", "@", "№"}
        or (before == "+" and index >= 1)
        or (before in {"'", "’"})
    ):
        return True
    return _glued(tokens, index) and (
        after in words.glued_behind
        or (after in {":", "/"} and index + 2 < len(tokens) and tokens[index + 2].kind == "number")
        or (after == ":" and _glued(tokens, index + 1))
    )


def _is_date(tokens: Sequence[Token], index: int, value: float, words: NumberWords) -> bool:
    if not (1 <= value <= 31 and value.is_integer()):
        return False
    back = index - 1
    if back >= 0 and tokens[back].text == ".":
        back -= 1
    if _month(tokens, back, words) and tokens[back].text[0].isupper():
        return True
    ahead = index + 1
    while ahead < index + 3 and lower(tokens, ahead) in words.date_links:
        ahead += 1
    if lower(tokens, ahead) in words.date_ranges and ahead + 1 < len(tokens) and tokens[ahead + 1].kind == "number":
        ahead += 2
    return _month(tokens, ahead, words)


def _month(tokens: Sequence[Token], index: int, words: NumberWords) -> bool:
    word = lower(tokens, index)
    whole, beginnings = month_names()
    if not (word in whole or (len(word) >= 3 and word.startswith(beginnings))):
        return False
    return word not in words.months_capital or tokens[index].text[0].isupper()


def _is_year(tokens: Sequence[Token], index: int, value: float, words: NumberWords) -> bool:
    """Tell 1900 to 2100 without a grouping mark, but for "sent 2000 soldiers", where a thing of the tables follows."""
    if not (1900 <= value <= 2100 and tokens[index].text.isdigit()):
        return False
    before = lower(tokens, index - 1)
    if before in words.year_leads or _month(tokens, index - 1, words):
        return True
    behind = tokens[index + 1 : index + 1 + _THING_WITHIN]
    for token in behind:
        if token.kind != "word":
            return True
        if token.lower in words.things:
            return False
    return True


def _labelled(tokens: Sequence[Token], index: int, words: NumberWords) -> bool:
    """Tell "Resolution 1718", "page 12", "No. 5", "§ 4", "1874 and 2270" in a list of resolutions."""
    before = lower(tokens, index - 1)
    if before == "." and lower(tokens, index - 2) in words.abbreviations and _glued(tokens, index - 2):
        return True
    if before in words.abbreviations and before in {"§", "nos", "km", "pp"}:
        return True
    thing = _noun_behind(tokens, index)
    if before in words.labels and index >= 1:
        return tokens[index - 1].text[0].isupper() or not thing
    if before in words.labels_plural:
        return tokens[index - 1].text[0].isupper() or not thing
    return _in_labelled_list(tokens, index, words) or (not thing and _named(tokens, index, words))


def _noun_behind(tokens: Sequence[Token], index: int) -> bool:
    """Return whether a plural stands among the next words, so that the digits may count it."""
    for at in range(index + 1, min(index + 5, len(tokens))):
        token = tokens[at]
        if token.kind != "word":
            return token.text in "%$-"
        if len(token.text) > 3 and token.lower.endswith("s") and not token.lower.endswith(("ss", "us", "is", "'s")):
            return True
    return False


def _named(tokens: Sequence[Token], index: int, words: NumberWords) -> bool:
    """Tell "Hwasong 15", "Boeing 737", "Kosmos 2251": a name right before whole digits."""
    if index == 0 or not tokens[index].text.isdigit():
        return False
    before = tokens[index - 1]
    inside = index >= 2 and tokens[index - 2].text not in '.!?“"‘:'
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    free = (
        following is None
        or following.kind == "mark"
        or following.text[0].isupper()
        or following.lower in words.after_names
    )
    return (
        inside
        and free
        and before.kind == "word"
        and before.text[0].isupper()
        and len(before.text) > 1
        and len(tokens[index].text) <= 4
        and not (following is not None and following.text in "%-+")
    )


def _in_labelled_list(tokens: Sequence[Token], index: int, words: NumberWords) -> bool:
    """Look back through "1718, 1874 and" for the plural that names what they are."""
    at = index - 1
    if lower(tokens, at) not in {",", "and", "or", "&"} or not words.labels_plural:
        return False
    for at in range(index - 1, max(-1, index - 1 - _LONGEST_LIST), -1):
        word = lower(tokens, at)
        if word in words.labels_plural:
            return tokens[at + 1].kind == "number" and not _noun_behind(tokens, index)
        if not (tokens[at].kind == "number" or word in {",", "and", "or", "&", "(", ")"}):
            return False
    return False


def _chained(tokens: Sequence[Token], index: int) -> bool:
    """Tell "555-01-88", "3.1.4", "192.168.0.1", "+82 2 555 0188"."""

    def joint(at: int) -> bool:
        return (
            0 < at < len(tokens) - 1
            and tokens[at].text in {"-", "."}
            and _glued(tokens, at - 1)
            and _glued(tokens, at)
            and tokens[at - 1].kind == "number"
            and tokens[at + 1].kind == "number"
        )

    dots = (joint(index + 1) and tokens[index + 1].text == ".") or (joint(index - 1) and tokens[index - 1].text == ".")
    two = (joint(index + 1) and joint(index + 3)) or (joint(index - 1) and (joint(index - 3) or joint(index + 1)))
    return dots or two or _telephone(tokens, index)


def _telephone(tokens: Sequence[Token], index: int) -> bool:
    """Tell digits in a row of digits that a plus sign opens."""
    at = index
    while at > 0 and at > index - _LONGEST_LIST and tokens[at - 1].kind == "number":
        at -= 1
    return at > 0 and tokens[at - 1].text == "+" and at < len(tokens) - 1 and tokens[at + 1].kind == "number"


def _place_on_earth(tokens: Sequence[Token], index: int) -> bool:
    """Tell "42.41 N", "130°38'"."""
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    if after is None:
        return False
    alone = (
        index + 2 >= len(tokens) or tokens[index + 2].text in {",", ".", ";", ")"} or lower(tokens, index + 2) == "and"
    )
    return after.text in {"′", "″"} or (after.text in _POINTS and alone)


def _score(tokens: Sequence[Token], index: int, value: float, words: NumberWords) -> bool:
    """Tell "3-1": two whole numbers, the second not larger, or in a sentence that speaks of a game."""
    for left, right in ((index, index + 2), (index - 2, index)):
        if left < 0 or right >= len(tokens) or tokens[left + 1].text not in _DASHES:
            continue
        if not (_glued(tokens, left) and _glued(tokens, left + 1)):
            continue
        first, second = tokens[left].text, tokens[right].text
        if not (first.isdigit() and second.isdigit() and len(first) <= 3 and len(second) <= 3):
            continue
        if int(second) <= int(first) and not (len(second) < len(first)):
            return True
        if value < 200 and any(token.lower in words.games for token in tokens[max(0, left - 8) : right + 8]):
            return True
    return False


def _age(tokens: Sequence[Token], index: int, value: float, words: NumberWords) -> bool:
    """Tell "Kim, 41, said" and "aged 56"."""
    if not (value.is_integer() and 0 < value < 120):
        return False
    if lower(tokens, index - 1) in words.ages:
        return True
    return (
        index >= 2
        and index + 1 < len(tokens)
        and tokens[index - 1].text == ","
        and tokens[index + 1].text in {",", "."}
        and tokens[index - 2].kind == "word"
        and tokens[index - 2].text[0].isupper()
    )
