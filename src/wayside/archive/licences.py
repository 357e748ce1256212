"""The terms of an image, from what a catalogue says of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from wayside.archive.spdx import Terms, expression_terms, is_listed, normal_id, strictest
from wayside.archive.terms import KNOWN_TERMS, KnownTerms
from wayside.archive.texts import one_line
from wayside.model.scenes import Licence, Publication

__all__ = ["attribution_line", "completed_licence", "licence_from_id", "licence_from_stac"]

_UNNAMED = frozenset({"", "other", "proprietary", "various", "unknown", "none", "n/a", "see license link"})
_MAKERS = frozenset({"producer", "licensor"})
_LONGEST_TEXT = 300
_YEAR = re.compile(r"(?:19|20)\d\d")


class _Facts(NamedTuple):
    """What a catalogue says of an image beside its licence; all texts are clean and may be empty."""

    makers: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    platform: str = ""
    sensors: str = ""
    year: str = ""
    credit: str = ""
    addresses: tuple[str, ...] = ()


class _Resolved(NamedTuple):
    """Terms with their name, and the entry of the table that they come from."""

    id: str
    terms: Terms
    known: KnownTerms | None
    url: str


def licence_from_stac(
    properties: Mapping[str, Any],
    *,
    collection: Mapping[str, Any] | None = None,
    links: Sequence[Mapping[str, Any]] = (),
    providers: Sequence[Mapping[str, Any]] = (),
    override: Licence | None = None,
    assets: Sequence[Mapping[str, Any]] = (),
) -> Licence:
    """Return the terms of an item's image; any JSON is taken, and what cannot be understood is not publishable.

    The licence is the assets' own, else the item's, else the collection's; where assets differ, the strictest holds.
    A licence that is not named ("other", "proprietary", "various", or none) is looked for behind the ``license`` links
    and in the table of known providers. Where several sources of terms remain, none of them is guessed at.

    Args:
        properties: the item's.
        collection: the item's collection; None where there is none.
        links: the item's.
        providers: those that hold for the item; the item's or the collection's own where empty.
        override: what the user's contract says; goes before all others, and gets an attribution if it has none.
        assets: those that are read.
    """
    facts = _facts(properties, collection or {}, links, providers)
    if override is not None:
        return _with_line(override, facts)
    stated = [s for asset in assets if (s := _text(_get(asset, "license")))]
    common = _text(_get(properties, "license")) or _text(_get(collection, "license"))
    statements = (stated if len(stated) == len(assets) else [*stated, common]) or [common]
    resolved = [_resolve(statement, facts) for statement in dict.fromkeys(statements)]
    worst = strictest(*(r.terms for r in resolved))
    return _licence(next(r for r in resolved if r.terms is worst), facts)


def licence_from_id(name: str, *, provider: str = "", platform: str = "", year: int | None = None) -> Licence:
    """Return the terms of a licence that the user names: SPDX, an address, or a provider's name for its terms.

    "CC-BY-4.0" with a provider is publishable, with an attribution line; what is not known is not publishable.
    """
    facts = _brought(provider, platform, year)
    known = next((k for k in KNOWN_TERMS if k.id.lower() == name.strip().lower()), None)
    if known is not None and known.line:
        return _licence(_Resolved(known.id, Terms(known.publication, known.why), known, known.url), facts)
    return _licence(_resolve(_text(name), facts), facts)


def completed_licence(licence: Licence, *, provider: str = "", platform: str = "", year: int | None = None) -> Licence:
    """Return terms that somebody gave for an image, with the attribution and the reason that they lack.

    Whether the image may be shown stays as it was given: who holds other rights than the licence's name says knows it.
    """
    filled = _with_line(licence, _brought(provider, platform, year))
    if filled.why:
        return filled
    named = licence_from_id(licence.id, provider=provider, platform=platform, year=year)
    agreed = named.publishable is licence.publishable
    said = f"Who brought the image says that it may{'' if licence.publishable else ' not'} be shown."
    return replace(filled, why=named.why if agreed else said)


def attribution_line(*, provider: str = "", platform: str = "", year: str = "", licence: str = "") -> str:
    """Return the line that stands beside an image: "Provider, platform, year; licence"; parts may be empty."""
    who = ", ".join(part for part in (provider, platform if platform != provider else "", year) if part)
    return "; ".join(part for part in (who, licence) if part)


def _brought(provider: str, platform: str, year: int | None) -> _Facts:
    """Return what is known of an image that somebody brings."""
    return _Facts(makers=(_text(provider),) if provider else (), platform=_text(platform), year=str(year or ""))


# ---------------------------------------------------------------------------- what a catalogue says
def _get(mapping: object, name: str) -> object:
    return mapping.get(name) if isinstance(mapping, Mapping) else None


def _text(value: object) -> str:
    """Return a string without control characters and of bearable length; empty for anything else."""
    if not isinstance(value, str):
        return ""
    return one_line(value[:2000])[:_LONGEST_TEXT]


def _list(value: object) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else ()


def _facts(
    properties: Mapping[str, Any],
    collection: Mapping[str, Any],
    links: Sequence[Mapping[str, Any]],
    providers: Sequence[Mapping[str, Any]],
) -> _Facts:
    named = _list(providers) or _list(_get(properties, "providers")) or _list(_get(collection, "providers"))
    makers, hosts = _by_role(named)
    platform = _text(_get(properties, "platform"))
    sensors = (platform, _get(properties, "constellation"), _get(properties, "mission"), _get(collection, "id"))
    times = (_get(properties, name) for name in ("datetime", "start_datetime", "end_datetime"))
    year = next((t[:4] for t in map(_text, times) if _YEAR.match(t)), "")
    lines = (_get(part, name) for part in (properties, collection) for name in ("attribution", "copyright"))
    licence_links = [
        link for link in (*_list(links), *_list(_get(collection, "links"))) if _get(link, "rel") == "license"
    ]
    return _Facts(
        makers=makers,
        hosts=hosts,
        platform=platform,
        sensors=" | ".join(filter(None, (_text(s) for s in (*sensors, _get(properties, "collection"))))),
        year=year,
        credit=next(filter(None, map(_text, lines)), ""),
        addresses=tuple(filter(None, (_text(_get(link, "href")) for link in licence_links))),
    )


def _by_role(providers: Iterable[object]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of those who made or license the image, and of the others, who only pass it on."""
    makers: list[str] = []
    others: list[str] = []
    for provider in providers:
        name, roles = _text(_get(provider, "name")), {_text(role) for role in _list(_get(provider, "roles"))}
        if name:
            (makers if not roles or roles & _MAKERS else others).append(name)
    return tuple(dict.fromkeys(makers)), tuple(dict.fromkeys(others))


