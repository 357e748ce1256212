"""Names that a text introduces without letting them speak: "The Tamar Observatory (TAMO)", "the minister, Park,"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from wayside.coverage.attribution import grammar as g
from wayside.coverage.attribution.known import known
from wayside.coverage.attribution.naming import listed_stop, name_source
from wayside.coverage.attribution.phrase import is_possessive
from wayside.coverage.attribution.sources import read_source

if TYPE_CHECKING:
    from wayside.coverage.attribution.phrase import Source
    from wayside.coverage.attribution.views import View

__all__ = ["introductions"]

_NAMED: Final = frozenset({"organisation", "person", "media", "state"})


def introductions(view: View) -> list[Source]:
    """Return the named bodies and persons of a sentence: its subject, who has initials, an office, an apposition."""
    found: list[Source] = []
    for first, stop in view.names.items():
        if is_possessive(view, (first, stop)):
            owner = name_source(view, (first, stop), first, stop)
            one = known(owner.name)
            found += [owner] if one is not None and one.kind != "state" else []
            continue
        begins = first == 0 or (first == 1 and view.has(0, g.DETERMINER))
        told = view.lower(stop) in {"(", ","} and (
            stop + 1 in view.names
            or view.has(stop + 1, g.DETERMINER | g.RELATIVE | g.NOUN | g.AND)
            or view.has(stop + 1, g.OR)
        )
        office = view.has(first - 1, g.PERSON | g.BODY)
        apposed = view.lower(first - 1) == "," and view.has(first - 2, g.PERSON)
        tank = known(name_source(view, (first, stop), first, stop).name)
        named = (tank is not None and tank.kind == "think tank") or view.lower(stop) in view.grammar.tails
        if not (begins or told or office or apposed or named):
            continue
        further = told or view.has(stop, g.BELONGING)
        source = read_source(view, first, min(len(view.tokens), stop + 16) if further else stop)
        if source is None or source.kind not in _NAMED or source.near[0] != first:
            continue
        one = known(source.name)
        if one is not None and one.kind == "state":
            continue
        if office or apposed:
            noun = view.lower(first - (2 if apposed else 1))
            bits = view.grammar.bits.get(noun, 0)
            many = bits & g.COLLECTIVE and listed_stop(view, stop) == stop
            person = bits & g.PERSON and not many and source.kind == "organisation" and one is None
            source = replace(source, kind="person" if person else source.kind, types=source.types | {noun})
        found.append(source)
    return found
