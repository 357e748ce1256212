from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
import rasterio
from hostile_catalogue import Shelf
from range_server import RangeServer
from rasterio import Affine
from rasterio.warp import transform as reproject

from wayside.cli.main import execute
from wayside.wiring.strips import png

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
EAST, NORTH, GSD = 500_000.0, 4_700_000.0, 0.5
WIDTH, HEIGHT = 400, 120


@dataclass(frozen=True)
class Said:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON object on standard output."""
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, str]:
        """The error in JSON, checked against its schema."""
        jsonschema.validate(self.document, json.loads((SCHEMAS / "error.json").read_text()))
        return self.document["error"]


class Program:
    """Runs commands in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: object) -> Said:
        self._capsys.readouterr()
        code = execute([str(a) for a in arguments])
        captured = self._capsys.readouterr()
        return Said(code, captured.out, captured.err)


@pytest.fixture
def wayside(capsys: pytest.CaptureFixture[str]) -> Program:
    return Program(capsys)


class Files:
    """Makes the files that commands are given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def pixels(self, seed: int = 0) -> np.ndarray[Any, np.dtype[np.uint8]]:
        rng = np.random.default_rng(seed)
        picture = rng.integers(90, 130, (3, HEIGHT, WIDTH), dtype=np.uint8)
        picture[:, 55:62, 60:300] = 190
        return picture

    def geotiff(self, name: str = "a.tif", *, seed: int = 0, east: float = EAST) -> Path:
        path = self.folder / name
        profile = {"driver": "GTiff", "width": WIDTH, "height": HEIGHT, "count": 3, "dtype": "uint8", "tiled": True,
                   "blockxsize": 64, "blockysize": 64, "crs": "EPSG:32652", "photometric": "RGB",
                   "transform": Affine(GSD, 0.0, east, 0.0, -GSD, NORTH)}  # fmt: skip
        with rasterio.open(path, "w", **profile) as target:
            target.write(self.pixels(seed))
        return path

    def png(self, name: str = "a.png", *, seed: int = 0) -> Path:
        path = self.folder / name
        path.write_bytes(png(self.pixels(seed).transpose(1, 2, 0)))
        return path

    def tracks(self, name: str = "tracks.geojson", *, east: float = EAST, pixel: bool = False) -> Path:
        """Two parallel tracks through the image of ``geotiff``."""
        features = []
        for number, row in enumerate((58.0, 68.0), start=1):
            columns = (5.0, WIDTH - 5.0)
            if pixel:
                line = [[column, row] for column in columns]
            else:
                xs = [east + column * GSD for column in columns]
                lon, lat = reproject("EPSG:32652", "EPSG:4326", xs, [NORTH - row * GSD] * 2)
                line = [[float(x), float(y)] for x, y in zip(lon, lat, strict=True)]
            geometry = {"type": "LineString", "coordinates": line}
            features.append({"type": "Feature", "properties": {"id": str(number)}, "geometry": geometry})
        document: dict[str, Any] = {"type": "FeatureCollection", "name": "Test Yard", "features": features}
        if pixel:
            document["coordinates"] = "pixel"
        path = self.folder / name
        path.write_text(json.dumps(document))
        return path


@pytest.fixture
def files(tmp_path: Path) -> Files:
    folder = tmp_path / "files"
    folder.mkdir()
    return Files(folder)


@pytest.fixture
def workspace(tmp_path: Path, files: Files, wayside: Program) -> Path:
    """A fresh workspace with the two tracks."""
    root = tmp_path / "work"
    assert wayside("init", root, "--site", files.tracks()).code == 0
    return root


def listing(root: Path) -> dict[str, bytes]:
    """Everything in a folder but the database's own files, with its content."""
    found = (p for p in root.rglob("*") if p.is_file() and not p.name.startswith("wayside.db"))
    return {str(p.relative_to(root)): p.read_bytes() for p in found}


@pytest.fixture(name="listing")
def listing_fixture() -> Any:
    return listing


# ---------------------------------------------------------------------- catalogues of strangers
@pytest.fixture
def server() -> Iterator[RangeServer]:
    with RangeServer() as running:
        yield running


@pytest.fixture
def inside() -> Iterator[RangeServer]:
    """A service of the inner network, which no catalogue of another may make the program talk to."""
    with RangeServer() as running:
        running.put("/secret.tif", b"the inner network's own")
        yield running


@pytest.fixture
def shelf(server: RangeServer, files: Any) -> Shelf:
    """A catalogue whose first item is sound."""
    server.put("/good.tif", files.geotiff().read_bytes())
    made = Shelf(server)
    made.add(made.item("good", server.url("/good.tif")))
    return made
