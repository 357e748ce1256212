"""Organisations that a text may name without explaining them, and whose web hosts are whose."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

from wayside.coverage.tables import table
from wayside.coverage.words.addresses import host_of
from wayside.coverage.words.names import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["MEDIA_KINDS", "Known", "ambiguous_names", "identifier", "initials_of", "known", "known_by_id", "outlet_of"]

MEDIA_KINDS: Final = frozenset({"news agency", "broadcaster", "newspaper"})
_LONGEST_HOST: Final = 253


@dataclass(frozen=True, slots=True)
class Known:
    """An organisation of the table.

    Attributes:
        id: lower case, words joined by hyphens.
        name: usual name.
        kind: "news agency", "broadcaster", "newspaper", "think tank", "imagery company", "company", "government",
            "intergovernmental" or "state".
        part_of: usual name of the body that it belongs to, or None.
    """

    id: str
    name: str
    kind: str
    part_of: str | None = None

    @property
    def media(self) -> bool:
        """Whether it is a news agency, a broadcaster or a newspaper."""
        return self.kind in MEDIA_KINDS


@dataclass(frozen=True, slots=True)
class _Tables:
    by_name: Mapping[str, Known]
    by_id: Mapping[str, Known]
    by_host: Mapping[str, str]
    ambiguous: frozenset[str]
    small: frozenset[str]


def identifier(name: str) -> str:
    """Return a name as an id: letters and digits in lower case, joined by hyphens."""
    letters = "".join(letter if letter.isalnum() else " " for letter in plain(name).replace("'", ""))
    return "-".join(letters.split()) or "unnamed"


@cache
def _tables() -> _Tables:
    read = table("organisations")
    by_name: dict[str, Known] = {}
    by_id: dict[str, Known] = {}
    hosts: dict[str, str] = {}
    rows: Iterable[Mapping[str, Any]] = read.get("organisation", ())
    for row in rows:
        one = Known(identifier(row["name"]), row["name"], row["kind"], row.get("part_of"))
        by_id[one.id] = one
        adjective = (row["adjective"],) if "adjective" in row else ()
        for name in (one.name, *row.get("aliases", ()), *adjective):
            by_name.setdefault(plain(name), one)
        for host in row.get("hosts", ()):
            hosts.setdefault(host.split("/")[0], one.name)
    ambiguous = frozenset(plain(name) for name in read.get("ambiguous", {}).get("names", ()))
    small = frozenset(str(read.get("initials", {}).get("small", "")).split())
    return _Tables(by_name, by_id, hosts, ambiguous, small)


@lru_cache(maxsize=4096)
def known(name: str) -> Known | None:
    """Return the organisation that a name means wherever it stands, or None."""
    return _tables().by_name.get(plain(name))


def initials_of(name: str) -> str:
    """Return the initials of a name without its small words: "who" of World Health Organization."""
    small = _tables().small
    return "".join(word[0] for word in plain(name).replace("-", " ").split() if word not in small)


def known_by_id(name: str) -> Known | None:
    """Return the organisation with an id, or None."""
    return _tables().by_id.get(name)


def ambiguous_names() -> frozenset[str]:
    """Return names, as ``plain`` gives them, that need a country to mean one body ("ministry of defence")."""
    return _tables().ambiguous


def outlet_of(url: str) -> str | None:
    """Return who publishes at an address: by the table of hosts, else the bare host; None for what is no address."""
    host = host_of(url)
    if "." not in host or len(host) > _LONGEST_HOST:
        return None
    labels = host.split(".")
    for first in range(len(labels) - 1):
        name = _tables().by_host.get(".".join(labels[first:]))
        if name is not None:
            return name
    return host
