"""What `wayside coverage` says of the five reports, as tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from coverage.page import table

__all__ = ["five_reports"]

Json = Mapping[str, Any]


def _quote(text: str) -> str:
    words = " ".join(text.split()).replace("|", "/")
    return f"“{words if len(words) <= 90 else words[:87] + '…'}”"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.12g}"


def _who(claim: Json) -> str:
    name = claim["asserted_by"] or "nobody named"
    return f"{name}, via {', '.join(claim['via'])}" if claim["via"] else name


def _claims(claims: Iterable[Json]) -> list[str]:
    rows = []
    for claim in claims:
        of = claim["quantity"]
        bounds = (_number(of["low"]), _number(of["high"]), of["approximation"])
        rows.append(
            [claim["document"], _quote(claim["quote"]), *bounds, claim["counted"] or "", claim["kind"], _who(claim)]
        )
    return [table(["document", "claim", "low", "high", "approximation", "counted", "kind", "who"], rows), ""]


def _bare(claims: Iterable[Json]) -> list[str]:
    rows = [
        [one["document"], one["topic"] or one["kind"], _quote(one["quote"]), "yes" if one["negated"] else "", _who(one)]
        for one in claims
    ]
    if not rows:
        return []
    return ["Without a figure:", "", table(["document", "what", "words", "denied", "who"], rows), ""]


def _agreement(groups: Iterable[Json], quotes: Mapping[str, str]) -> list[str]:
    rows = []
    for group in groups:
        if len(group["claims"]) < 2:
            continue
        figures = "" if group["low"] is None else f"{_number(group['low'])} to {_number(group['high'])}"
        named = "; ".join(" = ".join(names) for names in group["sources"])
        about = group["about"] or _quote(quotes[group["claims"][0]])
        rows.append([about, len(group["claims"]), figures, group["independent_sources"], named])
    head = ["claims on the same thing", "how many", "figures", "independent sources", "who they are"]
    return [table(head, rows), ""] if rows else []


def _origins(origins: Sequence[Json]) -> list[str]:
    rows = [[one["document"], one["derives_from"], f"{one['p']:.2f}", "; ".join(one["evidence"])] for one in origins]
    head = ["document", "takes from", "p", "evidence"]
    return ["Where they take from:", "", table(head, rows), ""] if rows else []


def _changes(changes: Sequence[Json]) -> list[str]:
    rows = [
        [
            one["kind"],
            f"{one['before']['document']} {_quote(one['before']['quote'])}",
            f"{one['after']['document']} {_quote(one['after']['quote'])}",
            one["text"],
        ]
        for one in changes
    ]
    return ["What changed on the way:", "", table(["change", "before", "after", "what"], rows), ""] if rows else []


def five_reports(found: Json) -> list[str]:
    """Return the tables of one result.

    Args:
        found: what `wayside coverage --json` prints.
    """
    bare = [one for one in found["claims"] if one["kind"] in {"comparison", "statement"}]
    counted = [one for one in found["claims"] if one["kind"] not in {"comparison", "statement"}]
    quotes = {one["id"]: one["quote"] for one in found["claims"]}
    stories = [f"{len(one['documents'])} of them are one story: {_quote(one['title'])}" for one in found["stories"]]
    return [
        *_claims(counted),
        *_bare(bare),
        *(f"{line}." for line in stories),
        "",
        *_agreement(found["agreement"], quotes),
        *(f"- {one['text']}" for one in found["footings"]),
        *([""] if found["footings"] else []),
        *_origins(found["origins"]),
        *_changes(found["changes"]),
    ]
