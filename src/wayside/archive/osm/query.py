"""The Overpass query that brings what a site is built from."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from wayside.archive.osm.area import Outline
from wayside.archive.osm.tags import KINDS, LIFE_CYCLE, ZONE_TAGS

__all__ = ["overpass_query"]

_PLACE = "{{bbox}}"
"""What overpass-turbo.eu puts the visible map into."""


def overpass_query(outlines: Sequence[Outline] = (), within: str = "") -> str:
    """Return a query for overpass-turbo.eu (Export: raw OSM data) or for an Overpass server.

    Args:
        outlines: where the site is; the box around them is asked for; where empty, the map that overpass-turbo shows.
        within: name of a railway area; the rails inside it are asked for.
    """
    points = [p for o in outlines for p in o.ring]
    box = _PLACE
    if points:
        south, west = min(p.y for p in points), min(p.x for p in points)
        north, east = max(p.y for p in points), max(p.x for p in points)
        box = f"{south:.6f},{west:.6f},{north:.6f},{east:.6f}"
    head, where = f"[out:json][timeout:120][bbox:{box}];", ""
    if within:
        head = "[out:json][timeout:120];" if not points else head
        name = within.replace("\\", "\\\\").replace('"', '\\"')
        head += f'\nwr[landuse=railway][name="{name}"]->.named;\n.named map_to_area->.site;'
        where = "(area.site)"
    lines = [f'way[railway~"^({"|".join(KINDS)})$"]{where};', f'way[~"^({"|".join(LIFE_CYCLE)}):railway$"~"."]{where};']
    for key, pairs in itertools.groupby(sorted(ZONE_TAGS), key=lambda tag: tag[0]):
        lines.append(f'wr[{key}~"^({"|".join(value for _, value in pairs)})$"]{where};')
    lines += [f"node[railway]{where};", ".named;" if within else "wr[landuse=railway][name];"]
    body = "\n".join(f"  {line}" for line in lines)
    return f"{head}\n(\n{body}\n);\nout body;\n>;\nout skel qt;"
