"""Statements without figures that matter to a story: a transfer has begun, no agreement was signed.

Which statements there are is written in ``tables/<language>/statements.toml``: groups of words, and topics that tell
which groups must stand together in one clause. A desk adds its own topics there.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from itertools import permutations
from typing import TYPE_CHECKING, Any, Final

from wayside.coverage.claims.clauses import stretches
from wayside.coverage.claims.cues import Cues, cues, forms
from wayside.coverage.tables import table
from wayside.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wayside.coverage.words.tokens import Token

__all__ = ["Stated", "find_statements", "topics"]

_GAP: Final = 6
_SAID_THAT: Final = 7
_CERTAINTY: Final = ("planned", "possible", "likely")


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement in a sentence.

    Attributes:
        first: first token of the clause.
        stop: token after its last.
        topic: name in the table ("transfer-begun").
        negated: the clause denies it.
        certainty: "asserted", "likely", "possible" or "planned".
    """

    first: int
    stop: int
    topic: str
    negated: bool
    certainty: str


@dataclass(frozen=True, slots=True)
class _Row:
    """One way to say something: the groups that must be there, in order or not, and those that must not.

    ``needs`` holds the groups as bits, so that a sentence is tried against all rows by whole numbers.
    """

    groups: tuple[str, ...]
    without: tuple[str, ...]
    ordered: bool
    needs: int


@dataclass(frozen=True, slots=True)
class _Topic:
    name: str
    rows: tuple[_Row, ...]
    gap: int
    negation: bool
    figures: bool
    certainty: str


@dataclass(frozen=True, slots=True)
class _Words:
    """A language's table: topics, what their rows need, the index of the groups, words at which clauses end.

    ``needs`` has for the first group of each row the groups of the row, as bits, and the number of its topic.
    """

    topics: tuple[_Topic, ...]
    needs: Mapping[str, tuple[tuple[int, int], ...]]
    bits: Mapping[str, int]
    index: Cues
    saying: frozenset[str]
    joining: frozenset[str]
    leading: frozenset[str]
    conjunctions: frozenset[str]
    auxiliaries: frozenset[str]


def topics(language: str = "en") -> tuple[str, ...]:
    """Return the names of the topics that a language's table knows, in its order."""
    words = _words(language)
    return tuple(dict.fromkeys(topic.name for topic in words.topics)) if words else ()


def find_statements(tokens: Sequence[Token], language: str = "en") -> list[Stated]:
    """Find the statements of a sentence.

    Args:
        tokens: the sentence.
        language: ISO 639-1; without a table nothing is found.

    Returns:
        At most one a clause, in order; their spans do not overlap.
    """
    words = _words(language)
    if words is None:
        return []
    hits = words.index.hits(tokens)
    there = sum([words.bits[group] for group in hits])
    numbers = {number for group in hits for needs, number in words.needs.get(group, ()) if needs & there == needs}
    if not numbers:
        return []
    candidates = [words.topics[number] for number in sorted(numbers)]
    found: list[Stated] = []
    for first, stop in stretches(tokens, words.auxiliaries):
        one = _stated(tokens, (first, stop), hits, candidates, words)
        if one is not None and not (found and one.first < found[-1].stop):
            found.append(one)
    return found


def _stated(
    tokens: Sequence[Token],
    bounds: tuple[int, int],
    hits: dict[str, list[tuple[int, int]]],
    candidates: Sequence[_Topic],
    words: _Words,
) -> Stated | None:
    inside = {group: kept for group, at in hits.items() if (kept := _within(at, bounds))}
    there = sum(words.bits[group] for group in inside)
    for topic in candidates:
        for row in topic.rows:
            span = _fit(row, inside, topic.gap) if row.needs & there == row.needs else None
            if span is None or any(group in inside for group in row.without):
                continue
            if topic.figures or not _counts(tokens, bounds):
                return _made(tokens, bounds, span, inside, topic=topic, words=words)
    return None


def _within(spans: Sequence[tuple[int, int]], bounds: tuple[int, int]) -> list[tuple[int, int]]:
    return [span for span in spans if bounds[0] <= span[0] and span[1] <= bounds[1]]


def _counts(tokens: Sequence[Token], bounds: tuple[int, int]) -> bool:
    """Tell whether a clause has a figure; a year is none."""
    return any(
        token.kind == "number"
        and not (len(token.text) == 4 and token.text.isdigit() and token.text[:2] in {"19", "20"})
        for token in tokens[bounds[0] : bounds[1]]
    )


def _fit(row: _Row, inside: Mapping[str, list[tuple[int, int]]], gap: int) -> tuple[int, int] | None:
    """Return the stretch from the first to the last group where they stand close together."""
    orders = (row.groups,) if row.ordered else permutations(row.groups)
    spans = [span for order in orders if (span := _chain(order, inside, gap)) is not None]
    return min(spans) if spans else None


def _chain(order: Sequence[str], inside: Mapping[str, list[tuple[int, int]]], gap: int) -> tuple[int, int] | None:
    for first, stop in inside[order[0]]:
        last = stop
        for group in order[1:]:
            spans = inside[group]
            at = bisect_left(spans, (last, 0))
            if at == len(spans) or spans[at][0] - last > gap:
                break
            last = spans[at][1]
        else:
            return first, last
    return None


