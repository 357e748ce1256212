"""A look at a zone to JSON and back, exactly."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

import numpy as np

from wayside.model.counts import CountDistribution
from wayside.model.places import MapPoint, Zone
from wayside.model.zones import ZoneLook

__all__ = ["dump_zone_look", "load_shown_fraction", "load_zone_look", "zone_digest"]

_PLAIN = (
    "zone_id", "scene_id", "gsd_m", "area_m2", "unit_m2", "visible_fraction", "shown_fraction", "registered", "method",
    "reference",
)  # fmt: skip


def dump_zone_look(look: ZoneLook) -> str:
    """Return the JSON of a look."""
    document = {name: getattr(look, name) for name in _PLAIN}
    document["acquired"] = look.acquired.isoformat()
    document["occupied"] = (
        None if look.occupied is None else {"first": look.occupied.first, "p": look.occupied.p.tolist()}
    )
    document["outlines"] = [[[p.x, p.y] for p in ring] for ring in look.outlines]
    document["reasons"] = list(look.reasons)
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def load_zone_look(text: str) -> ZoneLook:
    """Return the look of a JSON that ``dump_zone_look`` wrote."""
    document = json.loads(text)
    count = document["occupied"]
    occupied = None if count is None else CountDistribution(count["first"], np.array(count["p"], dtype=np.float64))
    return ZoneLook(
        **{name: document[name] for name in _PLAIN},
        acquired=datetime.fromisoformat(document["acquired"]),
        occupied=occupied,
        outlines=tuple(tuple(MapPoint(x, y) for x, y in ring) for ring in document["outlines"]),
        reasons=tuple(document["reasons"]),
    )


def load_shown_fraction(text: str) -> float:
    """Return the one number of a look's JSON that says whether its scene can be part of a usual look."""
    return float(json.loads(text)["shown_fraction"])


def zone_digest(zone: Zone) -> str:
    """Return what tells one outline from another: sha-256 of the zone's positions."""
    text = json.dumps([zone.system.value, [[p.x, p.y] for p in zone.ring]], separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
