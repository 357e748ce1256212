"""A static catalogue on a server, whose items may be anything: what a stranger could publish.

with RangeServer() as server:
    shelf = Shelf(server)
    shelf.add(shelf.item("a", "/a.tif"))
    shelf.publish()
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
from range_server import RangeServer

__all__ = ["BOX", "SPAN", "Shelf", "fetched", "leftovers", "only_good", "program", "source"]

Json = dict[str, Any]
BOX = (128.9, 42.4, 129.1, 42.5)
"""Around the site that tests of commands draw."""
SPAN = ("--from", "2023-01-01", "--to", "2023-12-31")
_SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "run.json"
_START = datetime(2023, 1, 5, 2, tzinfo=UTC)


class Shelf:
    """Puts documents on a server; ``url`` is the catalogue's address."""

    def __init__(self, server: RangeServer, name: str = "") -> None:
        self.server = server
        self.name = name
        self.url = server.url(f"{name}/catalog.json")
        self._links: list[Json] = []
        self._number = 0

    def item(self, name: Any, href: Any, **properties: Any) -> Json:
        """Return an item over the site with one image; each is of another day."""
        self._number += 1
        west, south, east, north = BOX
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        day = (_START + timedelta(days=self._number)).isoformat().replace("+00:00", "Z")
        known = {"datetime": day, "gsd": 0.5, "license": "CC-BY-4.0", "platform": f"sat-{self._number}"}
        return {
            "type": "Feature",
            "stac_version": "1.1.0",
            "stac_extensions": [],
            "id": name,
            "geometry": {"type": "Polygon", "coordinates": [ring]},
            "bbox": list(BOX),
            "properties": {**known, **properties},
            "links": [],
            "assets": {"visual": {"href": href, "type": "image/tiff; application=geotiff", "roles": ["visual"]}},
        }

    def add(self, document: Any) -> str:
        """Publish a document that the catalogue links to; returns its path."""
        path = f"{self.name}/items/{len(self._links)}.json"
        self.server.put(path, document if isinstance(document, bytes) else json.dumps(document).encode())
        self.link("item", f"./items/{len(self._links)}.json")
        return path

    def link(self, relation: str, href: Any) -> None:
        """Add a link of the catalogue's own."""
        self._links.append({"rel": relation, "href": href})

    def publish(self, **more: Any) -> str:
        """Put the catalogue itself in its place; returns its address."""
        document = {"type": "Catalog", "id": "hostile", "description": "x", "stac_version": "1.1.0", **more}
        self.server.put(f"{self.name}/catalog.json", json.dumps({**document, "links": self._links}).encode())
        return self.url


def leftovers(names: list[str]) -> list[str]:
    """Return what of a scenes folder's names belongs to no item: half-done work."""
    items = {name.removesuffix(".json") for name in names if name.endswith(".json")} - {"catalog", "collection"}
    kept = {f"{item}{end}" for item in items for end in (".json", ".tif", ".overview.tif", ".mask.tif")}
    return sorted(set(names) - kept - {"catalog.json", "collection.json"})


def source(root: Path, url: str, name: str = "one", more: str = "") -> None:
    """Name a local catalogue in a workspace's settings."""
    settings = root / "wayside.toml"
    settings.write_text(f'{settings.read_text()}\n[[source]]\nname = "{name}"\nurl = "{url}"\nlocal = true\n{more}')


def fetched(wayside: Any, root: Path, *more: object) -> Any:
    """Search and fetch; whatever comes, the record keeps its form and nothing half-done stays."""
    said = wayside("search", root, *SPAN, "--fetch", *more, "--json")
    assert "InternalError" not in said.out, said
    if "error" not in said.document:
        jsonschema.validate(said.document, json.loads(_SCHEMA.read_text()))
    scenes = root / "scenes"
    assert leftovers([p.name for p in scenes.iterdir()] if scenes.is_dir() else []) == []
    return said


def only_good(said: Any, root: Path) -> None:
    """The sound item became a scene, and no other."""
    assert said.code == 1, said
    assert len(said.document["done"]) == 1
    assert len(list((root / "scenes").glob("2023*.json"))) == 1
    assert said.document["done"][0].startswith("20230106T020000Z-sat1-")


def program(
    *arguments: object, environ: Mapping[str, str] | None = None, logs: bool = False, most_file: int = 0
) -> subprocess.Popen[str]:
    """Start the program on its own, with 4 GB of address space; its last line on stderr is its peak memory in kB.

    Args:
        arguments: of the program.
        environ: to add to the environment.
        most_file: longest file that it may write, bytes, as on a disk that is full; 0 for no limit.
        logs: whether all libraries log everything to standard error.
    """
    told = "import logging; logging.basicConfig(level=logging.DEBUG)\n" if logs else ""
    told += f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({most_file},) * 2)\n" if most_file else ""
    code = told + (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))\n"
        "from wayside.cli.main import execute; code = execute(sys.argv[1:])\n"
        # VmHWM: ru_maxrss would hold what the process that starts this one had.
        "status = open('/proc/self/status').read()\n"
        "print(status.split('VmHWM:')[1].split()[0], file=sys.stderr); sys.exit(code)"
    )
    env = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", **(environ or {})}
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