# ---------------------------------------------------------------------------- what it means
def _resolve(statement: str, facts: _Facts) -> _Resolved:
    """Return the terms of one statement of a licence."""
    name = normal_id(statement)
    if name.lower() in _UNNAMED:
        return _unnamed(name or "unknown", facts)
    terms = expression_terms(name) or Terms(Publication.NO, f"Whether “{name}” allows showing the image is not known.")
    known = _known(facts)
    notice = known if known is not None and known.publication is Publication.WITH_ATTRIBUTION and known.line else None
    if notice is not None and terms.publication is Publication.YES:
        terms = Terms(Publication.WITH_ATTRIBUTION, notice.why)
    return _Resolved(name, terms, notice, facts.addresses[0] if facts.addresses else "")


def _unnamed(name: str, facts: _Facts) -> _Resolved:
    """Return the terms where the catalogue gives no licence's name: by its links, else by its provider."""
    url = facts.addresses[0] if facts.addresses else ""
    names = [normal_id(address) for address in facts.addresses]
    behind = {spdx: terms for spdx in names if is_listed(spdx) and (terms := expression_terms(spdx)) is not None}
    if behind:
        worst = strictest(*behind.values())
        return _Resolved(next(spdx for spdx, terms in behind.items() if terms is worst), worst, None, url)
    known = _known(facts)
    if known is not None:
        return _Resolved(known.id, Terms(known.publication, known.why), known, url or known.url)
    said = "names no licence" if name == "unknown" else f"says no more than “{name}”"
    return _Resolved(name, Terms(Publication.NO, f"The catalogue {said}: the terms are not known."), None, url)


def _known(facts: _Facts) -> KnownTerms | None:
    """Return the provider's terms; those that forbid go before those that allow."""
    found = [known for known in KNOWN_TERMS if _holds(known, facts)]
    return next((known for known in found if known.publication is Publication.NO), found[0] if found else None)


def _holds(known: KnownTerms, facts: _Facts) -> bool:
    """Tell whether terms hold.

    A sensor's name is not enough where somebody else is named as the image's maker: a firm that sharpens open data
    sells the result under terms of its own.
    """
    sensor = known.sensors.search(facts.sensors) is not None
    maker = any(known.makers.search(name) for name in facts.makers)
    linked = known.addresses is not None and any(known.addresses.search(a) for a in facts.addresses)
    if known.publication is Publication.NO:
        return sensor or maker
    alone = not facts.makers
    return (sensor and (maker or alone)) or (linked and (sensor or maker)) or (known.either and maker)


def _licence(resolved: _Resolved, facts: _Facts) -> Licence:
    terms, known = resolved.terms, resolved.known
    shown = terms.publication is not Publication.NO
    line = _line(resolved.id, facts, known) if shown or facts.makers else ""
    return Licence(
        id=resolved.id or "unknown",
        attribution=line,
        publishable=shown,
        courtesy=terms.publication is Publication.YES and bool(line),
        why=terms.why,
        url=resolved.url,
    )


def _line(licence: str, facts: _Facts, known: KnownTerms | None) -> str:
    """Return the attribution: the provider's own words where they are known, else one built of the facts."""
    named = licence if licence.lower() not in _UNNAMED else ""
    built = attribution_line(
        provider=" / ".join(facts.makers[:3] or facts.hosts[:1]),
        platform=facts.platform,
        year=facts.year,
        licence=named,
    )
    if known is not None and known.line:
        text = known.line.format(year=facts.year, platform=facts.platform).strip(" ,;")
        notice = re.sub(r"\s+([,;])", r"\1", " ".join(text.split()))
        return notice if licence == known.id else f"{notice}; {named}" if named else notice
    return f"{facts.credit}; {named}" if facts.credit and named not in facts.credit else facts.credit or built


def _with_line(override: Licence, facts: _Facts) -> Licence:
    """Return the user's terms, with an attribution line if they have none."""
    if override.attribution or not override.publishable:
        return override
    line = _line(override.id, facts, None)
    terms = expression_terms(normal_id(override.id))
    return replace(override, attribution=line, courtesy=terms is not None and terms.publication is Publication.YES)
