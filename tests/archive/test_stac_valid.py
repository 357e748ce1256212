"""What is written is valid by validators of others, which are shown to find faults; and other readers read it."""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pystac
import pystac.validation
import pytest
import rasterio
import rustac
from affine import Affine
from pystac.validation.local_validator import get_local_schema_cache
from pystac.validation.stac_validator import JsonSchemaSTACValidator
from pystac_client import Client
from pystac_client.warnings import FallbackToPystac, NoConformsTo
from rio_cogeo.cogeo import cog_validate

from wayside.archive import StaticCatalogue, sha256_multihash
from wayside.archive.item_parts import Placement
from wayside.model.places import MapPoint
from wayside.model.provenance import Provenance, SceneFiles, SourceAsset, SourceItem, StoredFile
from wayside.model.scenes import Licence, Scene
from wayside.pipeline.ports import ImportOptions
from wayside.wiring.scenes import SceneArchive

Document = dict[str, Any]
Validator = Callable[..., tuple[int, str]]
VENDORED = Path(__file__).parents[1] / "data" / "stac"
EXTENSIONS = "https://stac-extensions.github.io"
NEWEST = {"eo": "v2.0.0", "processing": "v1.2.0"}
EARLIER = {"eo": "v1.1.0", "processing": "v1.1.0"}
NO_MAP = "ignore::rasterio.errors.NotGeoreferencedWarning"  # one of the images is a screenshot
NEW_FIELDS = ("processing:datetime", "processing:version")


# ---------------------------------------------------------------------------- schemas and validators
def address(extension: str, version: str) -> str:
    return f"{EXTENSIONS}/{extension}/{version}/schema.json"


def core_schemas() -> dict[str, Document]:
    found = copy.deepcopy(get_local_schema_cache())
    for url, schema in found.items():
        if url.endswith("/common.json"):
            schema["$id"] = url  # pystac's copy has another, which its relative references do not fit
    projjson = json.loads((Path(pyproj.datadir.get_data_dir()) / "projjson.schema.json").read_text(encoding="utf-8"))
    return found | {
        f"https://proj.org/{place}schemas/v0.7/projjson.schema.json": projjson for place in ("", "en/latest/")
    }


def extension_schemas(*folders: Path) -> dict[str, Document]:
    found = {}
    for folder in folders:
        for path in sorted(folder.glob("*-v*.json")):
            extension, _, version = path.stem.rpartition("-")
            found[address(extension, version)] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="session")
def schemas() -> dict[str, Document]:
    return core_schemas() | extension_schemas(VENDORED)


@pytest.fixture(scope="session")
def stac_valid(
    schemas: dict[str, Document], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., tuple[int, str]]:
    """``stac-valid fast`` with all schemas in its cache and a proxy that leads nowhere."""
    program = Path(sys.executable).with_name("stac-valid")
    if not program.exists():
        pytest.skip("stac-valid is not installed")
    cache, folder = tmp_path_factory.mktemp("schemas"), tmp_path_factory.mktemp("documents")
    for url, schema in schemas.items():
        (cache / url.removeprefix("https://").replace("/", "_")).write_text(json.dumps(schema), encoding="utf-8")
    closed = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9", "no_proxy": ""}
    environment = {**os.environ, **closed, "STAC_VALIDATOR_CACHE_DIR": str(cache)}

    def check(*found: tuple[str, Document]) -> tuple[int, str]:
        for name, document in found:
            (folder / name).write_text(json.dumps(document), encoding="utf-8")
        walk = ["--recursive"] if len(found) > 1 else []
        command = [program, "fast", *walk, str(folder / found[0][0])]
        run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        return run.returncode, run.stdout + run.stderr

    return check


def as_earlier(document: Document) -> Document:
    """Return an item in the words of eo 1.1 and processing 1.1, whose schemas packages have."""
    found = copy.deepcopy(document)
    for extension, version in NEWEST.items():
        new, old = address(extension, version), address(extension, EARLIER[extension])
        found["stac_extensions"] = [old if url == new else url for url in found["stac_extensions"]]
    for name in NEW_FIELDS:
        found.get("properties", {}).pop(name, None)
    for asset in found.get("assets", {}).values():
        bands = asset.pop("bands", [])
        named = [{"name": b["name"], "common_name": b["eo:common_name"]} for b in bands if "eo:common_name" in b]
        if named:
            asset["eo:bands"] = named
    return found


