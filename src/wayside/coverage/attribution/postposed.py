"""Sources that are marked behind, where verbs stand last: "X에 따르면", "X은 … 밝혔다", "Xは…と述べた", "据X报道".

These work on the letters of a sentence and not on its words, since nothing or not much stands between words there.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from wayside.coverage.attribution.known import known
from wayside.coverage.attribution.mention import WHOLE, Mention
from wayside.coverage.attribution.phrase import Source
from wayside.coverage.tables import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wayside.coverage.attribution.views import View

__all__ = ["postposed"]

_LONGEST: Final = 28  # characters of a source
_BREAKS: Final = frozenset("、。，,「」『』()（）“”\"';；:：!?！？")
_MEDIA: Final = frozenset({"news agency", "newspaper", "broadcaster"})


@dataclass(frozen=True, slots=True)
class _Marks:
    """The part ``postposed`` of the table ``speech``; see the head of tables/ko/speech.toml."""

    after: tuple[str, ...]
    around: tuple[tuple[str, tuple[str, ...]], ...]
    topics: tuple[str, ...]
    subjects: tuple[str, ...]
    quoting: tuple[str, ...]
    verbs: tuple[str, ...]
    stops: tuple[str, ...]
    spaced: bool
    first: bool
    unnamed: tuple[str, ...]
    voices: tuple[str, ...]
    offices: tuple[str, ...]
    dropped: tuple[str, ...]
    never: tuple[str, ...]


@cache
def _marks(language: str) -> _Marks | None:
    rows = table("speech", language).get("postposed")
    if rows is None:
        return None

    def words(name: str) -> tuple[str, ...]:
        return tuple(rows.get(name, ()))

    around = tuple((lead, tuple(ends)) for lead, ends in rows.get("around", {}).items())
    return _Marks(
        after=tuple(table("speech", language).get("leads", {}).get("after", ())),
        around=around,
        topics=words("topics"),
        subjects=words("subjects"),
        quoting=words("quoting"),
        verbs=words("verbs"),
        stops=words("stops"),
        spaced=rows.get("spaced", False),
        first=rows.get("verb_first", False),
        unnamed=words("unnamed"),
        voices=words("voices"),
        offices=words("offices"),
        dropped=words("dropped"),
        never=words("never"),
    )


def postposed(view: View) -> list[Mention] | None:
    """Return the sources of a sentence, or None for a language without such marks."""
    marks = _marks(view.language)
    if marks is None:
        return None
    text, starts = _spelt(view)
    spans = [*_before_marks(text, marks), *_between_marks(text, marks), *_of_verbs(text, marks)]
    found = [_mention(view, text, span, starts, marks) for span in dict.fromkeys(spans)]
    return [one for one in found if one is not None]


def _spelt(view: View) -> tuple[str, list[int]]:
    """Return a sentence as one string, and where each token begins in it."""
    parts: list[str] = []
    starts: list[int] = []
    length = 0
    for before, token in zip([None, *view.tokens[:-1]], view.tokens, strict=True):
        if before is not None and before.end < token.start:
            parts.append(" ")
            length += 1
        starts.append(length)
        parts.append(token.text)
        length += len(token.text)
    return "".join(parts), starts


def _before_marks(text: str, marks: _Marks) -> list[tuple[int, int]]:
    """Find "X에 따르면", "Xによると"."""
    found = []
    for mark in marks.after:
        at = text.find(mark)
        if at > 0:
            found.append((_back(text, at, marks), at))
    return found


def _between_marks(text: str, marks: _Marks) -> list[tuple[int, int]]:
    """Find "据X报道": a word before and one of some words behind."""
    found = []
    for lead, ends in marks.around:
        at = text.find(lead)
        if at < 0 or (at > 0 and text[at - 1] not in _BREAKS and not text[at - 1].isspace()):
            continue
        first = at + len(lead)
        stop = min((stop for end in ends if (stop := text.find(end, first, first + _LONGEST)) > first), default=-1)
        if stop > 0 and not _BREAKS & set(text[first:stop]):
            found.append((first, stop))
    return found


def _of_verbs(text: str, marks: _Marks) -> list[tuple[int, int]]:
    """Find the subject of a verb of saying: first in the clause before it, or at the sentence's two ends."""
    if marks.first:
        return _verb_behind(text, marks)
    verb = max((text.rfind(one) for one in marks.verbs), default=-1)
    if verb <= 0:
        return []
    inner = _inner_subject(text, verb, marks)
    if inner is not None:
        return [inner]
    stop = _topic(text, verb, marks)
    return [(0, stop)] if stop else []


