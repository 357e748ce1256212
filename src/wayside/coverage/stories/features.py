"""What is compared of a document: figures, names, quotations, wording, sources, days; small, as many are held."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from heapq import nsmallest
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Final
from zlib import crc32

from wayside.coverage.stories.evidence import rarity
from wayside.coverage.stories.keys import slug
from wayside.coverage.stories.skeleton import skeleton
from wayside.coverage.words.tokens import quoted_spans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from wayside.coverage.stories.evidence import Rarity
    from wayside.model.claims import Claim
    from wayside.model.documents import Document

__all__ = ["KINDS", "RUN", "Features", "Rarities", "distance", "features", "runs", "source_key"]

KINDS: Final = ("figure", "number", "name", "source", "quotation", "wording", "title", "word", "day")
RUN: Final = 5
_WORD: Final = re.compile(r"\w+")
# Whatever begins a word and is no small letter of the commonest alphabets; whether it is a capital is asked afterwards.
_CAPITAL: Final = re.compile(r"(?<!\w)[^\W\d_a-z\u00df-\u00f6\u00f8-\u00ff\u0430-\u045f]\w*")
_NUMBER: Final = re.compile(r"(?<![\w.,])\d{1,3}(?:[,.\u00a0\u202f ]\d{3})+(?!\d)|\d+")
_DENSE: Final = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_KATAKANA: Final = re.compile("[\u30a1-\u30fa\u30fc]{3,}")
_NUMBERED: Final = re.compile(r"(?<![\w.,])(\d{1,3})[ \u00a0]$")
_NO_DIGIT: Final = re.compile(r"\D")
_SENTENCE_ENDS: Final = frozenset('.!?…:;"“”«»„‘’\n—–-(|')
_TIME_UNITS: Final = frozenset({"second", "minute", "hour", "day", "week", "month", "year"})
# Kept of each kind in a document; of wording and words those whose hashes are smallest, so that the same ones are kept
# everywhere.
_MOST: Final = {
    "figure": 40,
    "number": 40,
    "name": 60,
    "source": 12,
    "quotation": 32,
    "wording": 32,
    "title": 16,
    "word": 64,
}
_HASHED: Final = frozenset({"quotation", "wording"})
_ROOM: Final = 8
_HIGHEST: Final = 0xFFFFFFFF
_SHORTEST_WORD: Final = 5
_YEARS: Final = range(1900, 2100)


@dataclass(frozen=True, slots=True)
class Features:
    """What is compared of a document.

    Attributes:
        document: its id.
        published: day of publication as an ordinal, or None.
        kept: features by kind, in the order of ``KINDS``; each kind's are sorted and distinct.
    """

    document: str
    published: int | None
    kept: tuple[tuple[str, ...], ...]


def source_key(claim: Claim) -> str | None:
    """Return what identifies the final source of a claim; None where nobody is named."""
    if claim.source is not None:
        return claim.source
    return None if claim.asserted_by is None or claim.anonymous else slug(claim.asserted_by)


def features(documents: Sequence[Document], claims: Iterable[Claim]) -> list[Features]:
    """Collect what is compared of some documents.

    A capitalised word that opens a sentence is a name only if no document of the set writes it small.
    """
    of_document: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        of_document[claim.document].append(claim)
    pool: dict[str, str] = {}
    small = _Small()
    raw = [_of_document(document, of_document.get(document.id, ()), pool, small) for document in documents]
    return [_settled(one, small, pool) for one in raw]


@dataclass(slots=True)
class _Raw:
    features: Features
    opening: tuple[str, ...]


def _of_document(document: Document, claims: Sequence[Claim], pool: dict[str, str], small: _Small) -> _Raw:
    names: set[str] = set()
    opening: set[str] = set()
    quotations: set[str] = set()
    numbers: Counter[str] = Counter()
    stretches: list[list[str]] = []
    words: set[str] = set()
    for span in document.body:
        text = document.text[span.start : span.end]
        stretches.append(_WORD.findall(text))
        _read_names(text, names, opening)
        words |= _dense(text, names)
        numbers.update(_numbers(text))
        for start, end in quoted_spans(text, 0, len(text)):
            quotations.update(runs([_WORD.findall(text[start:end].lower())], _MOST["quotation"]))
    words |= small.of(chain.from_iterable(stretches))
    wording = runs(([word.lower() for word in stretch] for stretch in stretches), _MOST["wording"])
    title = {word for word in _WORD.findall((document.title or "").lower()) if len(word) >= _SHORTEST_WORD}
    sets: dict[str, Iterable[str]] = {
        "figure": {key for claim in claims if (key := _figure(claim)) is not None},
        "number": [number for number, _ in numbers.most_common(_MOST["number"])],
        "name": names,
        "source": {key for claim in claims if (key := source_key(claim)) is not None},
        "quotation": quotations,
        "wording": wording,
        "title": {skeleton(word) for word in title},
        "word": words,
        "day": _days(claims),
    }
    kept = tuple(_least(sets[kind], _MOST.get(kind, 16), pool, hashed=kind in _HASHED) for kind in KINDS)
    day = None if document.published is None else document.published.toordinal()
    return _Raw(Features(document.id, day, kept), tuple(sorted(opening)))


def _settled(raw: _Raw, small: _Small, pool: dict[str, str]) -> Features:
    """Add the names that open sentences, now that it is known which words are written small."""
    more = {skeleton(word) for word in raw.opening if word.lower() not in small.written}
    if not more:
        return raw.features
    at = KINDS.index("name")
    kept = list(raw.features.kept)
    kept[at] = _least({*kept[at], *more}, _MOST["name"], pool)
    return Features(raw.features.document, raw.features.published, tuple(kept))


class _Small:
    """The words that some document writes small; each is looked at once."""

    def __init__(self) -> None:
        self.written: set[str] = set()
        self._long: dict[str, str | None] = {}

    def of(self, written: Iterable[str]) -> set[str]:
        """Take in the words of a document; return those of them that are written small and are not short."""
        distinct = set(written)
        for word in distinct.difference(self._long):
            small = word[0].isalpha() and not word[0].isupper()
            lower = word.lower()
            if small:
                self.written.add(lower)
            self._long[word] = lower if small and len(word) >= _SHORTEST_WORD else None
        return {lower for lower in map(self._long.__getitem__, distinct) if lower is not None}


def _read_names(text: str, names: set[str], opening: set[str]) -> None:
    """Sort the capitalised words of some text into names and words that open a sentence."""
    for match in _CAPITAL.finditer(text):
        word = match.group()
        if word[0].isupper():
            if numbered := _NUMBERED.search(text, max(0, match.start() - 5), match.start()):
                # "38 North": a number is a part of some names.
                names.add(skeleton(numbered.group(1) + word))
            _place_name(text, match.start(), word, names, opening)


def _dense(text: str, names: set[str]) -> set[str]:
    """Return pairs of signs, where words are not set apart by blanks; words in katakana are names."""
    words: set[str] = set()
    if not text.isascii() and _DENSE.search(text):
        for match in _DENSE.finditer(text):
            run = match.group()
            words.update(run[at : at + 2] for at in range(len(run) - 1))
        names.update(skeleton(match.group()) for match in _KATAKANA.finditer(text))
    return words


def _place_name(text: str, start: int, word: str, names: set[str], opening: set[str]) -> None:
    if len(word) < 3 and not word.isupper():
        return
    before = start - 1
    while before >= 0 and text[before] == " ":
        before -= 1
    if before < 0 or text[before] in _SENTENCE_ENDS:
        opening.add(word)
    else:
        names.add(skeleton(word))


def runs(stretches: Iterable[Sequence[str]], most: int) -> list[str]:
    """Return runs of five words as short hashes: about ``most``, the least, which are the same for every text.

    Args:
        stretches: words in lower case; no run goes on from one to the next.
        most: how many different hashes are kept.
    """
    found: list[bytes] = []
    for words in stretches:
        if len(words) < RUN:
            continue
        line = " ".join(words).encode()
        stops = list(accumulate(map(_size, words))) if line.isascii() else list(accumulate(map(_bytes, words)))
        starts = [0, *stops]
        found += [line[start : stop - 1] for start, stop in zip(starts, stops[RUN - 1 :], strict=False)]
    hashes = list(map(crc32, found))
    distinct = set(hashes)
    limit = sorted(distinct)[most - 1] if len(distinct) > most else _HIGHEST
    kept = {(number, run) for number, run in zip(hashes, found, strict=True) if number <= limit}
    return [f"{number:08x}{blake2b(run, digest_size=3).hexdigest()}" for number, run in kept]


def _size(word: str) -> int:
    return len(word) + 1


def _bytes(word: str) -> int:
    return len(word.encode()) + 1


def _least(keys: Iterable[str], most: int, pool: dict[str, str], *, hashed: bool = False) -> tuple[str, ...]:
    """Keep at most ``most``, those of the smallest hash: two documents then keep the same ones."""
    distinct = sorted({pool.setdefault(key, key) for key in keys})
    if len(distinct) <= most:
        return tuple(distinct)
    return tuple(distinct[:most] if hashed else sorted(nsmallest(most, distinct, key=_scattered)))


def _scattered(key: str) -> tuple[int, str]:
    """Return a number that is the same in every run and has nothing to do with the meaning."""
    return crc32(key.encode()), key


def _figure(claim: Claim) -> str | None:
    figure = claim.quantity.figure
    if claim.thing is None or figure is None:
        return None
    return f"{claim.thing}|{claim.quantity.unit}|{figure:g}"


def _numbers(text: str) -> Iterable[str]:
    if text.isascii() and not any(digit in text for digit in "0123456789"):
        return
    for match in _NUMBER.finditer(text):
        number = _NO_DIGIT.sub("", match.group())
        if len(number) <= 12 and int(number) not in _YEARS:
            yield number.lstrip("0") or "0"


def _days(claims: Sequence[Claim]) -> set[str]:
    found = set()
    for claim in claims:
        time = claim.time
        if time is not None and time.start is not None and time.start == time.end:
            found.add(str(time.start.toordinal()))
    return found


class _Tally:
    """How often hashed keys were met, up to 255, in little room: nearly all runs of words are met once.

    Two keys may share a cell, which makes a feature seem less rare than it is.

    Args:
        keys: hexadecimal keys.
        expected: about how many.
    """

    def __init__(self, keys: Iterable[str], expected: int) -> None:
        self._mask = (1 << max(12, (_ROOM * expected).bit_length())) - 1
        self._cells = bytearray(self._mask + 1)
        for key in keys:
            at = int(key[:8], 16) & self._mask
            if self._cells[at] < 255:
                self._cells[at] += 1

    def __getitem__(self, key: str) -> int:
        return self._cells[int(key[:8], 16) & self._mask]


class _Known(dict[str, float]):
    """Weights by feature, each reckoned when it is first asked for.

    Args:
        weigh: reckons one.
    """

    def __init__(self, weigh: Callable[[str], float]) -> None:
        super().__init__()
        self._weigh = weigh

    def __missing__(self, key: str) -> float:
        found = self[key] = self._weigh(key)
        return found


class Rarities:
    """How much each feature of a set tells.

    Args:
        some: the features of all documents of the set.
    """

    def __init__(self, some: Sequence[Features]) -> None:
        self._documents = len(some)
        self._rule: Rarity = rarity()
        self._having: list[Counter[str] | _Tally] = [self._count(some, at) for at in range(len(KINDS))]
        self._known = [_Known(partial(self._weigh, kind)) for kind in range(len(KINDS))]
        self._figures: dict[tuple[str, str, float], float] = {}

    @staticmethod
    def _count(some: Sequence[Features], at: int) -> Counter[str] | _Tally:
        keys = chain.from_iterable(one.kept[at] for one in some)
        return _Tally(keys, len(some) * _MOST[KINDS[at]]) if KINDS[at] in _HASHED else Counter(keys)

    def weight(self, kind: int, key: str) -> float:
        """Return the weight of a feature of kind ``KINDS[kind]``."""
        # Nearly all runs of words are met once, and are not worth keeping.
        return self._weigh(kind, key) if KINDS[kind] in _HASHED else self._known[kind][key]

    def _weigh(self, kind: int, key: str) -> float:
        return self._rule.weight(KINDS[kind], self._having[kind][key], self._documents) * self._kept(kind, key)

    def of_figure(self, key: tuple[str, str, float]) -> float:
        """Return the weight of a figure of a thing: thing, unit, figure."""
        known = self._figures.get(key)
        if known is None:
            known = self._figures[key] = self.weight(0, f"{key[0]}|{key[1]}|{key[2]:g}")
        return known

    def total(self, kind: int, keys: Iterable[str]) -> float:
        """Return the summed weight of features of one kind."""
        # Exactly rounded, so that the order of a set does not matter.
        return math.fsum(map(self._known[kind].__getitem__, keys))

    def having(self, kind: int, key: str) -> int:
        """Return how many documents have a feature."""
        return self._having[kind][key]

    def _kept(self, kind: int, key: str) -> float:
        """Return how much of its rarity a figure keeps."""
        if kind > 1:
            return 1.0
        factors = self._rule.factors
        bare = kind == 1
        unit, figure = ("1", key) if bare else key.rsplit("|", 2)[1:]
        value = abs(float(figure))
        digits = figure.replace(".", "").strip("0-").partition("e")[0]
        kept = 1.0
        if value <= 3:
            kept = factors["figure_up_to_3"]
        elif value <= 12:
            kept = factors["figure_up_to_12"]
        elif len(digits) <= 1:
            kept = factors["figure_round"]
        kept *= factors["figure_of_time"] if unit in _TIME_UNITS else 1.0
        return kept * (factors["figure_bare"] if bare else 1.0)


def distance(one: Features, other: Features) -> int | None:
    """Return the days between two publications, or None where one is not known."""
    if one.published is None or other.published is None:
        return None
    return abs(one.published - other.published)
