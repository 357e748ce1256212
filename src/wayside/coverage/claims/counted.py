"""What a number counts: the noun phrase behind it, or a noun from the context."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wayside.coverage.claims.found import lower, words_between
from wayside.coverage.claims.nouns import Nouns, is_known, is_plural, nouns, on_rails, singular, stands, thing_of
from wayside.coverage.words.numberwords import number_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wayside.coverage.words.tokens import Token

__all__ = [
    "Counted",
    "context_noun",
    "flow_noun",
    "noun_phrase",
    "numbered_noun",
    "on_rails",
    "singular",
    "stands",
    "thing_of",
]

_ENGLISH: Final = "en"
_LOOK_BACK: Final = 60
_LONGEST_THING: Final = 4
_COUNTER_REACH: Final = 9


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted.

    Attributes:
        name: singular with its modifiers, in lower case.
        stop: index of the first token after it.
        flow: a figure over a period ("shell output").
        modifiers: what narrows it, as written.
        known: its noun is one of the tables.
    """

    name: str
    stop: int
    flow: bool = False
    modifiers: tuple[str, ...] = ()
    known: bool = False


def noun_phrase(tokens: Sequence[Token], index: int, value: float, language: str = _ENGLISH) -> Counted | None:
    """Read the noun phrase that starts at a token.

    English ends it with the first plural that no further noun follows; other languages take a thing of their table, or
    else the next word, with a linked noun.

    Args:
        tokens: the sentence.
        index: first token behind the number.
        value: the number; 1 (and 0, for "no") may count a singular.
        language: ISO 639-1.
    """
    words = nouns(language)
    if words.plural != "s":
        return _by_table(tokens, index, words)
    start = index
    while lower(tokens, start) in words.removable and start < index + 3:
        start += 1
    found = _english(tokens, start, value, words)
    return None if found is None else _with_calibre(tokens, found, words)


def _english(tokens: Sequence[Token], index: int, value: float, words: Nouns) -> Counted | None:
    parts: list[str] = []
    head = end = 0
    at = index
    while at < len(tokens) and len(parts) < words.longest:
        token = tokens[at]
        size = _sized(tokens, at)
        if size:
            parts.append(" ".join(one.text for one in tokens[at : at + size] if one.text != "-"))
            at += size
            continue
        model = _model(tokens, at) if parts else 0
        if model:
            parts[-1] += "".join(one.text for one in tokens[at : at + model])
            at += model
            continue
        if token.text in "-/" and parts and _joined(tokens, at):
            # What a hyphen joins is one word, whatever it is: "burnt-out".
            if token.text == "-" and tokens[at + 1].lower in words.stop:
                parts.append(tokens[at + 1].text)
                at += 1
            at += 1
            continue
        if token.kind != "word" or token.lower in words.stop or token.lower.endswith("'s"):
            break
        parts.append(token.text)
        at += 1
        if is_plural(token.lower, words) or (value <= 1 and _single_thing(tokens, at - 1, words)):
            head, end = len(parts), at
            if not _goes_on(tokens, at, words, token):
                break
    if not head:
        return None
    lowers = [part.lower() for part in parts[:head]]
    name = " ".join([*lowers[:-1], singular(lowers[-1])])
    known = is_known(singular(lowers[-1])) or is_known(lowers[-1])
    return Counted(name, end, modifiers=tuple(parts[: head - 1]), known=known)


def _model(tokens: Sequence[Token], at: int) -> int:
    """Return how many tokens go on a designation: "-34" in "Su-34", "-72B3" in "T-72B3"; 0 if none."""
    stop = at + 1
    if tokens[at].text != "-" or tokens[at - 1].end != tokens[at].start or stop >= len(tokens):
        return 0
    if tokens[stop].kind != "number":
        return 0
    while stop < len(tokens) and tokens[stop].kind != "mark" and tokens[stop].start == tokens[stop - 1].end:
        stop += 1
    return stop - at