def _made(
    tokens: Sequence[Token],
    bounds: tuple[int, int],
    span: tuple[int, int],
    inside: Mapping[str, list[tuple[int, int]]],
    *,
    topic: _Topic,
    words: _Words,
) -> Stated:
    first = _beginning(tokens, bounds[0], span[0], words)
    stop = next((at for at in range(span[1], bounds[1]) if tokens[at].lower in words.conjunctions), bounds[1])
    while stop > span[1] and tokens[stop - 1].kind == "mark":
        stop -= 1
    negated = topic.negation and _negated(inside, first, span[1])
    certainty = _certainty(inside, first, span[1]) or topic.certainty
    return Stated(first, stop, topic.name, negated, certainty)


def _beginning(tokens: Sequence[Token], first: int, until: int, words: _Words) -> int:
    """Return where the clause begins: after a conjunction, after "said" or "said yesterday that"."""
    said = -_SAID_THAT
    resumed: int | None = None
    for at in range(first, until):
        word = tokens[at].lower
        if word == ",":
            # Only around an insertion does a comma stand inside of a stretch: after it, what was before goes on.
            first, resumed = (first, first) if resumed is None else (resumed, None)
        elif word in words.saying and (at == 0 or tokens[at].text[0].islower()):  # not the "States" of a name
            passive = at + 1 < len(tokens) and tokens[at + 1].lower == "to"
            first, said = (first if passive else at + 1), at
        elif word in words.conjunctions or (word in words.joining and at - said <= _SAID_THAT):
            first = at + 1
    while first < until and (tokens[first].lower in words.leading or tokens[first].kind == "mark"):
        first += 1
    return first


def _negated(inside: Mapping[str, list[tuple[int, int]]], first: int, stop: int) -> bool:
    spared = {at for span in inside.get("@not", ()) for at in range(*span)}
    return any(first <= at[0] < stop and at[0] not in spared for at in inside.get("@no", ()))


def _certainty(inside: Mapping[str, list[tuple[int, int]]], first: int, stop: int) -> str | None:
    """Return the first hedge that is found; "suggests that" before the clause weakens it, "will say that" does not."""
    spared = {at for span in inside.get("@unhedged", ()) for at in range(*span)}
    for name in _CERTAINTY:
        since = first if name == "planned" else 0
        if any(since <= at[0] < stop and at[0] not in spared for at in inside.get(f"@{name}", ())):
            return name
    return None


# ------------------------------------------------------------------ the table


@cache
def _words(language: str) -> _Words | None:
    rows = table("statements", language)
    if not rows:
        return None
    clauses: Mapping[str, list[str]] = rows["clauses"]
    groups: dict[str, list[str]] = {
        **rows["groups"],
        **{f"@{name}": entries for name, entries in rows["certainty"].items()},
        "@no": clauses["negations"],
        "@not": clauses["not_negations"],
        "@unhedged": clauses["not_hedges"],
    }
    bits = {group: 1 << number for number, group in enumerate(groups)}
    found = tuple(_topic(row, bits) for row in rows["topic"])
    return _Words(
        topics=found,
        needs=_needs(found),
        bits=bits,
        index=cues(groups),
        saying=frozenset(form for entry in clauses["saying"] for form in forms(entry)),
        joining=frozenset(clauses["joining"]),
        leading=frozenset([*clauses["joining"], *clauses["leading"]]),
        conjunctions=frozenset(clauses["conjunctions"]),
        auxiliaries=frozenset(clauses["auxiliaries"]),
    )


def _needs(found: Sequence[_Topic]) -> dict[str, tuple[tuple[int, int], ...]]:
    needs: dict[str, dict[tuple[int, int], None]] = {}
    for number, topic in enumerate(found):
        for row in topic.rows:
            needs.setdefault(row.groups[0], {})[row.needs, number] = None
    return {group: tuple(rows) for group, rows in needs.items()}


def _topic(row: Mapping[str, Any], bits: Mapping[str, int]) -> _Topic:
    named = {group.removeprefix(">").removeprefix("!").strip() for entry in row["any"] for group in entry}
    if named - bits.keys():
        faults = tuple(f"topic {row['name']!r}: no group {group!r}" for group in sorted(named - bits.keys()))
        raise ConfigError(faults, where="statements.toml")
    return _Topic(
        name=row["name"],
        rows=tuple(_row(entry, bits) for entry in row["any"]),
        gap=row.get("gap", _GAP),
        negation=row.get("negation", True),
        figures=row.get("figures", True),
        certainty=row.get("certainty", "asserted"),
    )


def _row(entry: Sequence[str], bits: Mapping[str, int]) -> _Row:
    groups = tuple(group.removeprefix(">").strip() for group in entry if not group.startswith("!"))
    return _Row(
        groups=groups,
        without=tuple(group[1:] for group in entry if group.startswith("!")),
        ordered=entry[0].startswith(">"),
        needs=sum(bits[group] for group in set(groups)),
    )