def _topic(text: str, verb: int, marks: _Marks) -> int:
    """Return where the topic ends that the sentence begins with; 0 for none."""
    limit = min(verb, _LONGEST)
    best = 0
    for mark in marks.topics:
        at = text.find(mark, 1, limit)
        if at > 0 and (best == 0 or at < best):
            best = at
    head = text[:best]
    plain = best > 0 and not _BREAKS & set(head) and not head.endswith(marks.never)
    return best if plain else 0


def _inner_subject(text: str, verb: int, marks: _Marks) -> tuple[int, int] | None:
    """Find "…다고 국방장관이 밝혔다", "…と国防相が述べた"."""
    before = text[:verb].rstrip()
    mark = next((one for one in marks.subjects if before.endswith(one)), None)
    if mark is None:
        return None
    stop = len(before) - len(mark)
    first = max(
        (at + len(one) for one in marks.quoting if (at := text.rfind(one, max(0, stop - _LONGEST), stop)) >= 0),
        default=-1,
    )
    return (first, stop) if 0 <= first < stop else None


def _verb_behind(text: str, marks: _Marks) -> list[tuple[int, int]]:
    """Find "路透社报道，…", "国防部长表示，…": a clause that begins with its subject and the verb."""
    starts = [0, *(at + 1 for at, sign in enumerate(text) if sign in "，；")]
    for first in starts:
        stop = min(
            (at for one in marks.verbs if (at := text.find(one, first + 1, first + _LONGEST)) > first), default=-1
        )
        if stop > first + 1 and not _BREAKS & set(text[first:stop]):
            return [(first, stop)]
    return []


def _back(text: str, stop: int, marks: _Marks) -> int:
    """Return where the name begins that ends here: behind a break, or behind a word that ends what was said before."""
    first = stop
    while first > 0 and stop - first < _LONGEST and text[first - 1] not in _BREAKS:
        if marks.spaced and text[first - 1] == " " and text[: first - 1].endswith(marks.stops):
            break
        if not marks.spaced and text[:first].endswith(marks.stops):
            break
        first -= 1
    return first


def _mention(view: View, text: str, span: tuple[int, int], starts: Sequence[int], marks: _Marks) -> Mention | None:
    first, stop = span
    while first < stop and text[first].isspace():
        first += 1
    name = text[first:stop].strip()
    shorter = next((name[len(one) :] for one in marks.dropped if name.startswith(one) and len(name) > len(one)), name)
    first, name = first + len(name) - len(shorter), shorter.strip()
    voice = next((one for one in marks.voices if name.endswith(one) and len(name) > len(one)), None)
    name = name.removesuffix(voice).rstrip(" 的の") if voice else name
    if len(name) < len("UN") or (any(sign.isdigit() for sign in name) and known(name) is None):
        return None
    one = known(name)
    kind = "organisation"
    if one is not None:
        kind = "media" if one.kind in _MEDIA else "state" if one.kind == "state" else "organisation"
    elif any(word in name for word in marks.unnamed):
        kind = "anonymous"
    elif name.endswith(marks.offices):
        kind = "person"
    at = max(bisect_left(starts, first + 1) - 1, 0)
    end = max(bisect_left(starts, stop), at + 1)
    source = Source(kind, name, name, at, end, near=(at, end), voice=voice is not None)
    return Mention(source, at, 0, len(view.tokens), WHOLE)