def _joined(tokens: Sequence[Token], at: int) -> bool:
    """Tell the hyphen of "burnt-out" and the stroke of "crates/containers" from a dash."""
    return (
        0 < at < len(tokens) - 1
        and tokens[at + 1].kind == "word"
        and tokens[at - 1].end == tokens[at].start
        and tokens[at].end == tokens[at + 1].start
    )


def _sized(tokens: Sequence[Token], at: int) -> int:
    """Return how many tokens of a size stand here: "152 mm", "152-millimeter", "20-foot", "60-car"; 0 if none."""
    if tokens[at].kind != "number":
        return 0
    calibres = number_words(_ENGLISH).calibres
    if lower(tokens, at + 1) in calibres:
        return 2
    hyphened = at + 2 < len(tokens) and tokens[at + 1].text == "-" and tokens[at + 2].kind == "word"
    return (
        3 if hyphened and tokens[at].end == tokens[at + 1].start and tokens[at + 1].end == tokens[at + 2].start else 0
    )


def _single_thing(tokens: Sequence[Token], at: int, words: Nouns) -> bool:
    """Tell "one railcar was" from "one railcar door"."""
    if not is_known(tokens[at].lower):
        return False
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    return (
        following is None or following.kind != "word" or following.lower in words.stop or following.lower.endswith("ed")
    )


def _goes_on(tokens: Sequence[Token], at: int, words: Nouns, plural: Token) -> bool:
    """Tell "arms shipments", "aircraft carriers", "Los Angeles submarines", where the plural is not yet the thing."""
    following = tokens[at] if at < len(tokens) else None
    if following is None or following.kind != "word" or following.lower in words.stop:
        return False
    if is_plural(following.lower, words) or is_known(following.lower):
        return True
    ahead = tokens[at + 1] if at + 1 < len(tokens) else None
    later = ahead is not None and ahead.kind == "word" and is_plural(ahead.lower, words)
    name = plural.text[0].isupper() and following.text[0].islower()
    return later and (plural.lower in words.attributive or name)


def _with_calibre(tokens: Sequence[Token], found: Counted, words: Nouns) -> Counted:
    """Read on through "rounds of 122 mm": the calibre is a modifier as in "122 mm rounds"."""
    at = found.stop
    if lower(tokens, at) not in words.links or at + 1 >= len(tokens) or not (size := _sized(tokens, at + 1)):
        return found
    calibre = " ".join(token.text for token in tokens[at + 1 : at + 1 + size] if token.text != "-")
    name = f"{calibre.lower()} {found.name}"
    return Counted(name, at + 1 + size, found.flow, (calibre, *found.modifiers), found.known)


def _by_table(tokens: Sequence[Token], index: int, words: Nouns) -> Counted | None:
    counter = words.counters.get(lower(tokens, index))
    if counter is not None:
        return _behind_counter(tokens, index, words)
    while words.counters and lower(tokens, index) in words.counter_links:
        index += 1
    at = index
    while at < min(index + words.longest, len(tokens)):
        token = tokens[at]
        match = words.forms.at(tokens, at)
        if match is not None:
            return _linked(tokens, index, at, match[0], words)
        if token.kind != "word" or (token.lower in words.stop and token.lower not in words.links):
            break
        at += 1
    if index >= len(tokens) or tokens[index].kind != "word" or tokens[index].lower in words.stop:
        return None
    if words.counters or (tokens[index].text[0].isupper() and not words.capital_nouns):
        return None
    return _linked(tokens, index, index, index + 1, words)


def _linked(tokens: Sequence[Token], first: int, head: int, stop: int, words: Nouns) -> Counted:
    """Add "de carga", "merci" behind the thing."""
    known = words.forms.at(tokens, head) is not None
    end = stop
    if lower(tokens, stop) in words.modifiers_after:
        stop += 1
    elif (
        lower(tokens, stop) in words.links
        and stop + 1 < len(tokens)
        and tokens[stop + 1].kind == "word"
        and tokens[stop + 1].text.islower()
        and tokens[stop + 1].lower not in words.stop
    ):
        stop += 2
    form = words_between(tokens, head, end)
    name = words_between(tokens, first, stop).replace(form, words.lemmas.get(form, form), 1)
    outside = tuple(token.text for at, token in enumerate(tokens[first:stop], first) if not head <= at < end)
    return Counted(name, stop, modifiers=outside, known=known)


