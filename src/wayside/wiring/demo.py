"""The workspace of the demonstration: a fictional station, put where no land is."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wayside.archive.tracks import site_to_geojson
from wayside.imagery import map_to_lonlat
from wayside.model.places import MapPoint, Site, Track, Zone
from wayside.pipeline.demo import MapGrid
from wayside.pipeline.files import write_bytes
from wayside.pipeline.ports import Clock
from wayside.rendering.demo import DEMO_EVENTS, demo_layout, turn, watched_line
from wayside.store import Settings, create_workspace
from wayside.wiring.program import SOFTWARE

__all__ = ["DEMO_GRID", "demo_site", "init_demo"]

DEMO_GRID = MapGrid("EPSG:32631", 450_000.0, 55_000.0)
"""In the open sea of the Gulf of Guinea, so that nobody takes it for a place."""
_PACKED = files("wayside.wiring")
"""Where the fictional analyst's file and articles are."""
_NAME = "Veresk crossing (fictional)"
_NOTE = "This place does not exist: every image of it is drawn, and no event in this report took place."


def demo_site() -> Site:
    """Return the fictional station with its watched tracks and storage zone, on the map."""
    layout = demo_layout()

    def placed(line: NDArray[np.float64]) -> tuple[MapPoint, ...]:
        metres = turn(line) + np.array([DEMO_GRID.east_m, DEMO_GRID.north_m])
        return tuple(MapPoint(round(float(x), 8), round(float(y), 8)) for x, y in map_to_lonlat(DEMO_GRID.crs, metres))

    tracks = tuple(Track(name, placed(watched_line(layout, name)), gauge_mm=1520) for name in layout.tracks)
    zones = tuple(Zone(name, placed(ring)) for name, ring in (layout.zones or {}).items())
    return Site("veresk", _NAME, tracks, zones, note=_NOTE)


def init_demo(root: Path, *, clock: Clock) -> None:
    """Make the demonstration's workspace (raises as ``create_workspace``)."""
    settings = Settings(
        site_id="veresk",
        site_name=_NAME,
        note=_NOTE,
        events="events.csv",
        analyst="analyst.toml",
        articles="articles",
        formats=("html", "pdf"),
        bundle=True,
    )
    tracks = json.dumps(site_to_geojson(demo_site()), indent=1).encode()
    create_workspace(root, settings, software=SOFTWARE, now=clock.now(), files={settings.tracks: tracks})
    table = "date,event,source\n" + "".join(f"{day.isoformat()},{event},fictional\n" for day, event in DEMO_EVENTS)
    write_bytes(root / "events.csv", table.encode())
    write_bytes(root / settings.analyst, _PACKED.joinpath("demo_analyst.toml").read_bytes())
    for article in _PACKED.joinpath("demo_articles").iterdir():
        write_bytes(root / settings.articles / article.name, article.read_bytes())