# ---------------------------------------------------------------------------- a workspace's archive
def write_tiff(path: Path, *, bands: int = 3, size: int = 600, step: float = 0.5) -> Path:
    pixels = np.random.default_rng(4).integers(1, 255, (bands, size, size + 40), dtype=np.uint8)
    with rasterio.open(
        path, "w", driver="GTiff", width=size + 40, height=size, count=bands, dtype="uint8", crs="EPSG:32652",
        transform=Affine(step, 0.0, 538_000.0, 0.0, -step, 4_697_000.0),
    ) as file:  # fmt: skip
        file.write(pixels)
    return path


def stored(path: Path, root: Path) -> StoredFile:
    with rasterio.open(path) as file:
        shape, transform = (file.height, file.width), tuple(file.transform)[:6]
    return StoredFile(path.relative_to(root).as_posix(), sha256_multihash(path), path.stat().st_size, shape, transform)


RING = tuple(
    MapPoint(*p) for p in [(129.46, 42.41), (129.48, 42.41), (129.48, 42.43), (129.46, 42.43), (129.46, 42.41)]
)


def provenance() -> Provenance:
    asset = SourceAsset("red", "https://data.example.org/a/B04.tif", "1220" + "12" * 32, '"abc-1"', 12_345_678)
    tile = SourceItem(
        "earth", "https://stac.example.org/v1", "S2A_52TDN", "sentinel-2-l2a",
        "https://stac.example.org/v1/collections/sentinel-2-l2a/items/S2A_52TDN", (asset,), "05.09",
        datetime(2023, 10, 5, 9, tzinfo=UTC),
    )  # fmt: skip
    other = SourceItem("copy", "https://other.example.org", "S2A_52TDN_0", "s2")
    notes = ("The look was told by its datatake.",)
    return Provenance((tile,), datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC), (other,), "wayside 0.1.0", notes, RING)


def fetched(root: Path) -> tuple[Scene, Placement]:
    """A scene as a catalogue gives it, with an overview and a mask beside it."""
    image = write_tiff(root / "20231005-s2a.tif")
    overview = stored(write_tiff(root / "20231005-s2a.overview.tif", size=60, step=5.0), root)
    mask = stored(write_tiff(root / "20231005-s2a.mask.tif", bands=1, size=60, step=5.0), root)
    whole = stored(image, root)
    scene = Scene(
        "20231005-s2a", datetime(2023, 10, 5, 2, 11, tzinfo=UTC), 10.0, whole.checksum, image.name, "ESA",
        "sentinel-2a",
        Licence(
            "Copernicus-Sentinel-Data", "Contains modified Copernicus Sentinel data 2023", publishable=True,
            why="Free to use where the source is named.", url="https://sentinels.example.org/legal",
        ),
        3.5, 104.0, 41.0, 165.0, 7.5, snow_cover_pct=1.5, bands=("red", "green", "blue"), provenance=provenance(),
        files=SceneFiles(overview, mask, "scl"),
    )  # fmt: skip
    place = Placement(
        RING, "EPSG:32652", None, whole.shape, whole.transform, size=whole.size, data_type="uint8", nodata=0.0
    )
    return scene, place


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scenes of a workspace: one imported with a map, one without, one from a catalogue."""
    given, root = tmp_path_factory.mktemp("given"), tmp_path_factory.mktemp("workspace") / "scenes"
    root.mkdir()
    imports = SceneArchive(root)
    options = ImportOptions(date="2023-09-01T02:00Z", licence=Licence("CC-BY-4.0", "(c) Somebody", publishable=True))
    imports.add(write_tiff(given / "yard.tif"), options)
    screenshot = given / "shot.png"
    write_plain(screenshot)
    imports.add(screenshot, ImportOptions(date="2022-05-06", gsd_m=0.5, provider="Somebody", platform="aircraft"))
    StaticCatalogue(root).add(*fetched(root))
    return root


def write_plain(path: Path) -> None:
    pixels = np.random.default_rng(5).integers(1, 255, (3, 300, 400), dtype=np.uint8)
    with (
        pytest.warns(rasterio.errors.NotGeoreferencedWarning),
        rasterio.open(path, "w", driver="PNG", width=400, height=300, count=3, dtype="uint8") as file,
    ):
        file.write(pixels)


def documents(root: Path) -> dict[str, Document]:
    return {p.name: json.loads(p.read_text(encoding="utf-8")) for p in sorted(root.glob("*.json"))}


def full_item(root: Path) -> Document:
    return documents(root)["20231005-s2a.json"]


# ---------------------------------------------------------------------------- valid
def test_every_document_of_the_archive_is_valid(archive: Path, stac_valid: Validator) -> None:
    found = documents(archive)
    assert len(found) == 5
    earlier = {name: as_earlier(d) if d["type"] == "Feature" else d for name, d in found.items()}
    code, said = stac_valid(("catalog.json", earlier.pop("catalog.json")), *earlier.items())
    assert code == 0, said
    assert re.search(r"\bValid Objects:\s+5\b", said), said
    assert {url.split("/")[3] for url in full_item(archive)["stac_extensions"]} == {
        "eo", "view", "projection", "file", "processing",
    }  # fmt: skip


def spoil(document: Document, fault: str) -> None:
    properties, image = document["properties"], document["assets"]["image"]
    faults: dict[str, Callable[[], object]] = {
        "off_nadir": lambda: properties.update({"view:off_nadir": "x"}),
        "azimuth": lambda: properties.update({"view:azimuth": 400}),
        "epsg": lambda: properties.update({"proj:epsg": 32652}),
        "code": lambda: properties.update({"proj:code": 32652}),
        "checksum": lambda: image.update({"file:checksum": "no multihash!"}),
        "size": lambda: image.update({"file:size": "many"}),
        "shape": lambda: image.update({"proj:shape": [1, 2, 3]}),
        "cloud": lambda: properties.update({"eo:cloud_cover": 140}),
        "software": lambda: properties.update({"processing:software": ["wayside"]}),
        "unknown": lambda: properties.update({"processing:nonsense": 1}),
        "datetime": lambda: properties.update({"datetime": 5}),
        "licence": lambda: properties.update({"license": "two words"}),
        "type": lambda: document.pop("type"),
    }
    faults[fault]()


FAULTS = [
    "off_nadir",
    "azimuth",
    "code",
    "checksum",
    "size",
    "shape",
    "cloud",
    "software",
    "datetime",
    "licence",
    "type",
]
FORBIDDEN_NAMES = ["epsg", "unknown"]
"""Fields that a schema's version does not have; ``stac-valid fast`` tries parts of a schema and lets these pass."""


