"""Numbers in digits and words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from wayside.coverage.words.nonumbers import part_of_something
from wayside.coverage.words.numberwords import NumberWords, number_words
from wayside.coverage.words.tokens import lower

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wayside.coverage.words.tokens import Token

__all__ = ["Number", "digits", "number_at"]

_LARGEST: Final = 1e18
_FEWEST: Final = 10
_WIDE_SPACES: Final = str.maketrans("", "", "\u00a0\u202f")


class Number(NamedTuple):
    """A number in a sentence.

    Attributes:
        value: the number.
        stop: index of the first token after it.
        vague: "dozens", "scores" and the like, whose value is their lower bound.
        high: upper bound of a small number that is not said exactly ("a handful"), else None.
        scaled: it has a scale word ("million").
    """

    value: float
    stop: int
    vague: bool = False
    high: float | None = None
    scaled: bool = False


def number_at(tokens: Sequence[Token], index: int, language: str = "en") -> Number | None:
    """Read the number that starts at a token, or return None where none does.

    Years, days of the month, clock times, ordinals, calibres and figures that are part of a name are not numbers here.
    """
    token = tokens[index]
    words = number_words(language)
    if token.text in words.no_numbers.starts and words.no_numbers.at(tokens, index):
        return None
    if token.kind == "number":
        value = digits(token.text, language)
        if value is None or part_of_something(tokens, index, value, words):
            return None
        return _behind_digits(tokens, value, index + 1, words)
    if token.lower not in words.starts or words.no_numbers.at(tokens, index):
        return None
    return _in_words(tokens, index, words)


def digits(text: str, language: str = "en") -> float | None:
    """Return the value of digits with their grouping marks, or None for a doubtful one."""
    plain = text.translate(_WIDE_SPACES)
    if number_words(language).decimal == ".":
        comma = plain.count(",") == 1 and len(plain.rsplit(",", 1)[1]) != 3
        plain = plain.replace(",", "." if comma and "." not in plain else "")
    elif plain.count(".") > 1 or ("." in plain and len(plain.rsplit(".", 1)[1]) == 3):
        plain = plain.replace(".", "").replace(",", ".")
    else:
        comma = plain.count(",") == 1 and len(plain.rsplit(",", 1)[1]) != 3
        plain = plain.replace(",", "." if comma else "")
    try:
        value = float(plain)
    except ValueError:
        return None
    return value if value < _LARGEST else None


def _glued(tokens: Sequence[Token], left: int) -> bool:
    return left >= 0 and left + 1 < len(tokens) and tokens[left].end == tokens[left + 1].start


def _behind_digits(tokens: Sequence[Token], value: float, stop: int, words: NumberWords) -> Number:
    if words.spaced_groups:
        value, stop = _spaced(tokens, value, stop)
    factor = words.glued.get(lower(tokens, stop)) if _glued(tokens, stop - 1) else None
    money = words.glued_money.get(lower(tokens, stop)) if _glued(tokens, stop - 1) else None
    if factor is not None and (lower(tokens, stop) != "m" or _means_million(tokens, stop)):
        return Number(value * factor, stop + 1, scaled=True)
    if money is not None and stop >= 2 and tokens[stop - 2].kind == "mark" and not tokens[stop - 2].text.isascii():
        return Number(value * money, stop + 1, scaled=True)
    if money is not None and lower(tokens, stop - 2) == "$":
        return Number(value * money, stop + 1, scaled=True)
    return _scaled(tokens, value, stop, words)


def _spaced(tokens: Sequence[Token], value: float, stop: int) -> tuple[float, int]:
    """Read on through "60 000"."""
    while (
        stop < len(tokens)
        and value < _LARGEST
        and 0 < tokens[stop - 1].end - tokens[stop - 1].start <= 3
        and tokens[stop].kind == "number"
        and len(tokens[stop].text) == 3
        and tokens[stop].text.isdigit()
        and tokens[stop].start == tokens[stop - 1].end + 1
    ):
        value = 1000 * value + float(tokens[stop].text)
        stop += 1
    return value, stop


def _means_million(tokens: Sequence[Token], index: int) -> bool:
    """Tell "1.5m people" and "$40m" from "a fence of 1.5m": money before it, or a noun right behind."""
    before = lower(tokens, index - 2)
    if before and (before == "$" or (tokens[index - 2].kind == "mark" and before in "€£¥₩₹₽₴")):
        return True
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    return (
        following is not None and following.kind == "word" and following.lower.endswith("s") and len(following.text) > 3
    )


def _scaled(tokens: Sequence[Token], value: float, stop: int, words: NumberWords) -> Number:
    half = words.half.at(tokens, stop)
    if half is not None and lower(tokens, half[0]) in words.scales:
        value, stop = value + half[1], half[0]
    start = stop
    if lower(tokens, stop) == "-" and lower(tokens, stop + 1) in words.scales:
        stop += 1
    while lower(tokens, stop) in words.scales and value < _LARGEST:
        value *= words.scales[lower(tokens, stop)]
        stop += 1
        # "3만 5천", "1億2000万": what follows a myriad adds to it.
        if words.big_scale > 1000 and stop < len(tokens) and tokens[stop].kind == "number" and value >= words.big_scale:
            rest = digits(tokens[stop].text)
            more = None if rest is None or rest >= words.big_scale else _scaled(tokens, rest, stop + 1, words)
            if more is not None and more.value < words.scales[lower(tokens, stop - 1)]:
                return more._replace(value=value + more.value, scaled=True)
    if lower(tokens, stop) in words.dozens:
        return Number(words.dozens[lower(tokens, stop)] * value, stop + 1)
    if words.counter_bounds and lower(tokens, stop) in words.counter_bounds:
        return Number(value, stop + 1, vague=True, scaled=stop > start)
    return Number(value, _past_full_stop(tokens, stop) if stop > start else stop, scaled=stop > start)


def _in_words(tokens: Sequence[Token], index: int, words: NumberWords) -> Number | None:
    word = tokens[index].lower
    few = words.few.at(tokens, index)
    if few is not None:
        return _few(tokens, few[0], few[1], words)
    if (halved := words.half_of_scale.at(tokens, index)) is not None:
        unit = lower(tokens, halved[0])
        factor = words.scales.get(unit) or words.dozens.get(unit)
        return Number(halved[1] * factor, halved[0] + 1) if factor else None
    if word in words.vague:
        return _vague(tokens, index, words)
    if word in words.one:
        return _one_of(tokens, index, words)
    if word in words.scales:
        alone = word in words.scale_alone or (lower(tokens, index - 1) in words.scale_after)
        return _spelt(tokens, index, words, 1.0) if alone else None
    return _spelt(tokens, index, words, 0.0)


def _one_of(tokens: Sequence[Token], index: int, words: NumberWords) -> Number | None:
    """Read "a dozen", "a hundred", "une vingtaine"."""
    following = lower(tokens, index + 1)
    if following in words.dozens:
        value = words.dozens[following]
        # "une vingtaine" is about twenty, "a dozen" is twelve.
        return Number(value, index + 2, high=value if following in words.rounded else None)
    return _spelt(tokens, index + 1, words, 1.0) if following in words.scales else None


def _few(tokens: Sequence[Token], stop: int, bounds: tuple[float, float], words: NumberWords) -> Number:
    """Read "a few", "a few hundred", "several dozen": with a scale the lower bound stays."""
    low, high = bounds
    unit = lower(tokens, stop)
    factor = words.scales.get(unit) or words.dozens.get(unit)
    if factor is not None:
        return Number(low * factor, stop + 1, vague=low != high)
    return Number(low, stop, high=high)


def _vague(tokens: Sequence[Token], index: int, words: NumberWords) -> Number | None:
    value = words.vague[tokens[index].lower]
    stop = index + 1
    if value == words.vague.get("tens") and not (
        lower(tokens, stop) in words.of and lower(tokens, stop + 1) in words.vague_scales
    ):
        return None
    while value < _LARGEST:
        at = stop + (lower(tokens, stop) in words.of)
        if lower(tokens, at) not in words.vague_scales:
            break
        value *= words.vague_scales[lower(tokens, at)]
        stop = at + 1
    if value < _FEWEST:
        # "数万" is some ten thousands, "数" alone no number.
        return None
    if lower(tokens, stop) in words.of:
        stop += 1
    return Number(value, _past_full_stop(tokens, stop), vague=True)


def _past_full_stop(tokens: Sequence[Token], stop: int) -> int:
    """Read over the full stop of an abbreviated scale word: "3 тыс. вагонов"."""
    if lower(tokens, stop) != "." or not _glued(tokens, stop - 1) or stop + 1 >= len(tokens):
        return stop
    return stop + 1 if tokens[stop + 1].text[0].islower() else stop


def _spelt(tokens: Sequence[Token], index: int, words: NumberWords, unit: float) -> Number | None:
    """Read "twenty-three", "two hundred and five", "three million": total, then section, then unit.

    ``unit`` is 1 where an article or nothing stands before a scale ("a hundred").
    """
    total = section = 0.0
    stop = index
    scaled = False
    read = unit > 0
    while stop < len(tokens) and total < _LARGEST:
        word = tokens[stop].lower
        match = words.words.at(tokens, stop)
        if match is not None and _may_follow(unit, section, match[1]):
            unit, stop, read = unit + match[1], match[0], True
        elif word in words.scales and (unit > 0 or section > 0 or word in words.scale_alone):
            factor = words.scales[word]
            scaled |= factor >= words.big_scale
            if factor >= words.big_scale:
                total += (section + unit or 1.0) * factor
                section = unit = 0.0
            else:
                section, unit = section + (unit or 1.0) * factor, 0.0
            stop, read = stop + 1, True
        elif word in words.dozens and section + unit > 0:
            return Number(words.dozens[word] * (total + section + unit), stop + 1)
        elif (half := words.half.at(tokens, stop)) is not None and lower(tokens, half[0]) in words.scales:
            unit, stop = unit + half[1], half[0]
        elif _joins(tokens, stop, words, unit, read=read and (unit > 0 or section > 0 or total > 0)):
            stop += 1
        else:
            break
    return Number(total + section + unit, stop, scaled=scaled) if read else None


def _may_follow(unit: float, section: float, value: float) -> bool:
    """Ones follow tens, tens follow hundreds; anything follows a scale or the beginning."""
    if unit == 0:
        return value < 100 or section == 0
    if unit >= 100 and unit % 100 == 0:
        return 0 < value < 100
    return unit >= 20 and unit % 10 == 0 and 0 < value < 10


def _joins(tokens: Sequence[Token], index: int, words: NumberWords, unit: float, *, read: bool) -> bool:
    """Tell the hyphen of "seventy-three" and the "and" of "two hundred and five" from those between two numbers."""
    if not read:
        return False
    follows = words.words.at(tokens, index + 1) if index + 1 < len(tokens) else None
    if tokens[index].lower == "-":
        return _glued(tokens, index) and (
            (follows is not None and unit >= 20 and unit % 10 == 0 and 0 < follows[1] < 10)
            or lower(tokens, index + 1) in words.scales
        )
    if tokens[index].lower not in words.joints or follows is None:
        return False
    # Behind a scale word, or between tens and ones where the language says "treinta y tres".
    behind_scale = unit == 0 and 0 < follows[1] < 100
    return behind_scale or (len(words.joints) > 0 and "and" not in words.joints and _may_follow(unit, 1.0, follows[1]))