def _behind_counter(tokens: Sequence[Token], index: int, words: Nouns) -> Counted:
    """Read "73両の貨車", "73량의 화차", "貨車73両": the thing behind the counter, before the number, or the counter."""
    at = index + 1
    while lower(tokens, at) in words.counter_links:
        at += 1
    tied = not words.genitive or tokens[at - 1].text.endswith(words.genitive)
    match = words.forms.at(tokens, at) if tied and at < len(tokens) else None
    if match is not None:
        return Counted("".join(token.lower for token in tokens[at : match[0]]), match[0], known=True)
    before = _nearest(tokens, index - _COUNTER_REACH, index - 1, words)
    if before is not None:
        return Counted(words_between(tokens, *before), index + 1, known=True)
    return Counted(tokens[index].lower, index + 1, known=True)


def flow_noun(tokens: Sequence[Token], index: int, language: str = _ENGLISH) -> Counted | None:
    """Return the thing of "shell output … to a projected 2.5 million", looking back from a token."""
    words = nouns(language)
    for at in range(min(index, len(tokens)) - 1, max(0, index - _LOOK_BACK), -1):
        if tokens[at].text in ";:":
            return None
        if tokens[at].lower in words.flows and tokens[at - 1].kind == "word" and tokens[at - 1].lower not in words.stop:
            name = singular(tokens[at - 1].lower)
            return Counted(name, index, flow=True, known=is_known(name))
    return None


def numbered_noun(tokens: Sequence[Token], index: int, language: str = _ENGLISH) -> Counted | None:
    """Return the thing of "the herd numbers 85", looking back from the figure's first token."""
    words = nouns(language)
    if lower(tokens, index - 1) not in words.numbering or index < 2:
        return None
    thing = tokens[index - 2]
    if thing.kind != "word" or thing.lower in words.stop:
        return None
    name = singular(thing.lower)
    return Counted(name, index, known=is_known(name))


def context_noun(tokens: Sequence[Token], index: int, language: str = _ENGLISH) -> Counted | None:
    """Return the nearest thing of the tables before a token, with the modifier before it."""
    words = nouns(language)
    near = _nearest(tokens, index - _LOOK_BACK, min(index, len(tokens)), words)
    return None if near is None else _context(tokens, *near, index, words)


def _nearest(tokens: Sequence[Token], start: int, stop: int, words: Nouns) -> tuple[int, int] | None:
    """Return first and stop of the last thing of the tables in a range, the longest of those that end there."""
    starts = words.forms.starts
    for at in range(stop - 1, max(-1, start), -1):
        if tokens[at].lower not in starts:
            continue
        match = words.forms.at(tokens, at)
        if match is None or match[0] > stop or (at and tokens[at - 1].lower in words.modals):
            continue
        first, end = at, match[0]
        for earlier in range(at - 1, max(-1, at - _LONGEST_THING), -1):
            longer = words.forms.at(tokens, earlier)
            if longer is not None and end <= longer[0] <= stop:
                first, end = earlier, longer[0]
        return first, end
    return None


def _context(tokens: Sequence[Token], first: int, stop: int, index: int, words: Nouns) -> Counted:
    """Return a thing of the tables with the modifier before it; the figure itself ends at ``index``."""
    form = words_between(tokens, first, stop)
    if words.plural == "s":
        lead, _, last = form.rpartition(" ")
        form = f"{lead} {singular(last)}".strip()
    before = tokens[first - 1] if first else None
    modifier = (before.text,) if before is not None and before.lower in words.context else ()
    name = " ".join((*(word.lower() for word in modifier), words.lemmas.get(form, form)))
    return Counted(name, index, modifiers=modifier, known=True)