@pytest.mark.parametrize("fault", ["off_nadir", "checksum", "cloud", "software", "shape", "licence"])
def test_the_validator_finds_each_fault(archive: Path, stac_valid: Validator, fault: str) -> None:
    document = as_earlier(full_item(archive))
    spoil(document, fault)
    code, said = stac_valid(("document.json", document))
    assert code != 0, said


def test_the_newest_schemas_hold_too_where_they_are(archive: Path, shared_dir: Path) -> None:
    held = core_schemas() | extension_schemas(VENDORED, shared_dir / "stac")
    missing = [f"{name} {version}" for name, version in NEWEST.items() if address(name, version) not in held]
    present = [name for name, version in NEWEST.items() if address(name, version) in held]
    if not present:
        pytest.skip(f"no package has the schema of {' and '.join(missing)}; put it into {shared_dir / 'stac'}")
    document = full_item(archive)
    wanted = [url for url in document["stac_extensions"] if url in held]
    check(held, {**document, "stac_extensions": wanted})
    for fault in ("cloud",) if "eo" in present else ("software",):
        spoil(document, fault)
        with pytest.raises(pystac.STACValidationError):
            check(held, {**document, "stac_extensions": wanted})


def check(held: dict[str, Document], document: Document) -> None:
    validator = JsonSchemaSTACValidator()
    validator.schema_cache.update(held)
    pystac.validation.validate_dict(document, validator=validator)


def test_pystac_finds_the_same(archive: Path, schemas: dict[str, Document]) -> None:
    document = as_earlier(full_item(archive))
    check(schemas, document)
    for fault in [*FAULTS, *FORBIDDEN_NAMES]:
        bad = copy.deepcopy(document)
        spoil(bad, fault)
        with pytest.raises((pystac.STACValidationError, pystac.STACTypeError, KeyError)):
            check(schemas, bad)


