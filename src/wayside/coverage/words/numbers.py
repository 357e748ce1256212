"""Numbers in digits and words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from wayside.coverage.words.lexicon import MONTH_STEMS, MONTHS, NUMBER_WORDS, SCALES, VAGUE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wayside.coverage.words.tokens import Token

__all__ = ["Number", "is_month", "number_at"]


class Number(NamedTuple):
    """A number in a sentence.

    ``stop`` is the index of the first token after it; ``vague`` marks "dozens", "scores" and the like, whose value is
    their lower bound.
    """

    value: float
    stop: int
    vague: bool = False


def number_at(tokens: Sequence[Token], index: int, language: str = "en") -> Number | None:
    """Read the number that starts at a token, or return None where none does.

    Years, days of the month, clock times, ordinals, calibres and figures that are part of a name are not numbers here.
    """
    token = tokens[index]
    if token.kind == "number":
        value = digits(token.text, language)
        if value is None or _part_of_something(tokens, index, value):
            return None
        return _scaled(tokens, value, index + 1)
    return _in_words(tokens, index) if language == "en" and token.kind == "word" else None


def _in_words(tokens: Sequence[Token], index: int) -> Number | None:
    token = tokens[index]
    if token.lower in VAGUE:
        return _vague(tokens, index)
    if token.lower == "half" and _lower(tokens, index + 1) == "a" and _lower(tokens, index + 2) in SCALES:
        return Number(0.5 * SCALES[_lower(tokens, index + 2)], index + 3)
    if token.lower == "a" and _lower(tokens, index + 1) in {"dozen", "hundred", "thousand", "million"}:
        following = _lower(tokens, index + 1)
        return Number(12.0 if following == "dozen" else SCALES[following], index + 2)
    if token.lower in NUMBER_WORDS:
        return _words(tokens, index)
    return None


def digits(text: str, language: str = "en") -> float | None:
    """Return the value of digits with their grouping marks, or None for a doubtful one."""
    plain = text.replace("\u00a0", "").replace("\u202f", "")
    if language == "en":
        plain = plain.replace(",", "")
    elif plain.count(".") > 1 or ("." in plain and len(plain.rsplit(".", 1)[1]) == 3):
        plain = plain.replace(".", "").replace(",", ".")
    else:
        decimal_comma = plain.count(",") == 1 and len(plain.rsplit(",", 1)[1]) != 3
        plain = plain.replace(",", "." if decimal_comma else "")
    try:
        value = float(plain)
    except ValueError:
        return None
    return value if value < 1e18 else None


def is_month(word: str) -> bool:
    """Return whether a lower-case word names a month, in any of the languages in the tables."""
    return word in MONTHS or (len(word) >= 3 and word.startswith(MONTH_STEMS))


def _lower(tokens: Sequence[Token], index: int) -> str:
    return tokens[index].lower if 0 <= index < len(tokens) else ""


def _glued(tokens: Sequence[Token], left: int, right: int) -> bool:
    return left >= 0 and right < len(tokens) and tokens[left].end == tokens[right].start


def _scaled(tokens: Sequence[Token], value: float, stop: int) -> Number:
    while _lower(tokens, stop) in SCALES:
        value *= SCALES[_lower(tokens, stop)]
        stop += 1
    if _lower(tokens, stop) == "dozen":
        return Number(12 * value, stop + 1)
    return Number(value, stop)


def _vague(tokens: Sequence[Token], index: int) -> Number | None:
    value = float(VAGUE[tokens[index].lower])
    stop = index + 1
    if tokens[index].lower == "tens" and not (_lower(tokens, stop) == "of" and _lower(tokens, stop + 1) == "thousands"):
        return None
    while _lower(tokens, stop) == "of" and _lower(tokens, stop + 1) in {"thousands", "millions", "hundreds"}:
        value *= {"hundreds": 100, "thousands": 1000, "millions": 1_000_000}[_lower(tokens, stop + 1)]
        stop += 2
    if _lower(tokens, stop) == "of":
        stop += 1
    return Number(value, stop, vague=True)


def _words(tokens: Sequence[Token], index: int) -> Number:
    """Read "twenty-three", "two hundred and five", "three million"."""
    total = 0.0
    current = 0.0
    stop = index
    previous = ""
    while stop < len(tokens):
        word = tokens[stop].lower
        follows = _lower(tokens, stop + 1)
        if word in NUMBER_WORDS and _may_follow(previous, word):
            current += NUMBER_WORDS[word]
        elif word == "hundred" and 0 < current < 100:
            current *= 100
        elif word in SCALES and word != "hundred" and current > 0:
            total += current * SCALES[word]
            current = 0.0
        elif word == "dozen" and current > 0:
            return Number(12 * (total + current), stop + 1)
        elif (
            word == "-"
            and follows in NUMBER_WORDS
            and _may_follow(previous, follows)
            and NUMBER_WORDS.get(previous, 0) >= 20
        ) or (word == "and" and previous in SCALES and follows in NUMBER_WORDS):
            stop += 1
            continue
        else:
            break
        previous = word
        stop += 1
    return Number(total + current, stop)


def _may_follow(previous: str, word: str) -> bool:
    """Ones follow tens; anything follows a scale word or the beginning."""
    if not previous or previous in SCALES:
        return True
    return NUMBER_WORDS.get(previous, 0) >= 20 and 0 < NUMBER_WORDS[word] < 10


def _part_of_something(tokens: Sequence[Token], index: int, value: float) -> bool:
    before, after = _lower(tokens, index - 1), _lower(tokens, index + 1)
    if _glued(tokens, index - 1, index) and (
        (tokens[index - 1].kind == "word" and tokens[index - 1].text.isascii())
        or (before == "-" and _glued(tokens, index - 2, index - 1) and tokens[index - 2].kind == "word")
        or before in {"#", "/", ":", "_"}
    ):
        return True
    if _glued(tokens, index, index + 1) and (
        after in {":", "/"} or after in {"st", "nd", "rd", "th", "mm", "cm", "pm", "am"}
    ):
        return True
    if after.startswith(("月", "日", "年", "월", "일", "년")) or _is_date(tokens, index, value):
        return True
    return (
        _is_year(tokens, index, value)
        or after in {"mm", "cm", "caliber", "calibre", "°"}
        or before == "km"
        or _numbered(tokens, index)
    )


def _numbered(tokens: Sequence[Token], index: int) -> bool:
    """Tell "No. 5"."""
    return _lower(tokens, index - 1) == "." and _lower(tokens, index - 2) in {"no", "nr"}


def _is_date(tokens: Sequence[Token], index: int, value: float) -> bool:
    if not (1 <= value <= 31 and value.is_integer()):
        return False
    back = index - 1
    while back >= 0 and tokens[back].text in {".", ","}:
        back -= 1
    if is_month(_lower(tokens, back)) and tokens[back].text[0].isupper():
        return True
    ahead = index + 1
    while _lower(tokens, ahead) in {"de", "of", ".", "di"}:
        ahead += 1
    return is_month(_lower(tokens, ahead)) and (_lower(tokens, ahead) != "may" or tokens[ahead].text[0].isupper())


def _is_year(tokens: Sequence[Token], index: int, value: float) -> bool:
    return 1900 <= value <= 2100 and tokens[index].text.isdigit()
