"""Who speaks in a sentence, and for which part of it.

A frame is a way of naming a source: a subject and its verb, a verb and its subject, "according to", "by" behind a
participle, an owner and a count, a recipient. Each is a single pass over the words that the grammar knows; what a
pronoun or "the group" stands for is not decided here.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from wayside.coverage.attribution import grammar as g
from wayside.coverage.attribution.agents import agent_mentions, lead_mentions, recipient_mentions
from wayside.coverage.attribution.known import known
from wayside.coverage.attribution.mention import CITED, LEADING, WHOLE, Mention
from wayside.coverage.attribution.owners import owner_mentions
from wayside.coverage.attribution.phrase import Source
from wayside.coverage.attribution.postposed import postposed
from wayside.coverage.attribution.sources import read_source
from wayside.coverage.attribution.verbs import holder_mentions, verb_mentions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wayside.coverage.attribution.views import View

__all__ = ["mentions_in"]

_MARK_BREAKS: Final = " 、。，,「」『』()（）“”\"'"
_HEADED: Final = 8  # tokens before the colon of a headline
_STOPS: Final = frozenset(",.;?!:")
_TRIGGERS: Final = g.VERB | g.HAVE | g.BY | g.REPORT | g.NUMBERS | g.IMAGERY | g.CAPTION | g.TO | g.LEAD


def mentions_in(view: View) -> list[Mention]:
    """Return the sources of a sentence with what they answer for, in the order in which they stand."""
    found: list[Mention] = []
    for index, bits in enumerate(view.bits):
        if bits & _TRIGGERS:
            found += _by_bits(view, index, bits)
    found += _colon(view)
    marked = postposed(view)
    found += _behind(view) if marked is None else marked
    return _cut(view, _distinct(_without_echoes(view, found)))


def _by_bits(view: View, index: int, bits: int) -> Iterator[Mention]:
    if bits & g.VERB and view.tokens[index].text.islower():
        yield from verb_mentions(view, index, bits)
    if bits & g.HAVE:
        yield from holder_mentions(view, index)
    if bits & g.BY:
        yield from agent_mentions(view, index)
    if bits & (g.REPORT | g.NUMBERS | g.IMAGERY | g.CAPTION):
        yield from owner_mentions(view, index, bits)
    if bits & g.TO and view.has(index - 1, g.SPEAKING):
        yield from recipient_mentions(view, index + 1)
    if bits & g.LEAD:
        yield from lead_mentions(view, index)


def _colon(view: View) -> list[Mention]:
    """Read "White House: 40 depots hit", "Think tank: …"."""
    at = next((at for at in range(1, min(_HEADED, len(view.tokens) - 1)) if view.tokens[at].text in _STOPS), 0)
    if not at or view.tokens[at].text != ":":
        return []
    source = read_source(view, 0, at)
    if (
        view.lower(0) in view.grammar.name_leads
        or source is None
        or source.stop != at
        or source.report
        or source.kind in {"imagery", "anaphor", "outlet"}
    ):
        return []
    begins = source.near[0] == 0 or view.has(0, g.DETERMINER | g.NOUN | g.DEMONYM)
    told = known(source.name) is not None or source.kind != "organisation" or source.types
    return [Mention(source, at, at + 1, len(view.tokens), LEADING)] if begins and told else []


def _behind(view: View) -> list[Mention]:
    """Read sources that stand before their mark, in scripts with or without blanks: "X에 따르면", "Xによると"."""
    if not view.grammar.after:
        return []
    text, starts = _spelt(view)
    found: list[Mention] = []
    for mark in view.grammar.after:
        at = text.find(mark)
        while at >= 0:
            first = max(text.rfind(sign, 0, at) for sign in _MARK_BREAKS) + 1
            if first < at:
                found.append(_marked(view, text[first:at], bisect_left(starts, first), bisect_left(starts, at)))
            at = text.find(mark, at + len(mark))
    return found


def _spelt(view: View) -> tuple[str, list[int]]:
    """Return a sentence as one string, and where each token begins in it."""
    text, starts = "", []
    for before, token in zip([None, *view.tokens[:-1]], view.tokens, strict=True):
        text += " " if before is not None and before.end < token.start else ""
        starts.append(len(text))
        text += token.text
    return text, starts


def _marked(view: View, name: str, first: int, stop: int) -> Mention:
    one = known(name)
    kind = (
        "organisation" if one is None else "media" if one.media else "state" if one.kind == "state" else "organisation"
    )
    stop = max(stop, first + 1)
    return Mention(Source(kind, name, name, first, stop, near=(first, stop)), first, 0, len(view.tokens), WHOLE)


def _without_echoes(view: View, found: list[Mention]) -> list[Mention]:
    """Drop "…, adding that" behind a verb of the same sentence, whose subject goes on speaking."""
    first = min((one.trigger for one in found if one.asserts and not one.carrier and not one.provider), default=0)
    return [
        one for one in found if one.depth == CITED or not (view.has(one.trigger, g.PARTICIPLE) and one.trigger > first)
    ]


def _distinct(found: Sequence[Mention]) -> list[Mention]:
    """Keep one mention for each phrase and depth, the one that answers for more."""
    kept: dict[tuple[int, int, bool], Mention] = {}
    for mention in found:
        one = mention
        key = (one.source.near[0], one.source.near[1], one.carrier)
        other = kept.get(key)
        if other is not None and one.source.report != other.source.report:
            one = replace(one, source=replace(one.source, report=True))
            other = kept[key] = replace(other, source=replace(other.source, report=True))
        if other is None or (one.stop - one.start, one.depth) > (other.stop - other.start, other.depth):
            kept[key] = one
    return sorted(kept.values(), key=lambda one: (one.source.first, one.trigger))


def _cut(view: View, found: list[Mention]) -> list[Mention]:
    """End what a source answers for where another clause has a source of its own."""
    if len(found) < 2:
        return found
    triggers = sorted(one.trigger for one in found if not one.carrier and one.asserts)
    breaks = [at for at, word in enumerate(view.lowers) if word == ";" or view.has(at, g.CLAUSE_BREAK)]
    breaks += [one.source.first - 1 for one in found if one.depth == LEADING and view.has(one.source.first - 1, g.AND)]
    if view.has(0, g.CLAUSE_BREAK):
        breaks += [
            one.source.first - 1 for one in found if one.depth == LEADING and view.lower(one.source.first - 1) == ","
        ]
    result = []
    for one in found:
        start, stop = one.start, one.stop
        for at in breaks:
            if at < one.trigger and any(trigger < at for trigger in triggers):
                start = max(start, at)
            elif at > one.trigger and any(trigger > at for trigger in triggers):
                stop = min(stop, at)
        result.append(replace(one, start=start, stop=max(start, stop)))
    return result
