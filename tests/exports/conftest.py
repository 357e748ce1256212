from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wayside.assessment.assessment import CountedScene
from wayside.exports import Contents, Table
from wayside.model.cars import Car, CarType, Cover
from wayside.model.counts import CountDistribution
from wayside.model.observations import CountStatus, ObservationKind, Registration, SceneCount, TrackCount
from wayside.model.places import CoordinateSystem, MapPoint, Site, StockNetwork, Track, Zone
from wayside.model.scenes import Licence, Scene
from wayside.model.visibility import Obstruction
from wayside.model.zones import ZoneLook
from wayside.pipeline.exporting import layers_of

NOW = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
WEST, SOUTH = 130.6, 42.4
LINK = "https://user:pass@terms.example.org/legal?sig=SECRETSECRET"

HOSTILE = (
    "..", "=cmd|' /C calc'!A0", "+1", "@SUM(A1)", "-2+3", "＝1", "'quoted", '"; DROP TABLE cars; --', "nul\0nul",
    "line\r\nbreak\ttab", "<script>alert(1)</script>", "a\u202egnp.exe", "\u2066isolate", "\ud800lone", "é" * 3,
    "x" * 10_000, "newest", "all", "${jndi:ldap://x}", "%00", "CON", "~root", "]]>", "|cell|", "\ufeffbom", " =1",
)  # fmt: skip
"""Texts that ids and names may not take a program in with."""


@dataclass(frozen=True)
class Made:
    """A site with its counted scenes."""

    site: Site
    rows: tuple[CountedScene, ...]
    looks: tuple[ZoneLook, ...] = ()

    def contents(self, **more: Any) -> Contents:
        return Contents(
            site_id=self.site.id,
            site_name=self.site.name,
            note=self.site.note,
            tables=tuple(Table.of(layer) for layer in layers_of(self.site, self.rows, self.looks)),
            generated=NOW,
            software="wayside 0.1.0",
            on_map=self.site.system is CoordinateSystem.LONLAT,
            **more,
        )


