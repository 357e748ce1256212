"""Where scenes are looked for: catalogues, and how they let one in. No secret is ever part of these values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from wayside.model.checks import require, require_aware, require_finite, require_text
from wayside.model.places import MapPoint
from wayside.model.scenes import Licence

__all__ = ["Authentication", "AuthenticationKind", "CatalogueSource", "SceneQuery"]

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)


class AuthenticationKind(StrEnum):
    """How a catalogue lets one in.

    ``NONE``: it is open. ``BEARER``: ``Authorization: Bearer`` with a token. ``BASIC``: user and password, as
    "user:password". ``HEADER``: a header of the provider's own. ``QUERY``: a parameter of the address. ``NETRC``: user
    and password from the user's netrc file. ``SIGN``: assets' addresses are signed by a service before they are read,
    as on Microsoft's Planetary Computer.
    """

    NONE = "none"
    BEARER = "bearer"
    BASIC = "basic"
    HEADER = "header"
    QUERY = "query"
    NETRC = "netrc"
    SIGN = "sign"


@dataclass(frozen=True, slots=True)
class Authentication:
    """How to get into a catalogue; the secret itself stays in the environment or in the netrc file.

    Attributes:
        kind: the way.
        variable: environment variable that holds the secret; needed by all kinds but ``NONE``, ``NETRC`` and
            ``SIGN``, where it may hold a subscription key.
        name: of the header (``HEADER``; ``SIGN`` with a key) or of the parameter (``QUERY``).
        hosts: hosts beside the catalogue's own that the secret may be sent to ("assets.example.org").
        sign_url: service that signs addresses (``SIGN``), asked as ``sign_url?href=ADDRESS``.
    """

    kind: AuthenticationKind = AuthenticationKind.NONE
    variable: str = ""
    name: str = ""
    hosts: tuple[str, ...] = ()
    sign_url: str = ""

    def __post_init__(self) -> None:
        kinds = AuthenticationKind
        needs_variable = self.kind in {kinds.BEARER, kinds.BASIC, kinds.HEADER, kinds.QUERY}
        require(bool(self.variable) or not needs_variable, f"authentication {self.kind} needs an environment variable")
        if self.variable:
            require(_VARIABLE.fullmatch(self.variable), f"{self.variable!r} is not the name of an environment variable")
        require(
            bool(self.name) or self.kind not in {kinds.HEADER, kinds.QUERY}, f"authentication {self.kind} needs a name"
        )
        if self.name:
            require(_HEADER.fullmatch(self.name), f"{self.name!r} is not the name of a header or parameter")
        require(bool(self.sign_url) == (self.kind is kinds.SIGN), "sign_url belongs to authentication by signing")


@dataclass(frozen=True, slots=True)
class CatalogueSource:
    """A STAC API or a static STAC catalogue.

    Attributes:
        name: what records and reports call it, not empty, without spaces.
        url: its landing page or catalogue file; a path on this machine only with ``local``.
        collections: to look in; empty for all.
        gsd_min_m: finest ground sample distance wanted, metres; None for no limit.
        gsd_max_m: coarsest wanted, metres; None for no limit.
        cloud_max_pct: greatest cloud cover of a whole scene by its provider, 0 to 100; None for no limit.
        assets: keys of the assets to read, where the automatic choice is not wanted; empty for that choice.
        licence: what the user's contract says of all its images; None to go by what the catalogue says.
        authentication: how it lets one in.
        local: True where it may name files of this machine, loopback and private addresses.
    """

    name: str
    url: str
    collections: tuple[str, ...] = ()
    gsd_min_m: float | None = None
    gsd_max_m: float | None = None
    cloud_max_pct: float | None = None
    assets: tuple[str, ...] = ()
    licence: Licence | None = None
    authentication: Authentication = Authentication()
    local: bool = False

    def __post_init__(self) -> None:
        require_text("source name", self.name)
        require(
            not any(c.isspace() or c in "/\\" for c in self.name), f"source name {self.name!r} has spaces or slashes"
        )
        require_text(f"source {self.name}: address", self.url)
        for name, value, low, high in (
            ("gsd_min_m", self.gsd_min_m, 0.01, 1e5),
            ("gsd_max_m", self.gsd_max_m, 0.01, 1e5),
            ("cloud_max_pct", self.cloud_max_pct, 0, 100),
        ):
            if value is not None:
                require_finite(f"source {self.name}: {name}", value, low=low, high=high)


@dataclass(frozen=True, slots=True)
class SceneQuery:
    """What is looked for.

    Attributes:
        outline: closed ring around the site, degrees, four positions or more.
        start: earliest time of acquisition, with its zone.
        end: latest time of acquisition, not before ``start``.
        gsd_min_m: finest ground sample distance, metres; None for no limit.
        gsd_max_m: coarsest ground sample distance, metres; None for no limit.
        cloud_max_pct: greatest cloud cover, 0 to 100; scenes that do not say theirs are kept. None for no limit.
    """

    outline: tuple[MapPoint, ...]
    start: datetime
    end: datetime
    gsd_min_m: float | None = None
    gsd_max_m: float | None = None
    cloud_max_pct: float | None = None

    def __post_init__(self) -> None:
        require(len(self.outline) >= 4 and self.outline[0] == self.outline[-1], "the site's outline is not closed")
        for name in ("start", "end"):
            require_aware(f"query {name}", getattr(self, name))
            object.__setattr__(self, name, getattr(self, name).astimezone(UTC))
        require(self.start <= self.end, "the search ends before it starts")

    @property
    def bbox(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the outline, degrees."""
        xs, ys = [p.x for p in self.outline], [p.y for p in self.outline]
        return min(xs), min(ys), max(xs), max(ys)
