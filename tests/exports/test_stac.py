"""The exported catalogue: valid by pystac's validator offline, read by pystac, without a secret or a place on disk."""

from __future__ import annotations

import copy
import hashlib
import importlib
import json
import warnings
from pathlib import Path
from typing import Any

import pystac
import pystac.validation
import pytest
from pystac.validation.local_validator import get_local_schema_cache
from pystac.validation.stac_validator import JsonSchemaSTACValidator

from wayside.archive.item_parts import Placement, scene_to_item
from wayside.exports import Form, write_export
from wayside.model.places import MapPoint

VENDORED = Path(__file__).parents[1] / "data" / "stac"
LABEL = "https://stac-extensions.github.io/label/v1.0.1/schema.json"
EARLIER = {"eo/v2.0.0": "eo/v1.1.0", "processing/v1.2.0": "processing/v1.1.0"}
"""Versions whose schemas no package has; what an item has in common with the one before is checked by that one's."""
RING = tuple(MapPoint(*p) for p in [(130.5, 42.3), (130.7, 42.3), (130.7, 42.5), (130.5, 42.5), (130.5, 42.3)])


def load(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def validator() -> JsonSchemaSTACValidator:
    found = JsonSchemaSTACValidator()
    held = copy.deepcopy(get_local_schema_cache())
    for path in VENDORED.glob("*-v*.json"):
        extension, _, version = path.stem.rpartition("-")
        held[f"https://stac-extensions.github.io/{extension}/{version}/schema.json"] = load(path)
    found.schema_cache.update(held)
    return found


def valid(document: dict[str, Any], validator: JsonSchemaSTACValidator) -> None:
    """Validate by pystac; extensions without a schema here are left to their own checks."""
    found = copy.deepcopy(document)
    urls = []
    for url in found.get("stac_extensions", []):
        for new, old in EARLIER.items():
            url = url if url in validator.schema_cache else url.replace(new, old)  # noqa: PLW2901
        if url in validator.schema_cache:
            urls.append(url)
        else:
            assert url == LABEL, f"no schema for {url}"
    found["stac_extensions"] = urls
    if any("processing/v1.1.0" in url for url in urls):
        found["properties"].pop("processing:datetime", None)
    pystac.validation.validate_dict(found, validator=validator)


@pytest.fixture(scope="module")
def label_extension() -> Any:
    with warnings.catch_warnings():
        # The extension is a pilot that nobody maintains; there is no other for what a machine found.
        warnings.simplefilter("ignore", DeprecationWarning)
        return importlib.import_module("pystac.extensions.label").LabelExtension


def items_of(made: Any) -> dict[str, Any]:
    """The archive's items, as the archive writes them, from a source that is signed and on somebody's disk."""
    signed = "https://x.example.org/T1?token=SECRETSECRET"
    place = Placement(RING, "EPSG:32652", None, (10, 10), (1.0, 0.0, 0.0, 0.0, -1.0, 0.0), source_name="/home/me/a.tif")
    found = {}
    for row in made.rows:
        item = scene_to_item(row.scene, place)
        item["properties"]["wayside:provenance"] = {"items": [signed, "/home/someone/catalogue"]}
        item["links"].append({"rel": "derived_from", "href": signed})
        item["links"].append({"rel": "via", "href": "https://stac.example.org/v1"})
        found[row.id] = item
    return found


def test_every_document_is_valid(yard: Any, out: Path, validator: Any) -> None:
    made = yard.made()
    write_export(out, made.contents(items=items_of(made)), Form.STAC)
    documents = [load(path) for path in sorted(out.rglob("*.json")) if path.name != "wayside-export.json"]
    assert len(documents) == 3 + 2 * len(made.rows)
    for document in documents:
        valid(document, validator)
    broken = next(d for d in documents if "label:type" in d.get("properties", {}))
    broken["assets"]["labels"]["file:checksum"] = 5
    with pytest.raises(pystac.STACValidationError):
        valid(broken, validator)


def test_pystac_walks_it_and_every_link_leads_somewhere(yard: Any, out: Path) -> None:
    made = yard.made()
    write_export(out, made.contents(items=items_of(made)), Form.STAC)
    root = pystac.Catalog.from_file(str(out / "catalog.json"))
    items = list(root.get_items(recursive=True))
    ids = {row.id for row in made.rows}
    assert {item.id for item in items} == ids | {f"{i}-cars" for i in ids}
    for path in out.rglob("*.json"):
        for link in load(path).get("links", []):
            if not link["href"].startswith("https://"):
                assert (path.parent / link["href"]).resolve().is_file(), link
    scene = next(item for item in items if item.id == made.rows[0].id)
    assert scene.datetime == made.rows[0].scene.acquired.replace(microsecond=0)
    assert scene.properties["wayside:image_checksum"] == made.rows[0].scene.checksum
    assert scene.geometry["coordinates"][0][0] == list(RING[0])
    assert scene.properties["view:off_nadir"] == 12.5


def test_a_label_item_says_what_was_found_and_how(yard: Any, out: Path, label_extension: Any) -> None:
    made = yard.made()
    write_export(out, made.contents(items=items_of(made)), Form.STAC)
    root = pystac.Catalog.from_file(str(out / "catalog.json"))
    labels = {item.id: item for item in root.get_child("labels").get_items()}
    for row in made.rows:
        item = labels[f"{row.id}-cars"]
        label = label_extension.ext(item)
        cars = [car for track in row.result.tracks for car in track.cars]
        assert str(label.label_type) == "vector"
        assert [str(task) for task in label.label_tasks or []] == ["detection"]
        assert [str(m) for m in label.label_methods or []] == (["manual"] if row.reviewed else ["automated"])
        assert label.label_properties == ["type"]
        counted = {c.name: c.count for c in (label.label_overviews or [])[0].counts or []}
        assert counted == {str(k): n for k in {c.type for c in cars} if (n := sum(c.type is k for c in cars))}
        assert [source.id for source in label.get_sources()] == [row.id]
        asset = item.assets["labels"]
        data = Path(asset.get_absolute_href() or "").read_bytes()
        assert asset.extra_fields["file:checksum"] == "1220" + hashlib.sha256(data).hexdigest()
        assert asset.extra_fields["file:size"] == len(data)
        assert len(json.loads(data)["features"]) == len(cars)
        assert item.properties["processing:software"] == {"wayside": "0.1.0", "strip-net": "1 sha256:abc"}


@pytest.mark.parametrize("form", list(Form))
def test_no_secret_and_no_place_on_disk_leaves(yard: Any, out: Path, form: Form) -> None:
    made = yard.made()
    path = out if form.is_folder else out.with_suffix(".gpkg")
    write_export(path, made.contents(items=items_of(made)), form)
    files = [p for p in path.rglob("*") if p.is_file()] if form.is_folder else [path]
    for file in files:
        data = file.read_bytes()
        for word in (b"SECRETSECRET", b"token=", b"user:pass", b"k:s@", b"/home/someone", b"/home/me", b".tif"):
            assert word not in data, (file.name, word)


# ---------------------------------------------------------------------- the label extension's published rules
LABEL_FIELDS = {"properties", "classes", "description", "type", "tasks", "methods", "overviews"}
LABEL_TASKS = {"regression", "classification", "detection", "segmentation"}


def label_faults(item: dict[str, Any], data: dict[str, Any]) -> list[str]:
    """What the label extension 1.0.1 forbids, or asks for and does not find, in an item and its labels.

    Written from its text, as no package has its schema: fields and their types, what is required, and what must agree
    between the item and the collection that it describes.
    """
    said = item["properties"]
    label = {name.removeprefix("label:"): said[name] for name in said if name.startswith("label:")}
    classes, keys = label.get("classes"), label.get("properties")
    texts = isinstance(keys, list) and keys and all(isinstance(key, str) for key in keys)
    known = {one.get("name"): one.get("classes") for one in classes} if isinstance(classes, list) else {}
    overviews = label.get("overviews", [])
    features = data.get("features", [])
    links = [link for link in item["links"] if link["rel"] == "source"]
    counted = {
        o.get("property_key"): {c.get("name"): c.get("count") for c in o.get("counts", [])}
        for o in overviews
    }  # fmt: skip
    own = {name for link in links for name in link if name.startswith("label:")}
    pairs = [(key, feature) for key in keys or () for feature in features]
    rules = {
        "the extension is declared": LABEL in item["stac_extensions"],
        "no other label fields": set(label) <= LABEL_FIELDS,
        "type": label.get("type") in ("vector", "raster"),
        "description": isinstance(label.get("description"), str) and bool(label["description"]),
        "properties": texts if label.get("type") == "vector" else "properties" in label and keys is None,
        "classes": bool(known) and all(isinstance(n, str) and n and isinstance(c, list) for n, c in known.items()),
        "every property has classes": set(known) == set(keys or ()),
        "tasks": set(label.get("tasks", ())) <= LABEL_TASKS,
        "methods": set(label.get("methods", ())) <= {"automated", "manual"} and bool(label.get("methods")),
        "overviews": isinstance(overviews, list) and set(counted) <= set(keys or ()),
        "counts": all(type(n) is int and n > 0 and isinstance(k, str) for c in counted.values() for k, n in c.items()),
        "an asset named labels": "labels" in item["assets"],
        "labels are a collection": data.get("type") == "FeatureCollection",
        "labels are of the classes": all(f["properties"].get(k) in known.get(k, ()) for k, f in pairs),
        "counts are those of the labels": all(sum(c.values()) == len(features) for c in counted.values()),
        "a source": bool(links) and own <= {"label:assets"},
    }  # fmt: skip
    return [rule for rule, kept in rules.items() if not kept]


def test_label_items_keep_the_extensions_rules(yard: Any, out: Path) -> None:
    made = yard.made()
    write_export(out, made.contents(items=items_of(made)), Form.STAC)
    seen = 0
    for path in sorted((out / "labels").glob("[0-9]*.json")):
        item = load(path)
        data = load(path.parent / item["assets"]["labels"]["href"])
        assert label_faults(item, data) == []
        seen += bool(data["features"])
    assert seen >= 3


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"label:type": "polygon"}, "type"),
        ({"label:description": ""}, "description"),
        ({"label:properties": None}, "properties"),
        ({"label:properties": ["kind"]}, "every property has classes"),
        ({"label:classes": [{"name": None, "classes": ["gondola"]}]}, "classes"),
        ({"label:classes": [{"name": "type", "classes": ["ship"]}]}, "labels are of the classes"),
        ({"label:tasks": ["object_detection"]}, "tasks"),
        ({"label:methods": ["magic"]}, "methods"),
        ({"label:colour": "red"}, "no other label fields"),
        ({"label:overviews": [{"property_key": "type", "counts": [{"name": "box", "count": 1.5}]}]}, "counts"),
        ({"label:overviews": [{"property_key": "type", "counts": []}]}, "counts are those of the labels"),
    ],
)
def test_the_rules_find_what_is_wrong(yard: Any, out: Path, change: dict[str, Any], rule: str) -> None:
    write_export(out, yard.made(1).contents(), Form.STAC)
    item, data = load(out / "labels" / "0001.json"), load(out / "labels" / "0001-cars.geojson")
    assert label_faults(item, data) == []
    item["properties"] |= change
    assert rule in label_faults(item, data)


def test_checksums_and_sizes_are_those_of_the_files(yard: Any, out: Path) -> None:
    write_export(out, yard.made().contents(), Form.STAC)
    for item in pystac.Catalog.from_file(str(out / "catalog.json")).get_child("labels").get_items():
        asset = item.assets["labels"]
        data = Path(asset.get_absolute_href() or "").read_bytes()
        assert asset.extra_fields["file:size"] == len(data)
        assert asset.extra_fields["file:checksum"] == "1220" + hashlib.sha256(data).hexdigest()