# ---------------------------------------------------------------------------- read by others
def test_pystac_walks_the_archive_and_all_of_it_is_valid(archive: Path, schemas: dict[str, Document]) -> None:
    root = pystac.Catalog.from_file(archive / "catalog.json")
    (collection,) = root.get_children()
    assert isinstance(collection, pystac.Collection)
    assert [str(t.date()) for t in collection.extent.temporal.intervals[0] if t] == ["2022-05-06", "2023-10-05"]
    west, south, east, north = collection.extent.spatial.bboxes[0]
    items = list(root.get_items(recursive=True))
    assert len(items) == 3
    for item in items:
        assert item.get_collection() is collection
        assert item.get_root() is root
        if item.bbox is not None:
            assert west <= item.bbox[0] <= item.bbox[2] <= east
            assert south <= item.bbox[1] <= item.bbox[3] <= north
        for asset in item.assets.values():
            path = Path(asset.get_absolute_href() or "")
            assert path.is_relative_to(archive)
            assert sha256_multihash(path) == asset.extra_fields["file:checksum"]
            assert asset.extra_fields.get("file:size", path.stat().st_size) == path.stat().st_size
    for document in (root.to_dict(), collection.to_dict()):
        check(schemas, document)


def test_pystac_client_reads_the_archive(archive: Path) -> None:
    with pytest.warns(FallbackToPystac), pytest.warns(NoConformsTo):
        found = list(Client.open(str(archive / "catalog.json")).get_items(recursive=True))
    assert [item.id for item in found] == sorted(p.stem for p in archive.glob("2*.json"))


def test_rustac_reads_the_archive(archive: Path) -> None:
    root = json.loads((archive / "catalog.json").read_text(encoding="utf-8"))
    assert [link["href"] for link in root["links"] if link["rel"] == "child"] == ["./collection.json"]
    script = (
        "import asyncio, json, os, sys, rustac\n"
        "async def main():\n"
        "    return [await rustac.read(p) for p in sys.argv[1:]]\n"
        "print(json.dumps([d['type'] for d in asyncio.run(main())]), flush=True)\n"
        # The threads of its runtime still let go of the interpreter as that is taken down: a crash now and then.
        "os._exit(0)\n"
    )
    paths = [str(archive / name) for name in ("catalog.json", "collection.json", "20231005-s2a.json")]
    run = subprocess.run([sys.executable, "-c", script, *paths], capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(run.stdout) == ["Catalog", "Collection", "Feature"]
    assert rustac.__file__


@pytest.mark.filterwarnings(NO_MAP)
def test_gdal_opens_what_the_items_name(archive: Path) -> None:
    for name, document in documents(archive).items():
        for asset in document.get("assets", {}).values() if name != "collection.json" else ():
            with rasterio.open(archive / asset["href"]) as file:
                if "proj:shape" in asset:
                    assert [file.height, file.width] == asset["proj:shape"]
                if "proj:transform" in asset:
                    assert list(file.transform)[:6] == pytest.approx(asset["proj:transform"][:6])


# ---------------------------------------------------------------------------- COGs
def imported(archive: Path) -> list[Path]:
    items = [d for d in documents(archive).values() if d["type"] == "Feature"]
    return [archive / d["assets"]["image"]["href"] for d in items if "wayside:source_name" in d["properties"]]


@pytest.mark.filterwarnings(NO_MAP)
def test_imported_images_are_cloud_optimised_by_rio_cogeo(archive: Path) -> None:
    paths = imported(archive)
    assert len(paths) == 2
    for path in paths:
        valid, errors, warnings = cog_validate(path, strict=True, quiet=True)
        assert valid, (errors, warnings)
    plain = write_tiff(archive.parent / "plain.tif", size=1200)
    assert not cog_validate(plain, strict=True, quiet=True)[0], "the validator finds no fault in a striped file"


def test_imported_images_are_cloud_optimised_by_gdal(archive: Path) -> None:
    python = shutil.which("python3", path="/usr/bin")
    module = "osgeo_utils.samples.validate_cloud_optimized_geotiff"
    if (
        python is None
        or subprocess.run([python, "-c", f"import {module}"], capture_output=True, check=False).returncode
    ):
        pytest.skip("GDAL's own validator is not installed (Debian: python3-gdal)")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("GDAL", "PROJ", "PYTHON"))}
    plain = write_tiff(archive.parent / "striped.tif", size=1200)
    for path, expected in [*((p, 0) for p in imported(archive)), (plain, 1)]:
        run = subprocess.run(
            [python, "-m", module, "--full-check=yes", str(path)],
            env=clean,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == expected, run.stdout + run.stderr