class Yard:
    """Makes sites and counts."""

    def site(self, *, track_ids: tuple[str, ...] = ("1", "2"), pixel: bool = False, **more: Any) -> Site:
        system = CoordinateSystem.PIXEL if pixel else CoordinateSystem.LONLAT
        step, x, y = (100.0, 0.0, 0.0) if pixel else (0.002, WEST, SOUTH)
        tracks = tuple(
            Track(
                name,
                tuple(MapPoint(x + step * i, y + step * (0.05 * k + 0.1 * i)) for i in range(3)),
                (1435, 1520) if k else 1520,
                system,
                StockNetwork.RU if k else None,
            )
            for k, name in enumerate(track_ids)
        )
        corners = [(0, 1), (1, 1), (1, 0), (0, 0), (0, 1)]  # clockwise: a right-hand ring has to be made of it
        ring = tuple(MapPoint(x + step * a, y + step * b) for a, b in corners)
        zone = Zone(more.pop("zone_id", "crates"), ring, system)
        return Site(more.pop("id", "yard"), more.pop("name", "Test yard"), tracks, (zone,), **more)

    def scene(self, day: int = 0, **more: Any) -> Scene:
        licence = Licence("CC-BY-4.0", "© Somebody, https://k:s@a.org/x?token=abc", publishable=True, url=LINK)
        given = {
            "id": f"s{day:03d}", "acquired": datetime(2023, 1, 1, 2, 3, 4, tzinfo=UTC) + timedelta(days=day),
            "gsd_m": 0.5, "checksum": "1220" + f"{day % 251:02x}" * 32, "href": f"/home/someone/s{day}.tif",
            "provider": "Maker", "platform": "sat-1", "licence": licence, "off_nadir_deg": 12.5,
            "cloud_cover_pct": 3.0,
        }  # fmt: skip
        return Scene(**(given | more))

    def car(self, start: float, *, kind: CarType = CarType.GONDOLA, polygon: bool = False) -> Car:
        corners = ((WEST, SOUTH), (WEST, SOUTH + 1e-5), (WEST + 1e-4, SOUTH + 1e-5), (WEST + 1e-4, SOUTH))
        return Car(
            start, start + 13.9, kind, 0.81, Cover.OPEN, 0.98, corners if polygon else (), truncated=polygon,
            colour=(0.1, -0.2, 0.3) if polygon else None,
        )  # fmt: skip

    def count(
        self, track_ids: tuple[str, ...] = ("1", "2"), *, cars: int = 5, gsd_m: float = 0.5, visible: float = 0.9,
        status: CountStatus = CountStatus.COUNTED, spread: int = 2, reasons: tuple[str, ...] = (),
    ) -> SceneCount:  # fmt: skip
        p = np.exp(-0.5 * (np.arange(-spread, spread + 1) / 1.2) ** 2)
        total = CountDistribution.from_weights(max(cars - spread, 0), p)
        kinds = list(CarType)
        hidden = {Obstruction.CLOUD: 1.0 - visible} if visible < 1 else {}
        tracks = tuple(
            TrackCount(
                name, 332.3, visible, 0.5, total, 13.9 * cars,
                tuple(self.car(20.0 + 15 * i, kind=kinds[i % len(kinds)], polygon=i == 0) for i in range(cars)), hidden,
            )
            for name in track_ids
        )  # fmt: skip
        return SceneCount(
            status, gsd_m, total, total, CountDistribution.exactly(1), CountDistribution.exactly(2), 13.9 * cars,
            tracks, "strip-net 1 sha256:abc", "wayside 0.1.0", {"gondola": total}, reasons,
            Registration(registered=True, east_m=1.5, north_m=-0.5, quality=0.7),
        )  # fmt: skip

    def row(self, day: int = 0, scene: dict[str, Any] | None = None, **count: Any) -> CountedScene:
        return CountedScene(self.scene(day, **(scene or {})), self.count(**count))

    def made(self, scenes: int = 3, *, pixel: bool = False) -> Made:
        """Automatic counts, the second one reviewed, and a last scene that cannot be counted."""
        rows = [self.row(10 * k, cars=3 + k) for k in range(scenes)]
        if scenes > 1:
            rows[1] = replace(rows[1], kind=ObservationKind.REVIEW, author="Ana Lyst")
        rows.append(self.row(300, cars=0, spread=0, status=CountStatus.NOT_COUNTABLE, reasons=("It is too coarse.",)))
        site = self.site(pixel=pixel, note="One sentence.")
        return Made(site, tuple(rows), tuple(self.look(site, row) for row in rows))

    def look(self, site: Site, row: CountedScene) -> ZoneLook:
        """A look at the site's zone: two patches where the scene counts, nothing where it does not."""
        zone, scene = site.zones[0], row.scene
        if not row.usable:
            return ZoneLook(zone.id, scene.id, scene.acquired, 2.0, 100.0, reasons=("too-coarse",))
        a, b, c = zone.ring[0], zone.ring[1], zone.ring[2]
        ring = (a, b, c, a)
        count = CountDistribution.from_interval(5, 3, 8)
        return ZoneLook(zone.id, scene.id, scene.acquired, 0.5, 100.0, 10.0, 0.9, count, (ring, ring))

    def hostile(self, texts: tuple[str, ...]) -> Made:
        """A site all of whose texts are these, as far as their values take them."""
        first = texts[0]
        word = "".join(first.replace("/", "").replace("\\", "").split())
        site = self.site(track_ids=texts, id=word, name=first, note=first, zone_id=first)
        rows = []
        for day, text in enumerate(texts):
            licence = Licence(text, text, publishable=True, url=text)
            name = text.replace("/", "").replace("\\", "")
            scene = {"id": name, "licence": licence, "provider": text, "platform": text}
            row = self.row(day, scene, track_ids=texts, reasons=(text,), cars=2)
            rows.append(replace(row, author=text, kind=ObservationKind.REVIEW))
        return Made(site, tuple(rows), tuple(self.look(site, row) for row in rows))


@pytest.fixture(scope="session")
def yard() -> Yard:
    return Yard()


@pytest.fixture(params=[HOSTILE[i::5] for i in range(5)], ids=range(5))
def hostile(request: pytest.FixtureRequest, yard: Yard) -> Made:
    return yard.hostile(request.param)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"
