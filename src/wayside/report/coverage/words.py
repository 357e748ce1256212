"""How quantities, days, languages and strings from outside are written in the page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from urllib.parse import urlsplit

from wayside.model.agreement import CREDIBILITY, RELIABILITY, Rating
from wayside.model.claims import Claim, Quantity
from wayside.model.wording import say_date
from wayside.report.text import clean

__all__ = [
    "KIND_WORDS",
    "VOICE_WORDS",
    "cut",
    "fitted",
    "language_name",
    "language_tag",
    "listed",
    "safe",
    "say_bounds",
    "say_claim",
    "say_day",
    "say_number",
    "say_quantity",
    "say_rating",
    "text_width",
    "web_address",
]

_THIN = "\u202f"
_JOINERS = re.compile("(?<=[^\\W\\d_])([\u200c\u200d])(?=[^\\W\\d_])")
_SPACE = re.compile("[ \t\n\r\f\v\x85\u2028\u2029]+")
_LONGEST_ADDRESS = 2_000
_TAG = re.compile(r"[a-z]{2,3}\Z")

KIND_WORDS = {
    "count": "how many there were",
    "maximum": "the most over a period",
    "mean": "the average over a period",
    "sum": "how many in all",
    "rate": "how many per unit of time",
    "capacity": "how many it can hold",
    "length": "a length",
    "area": "an area",
    "volume": "a volume",
    "mass": "a mass",
    "speed": "a speed",
    "percentage": "a percentage",
    "money": "an amount of money",
    "duration": "how long",
    "date-lag": "how long before or after",
    "ordinal": "which in a sequence",
    "multiple": "a multiple",
    "comparison": "a comparison without a figure",
    "statement": "a statement without a figure",
}
VOICE_WORDS = {
    "named": "named source",
    "anonymous": "source without a name",
    "collective": "a group without names",
    "outlet": "the outlet itself",
    "unattributed": "nobody named",
}
_LANGUAGES = {
    "ar": "Arabic", "be": "Belarusian", "bg": "Bulgarian", "cs": "Czech", "da": "Danish", "de": "German",
    "el": "Greek", "en": "English", "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish",
    "fr": "French", "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian", "id": "Indonesian", "it": "Italian",
    "ja": "Japanese", "ka": "Georgian", "kk": "Kazakh", "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian",
    "mn": "Mongolian", "nl": "Dutch", "no": "Norwegian", "nb": "Norwegian", "pl": "Polish", "pt": "Portuguese",
    "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sl": "Slovene", "sr": "Serbian", "sv": "Swedish",
    "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
_UNITS = {
    "%": "\u00a0%", "m": "\u00a0m", "km": "\u00a0km", "t": "\u00a0t", "kg": "\u00a0kg", "ft": "\u00a0ft",
    "1/day": " a day", "1/week": " a week", "1/month": " a month", "1/year": " a year", "1/hour": " an hour",
}  # fmt: skip
_TIMES = {"second", "minute", "hour", "day", "week", "month", "year", "decade"}
_BEFORE = {
    "exact": "{}",
    "approximately": "about {}",
    "at least": "at least {}",
    "more than": "more than {}",
    "no more than": "no more than {}",
    "up to": "up to {}",
    "fewer than": "fewer than {}",
    "none stated": "{}",
}


def safe(text: str) -> str:
    """Return ``text`` on one line, with all that cannot be seen or that turns the text replaced by U+FFFD.

    Joiners between two letters, which Persian and the scripts of India need, are left.
    """
    parts = _JOINERS.split(_SPACE.sub(" ", text))
    return "".join(part if k % 2 else clean(part) for k, part in enumerate(parts))


def cut(text: str, most: int) -> str:
    """Return ``text`` on one line and safe to show, shortened to ``most`` characters with an ellipsis."""
    line = safe(text[: 4 * most]).strip()
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def text_width(text: str, size: float) -> float:
    """Return about how wide ``text`` is drawn at a size of letters; rather too wide than too narrow."""
    total = 0.0
    for letter in text:
        if unicodedata.east_asian_width(letter) in "WF":
            total += 1.02
        elif letter in "iljtf.,:;'|!()[] I\u00a0\u202f":
            total += 0.33
        elif letter.isupper() or letter in "mwMW@%—…":
            total += 0.76
        else:
            total += 0.57
    return total * size


def fitted(text: str, room: float, size: float) -> str:
    """Return ``text``, shortened with an ellipsis where it is wider than ``room`` at a size of letters."""
    if text_width(text, size) <= room:
        return text
    while text and text_width(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def say_number(value: float) -> str:
    """Return a number with its thousands apart: 1 000, 2.5."""
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}".replace(",", _THIN)
    return f"{value:,.4g}".replace(",", _THIN) if abs(value) < 1e4 else f"{value:,.1f}".replace(",", _THIN)


def say_day(day: date | None) -> str:
    """Return a day in words, or "day not known"."""
    return "day not known" if day is None else say_date(day, short=True)


def _with_unit(number: str, unit: str) -> str:
    if unit == "1":
        return number
    if unit in _TIMES:
        return f"{number} {unit}{'' if number == '1' else 's'}"
    return f"{number}{_UNITS.get(unit, ' ' + safe(unit)[:20])}"


def say_quantity(quantity: Quantity) -> str:
    """Return a quantity as one would say it: "at least 70", "no more than 20", "60 to 70 %"."""
    low, high = quantity.low, quantity.high
    if low is None and high is None:
        return "no figure"
    if low is not None and high is not None and low < high and (low > 0 or quantity.approximation == "between"):
        return _with_unit(f"{say_number(low)} to {say_number(high)}", quantity.unit)
    value = quantity.figure if quantity.figure is not None else (high if low is None or low == 0 else low)
    number = say_number(value if value is not None else 0.0)
    return _with_unit(_BEFORE.get(quantity.approximation, "{}").format(number), quantity.unit)


def say_bounds(quantity: Quantity) -> str:
    """Return the bounds alone: "70 or more", "0 to 20", "73"."""
    low, high = quantity.low, quantity.high
    if low is None and high is None:
        return "none"
    if high is None and low is not None:
        return f"{say_number(low)} or more"
    if low is None and high is not None:
        return f"{say_number(high)} or less"
    return say_number(low or 0.0) if low == high else f"{say_number(low or 0.0)} to {say_number(high or 0.0)}"


def say_claim(claim: Claim) -> str:
    """Return what a claim says in a few words: "at least 70 freight cars", "not: agreement signed"."""
    if claim.kind == "statement":
        return f"{'not: ' if claim.negated else ''}{cut((claim.topic or '').replace('-', ' '), 60)}"
    if claim.kind == "comparison":
        return f"{cut(claim.counted, 60)}: a comparison" if claim.counted else "a comparison"
    said = say_quantity(claim.quantity)
    return f"{said} {cut(claim.counted, 60)}" if claim.counted else said


def language_name(code: str | None) -> str:
    """Return the English name of a language, the code itself where it is not in the list, or "not told"."""
    return "language not told" if code is None else _LANGUAGES.get(code, cut(code, 12))


def language_tag(code: str | None) -> str | None:
    """Return a value for the attribute ``lang``, or None."""
    return code if code is not None and _TAG.match(code) else None


def listed(names: Sequence[str], most: int = 4) -> str:
    """Return "a, b and c", or "a, b, c and 4 others"."""
    if len(names) > most + 1:
        return f"{', '.join(names[:most])} and {len(names) - most} others"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""


def say_rating(rating: Rating) -> str:
    """Return a grade in words: "B2: usually reliable; probably true"."""
    code = (rating.reliability or "–") + (rating.credibility or "–")
    words = [
        RELIABILITY[rating.reliability] if rating.reliability else "source not graded",
        CREDIBILITY[rating.credibility] if rating.credibility else "information not graded",
    ]
    return f"{code}: {'; '.join(words)}"


def web_address(url: str | None) -> str | None:
    """Return ``url`` where a link may lead there: http or https, with a host, and nothing unprintable in it."""
    if url is None or len(url) > _LONGEST_ADDRESS or not url.isprintable() or " " in url or safe(url) != url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.hostname else None
