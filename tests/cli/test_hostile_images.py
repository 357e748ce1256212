"""Images and documents that are meant to do harm: bombs, circles, lies, and names of other files."""

from __future__ import annotations

import json
import os
import struct
import zlib
from pathlib import Path
from typing import Any

import rasterio
from hostile_catalogue import SPAN, Shelf, fetched, only_good, program, source
from range_server import Behaviour, RangeServer


def test_memory_is_bounded(workspace: Path, shelf: Shelf, server: RangeServer) -> None:
    huge = {
        "items": b'{"type":"FeatureCollection","features":[' + b"{}," * 10_000_000 + b"{}]}",
        "lists": b"[" + b"[]," * 10_000_000 + b"[]]",
        "numbers": b"[" + b"1.5," * 15_000_000 + b"1]",
        "names": b"{" + b",".join(b'"%x":1' % n for n in range(3_000_000)) + b"}",
        "text": b'{"id":"' + b"x" * 60_000_000 + b'"}',
        "escapes": b'["' + rb"\ud800" * 10_000_000 + b'"]',
    }
    for document in huge.values():
        shelf.add(document)
    for path in ("/bomb", "/bomb.tif"):
        server.put(path, b"")
        server.on(path, Behaviour(bomb_mb=300))
    shelf.link("item", "/bomb")
    shelf.add(shelf.item("bomb", server.url("/bomb.tif")))
    source(workspace, shelf.publish())
    started = program("search", workspace, *SPAN, "--fetch", "--json")
    out, err = started.communicate(timeout=120)
    assert started.returncode == 1, err
    assert len(json.loads(out)["done"]) == 1
    assert int(err.split()[-1]) < 1_500_000


# ---------------------------------------------------------------------------- images
UTM = struct.pack("<16H", 1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, 32652)
PLACE = struct.pack("<6d", 0, 0, 0, 500_000, 4_700_000, 0)


def tiff(block: bytes = b"", *, again: int = 0, **changed: Any) -> bytes:
    """Return a grey TIFF of one block, whose tags may say anything."""
    tags: dict[int, tuple[int, Any]] = {
        256: (4, 400), 257: (4, 120), 258: (3, 8), 259: (3, 8), 262: (3, 1), 277: (3, 1), 322: (4, 400), 323: (4, 128),
        324: (4, 0), 325: (4, len(block)), 33550: (12, struct.pack("<3d", 0.5, 0.5, 0)), 33922: (12, PLACE),
        34735: (3, UTM),
    }  # fmt: skip
    tags |= {int(name[1:]): (tags.get(int(name[1:]), (4, 0))[0], value) for name, value in changed.items()}
    rows, tail, at = b"", b"", 8 + 2 + 12 * len(tags) + 4
    width = {3: 2, 4: 4, 12: 8}
    for tag in sorted(tags):
        kind, value = tags[tag]
        if isinstance(value, bytes):
            rows += struct.pack("<HHII", tag, kind, len(value) // width[kind], at + len(tail))
            tail += value
        elif isinstance(value, tuple):
            rows += struct.pack("<HHII", tag, kind, *value)
        else:
            rows += struct.pack("<HHII", tag, kind, 1, (at + 98 + 48) if tag == 324 and not value else value)
    head = b"II*\0" + struct.pack("<IH", 8, len(tags)) + rows + struct.pack("<I", again)
    return (head + tail).ljust(at + 98 + 48, b"\0") + block


def zeros(size: int) -> bytes:
    return zlib.compress(bytes(size), 9)


def chunk(kind: bytes, content: bytes) -> bytes:
    """Return a chunk of a PNG."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


VRT = b"""<VRTDataset rasterXSize="400" rasterYSize="120"><VRTRasterBand dataType="Byte" band="1"><SimpleSource>
<SourceFilename>/vsicurl/http://127.0.0.1:PORT/secret.tif</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>"""
WMS = b"<GDAL_WMS><Service name='TMS'><ServerUrl>http://127.0.0.1:PORT/secret.tif</ServerUrl></Service></GDAL_WMS>"
IMAGES: dict[str, bytes] = {
    "empty": b"",
    "one byte": b"I",
    "html": b"<html>",
    "vrt": VRT,
    "wms": WMS,
    "pdf": b"%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/URI/URI(http://127.0.0.1:PORT/secret.tif)>>>>endobj",
    "zip": b"PK\x03\x04" + bytes(100),
    "elf": b"\x7fELF" + bytes(100),
    "text": b"/etc/passwd",
    "million squared": tiff(zeros(10), t256=1_000_000, t257=1_000_000, t322=256, t323=256),
    "million squared, one block": tiff(zeros(10), t256=1_000_000, t257=1_000_000, t322=1_000_000, t323=1_000_000),
    "block of 2 GB": tiff(zeros(10), t325=2_147_483_647),
    "block of 30000 squared": tiff(zeros(10**6), t256=30_000, t257=30_000, t322=30_000, t323=30_000),
    "no size": tiff(zeros(10), t256=0),
    "block outside": tiff(zeros(51200), t324=4_000_000_000),
    "circle": tiff(zeros(51200), again=8),
    "page outside": tiff(zeros(51200), again=4_000_000_000),
    "page in a page": tiff(zeros(51200), again=20),
    "four thousand million tags": tiff(zeros(51200), t258=(4_294_967_295, 8)),
    "many bands": tiff(zeros(51200), t277=65_535),
    "not a number": tiff(zeros(51200), t33550=struct.pack("<3d", float("nan"), float("inf"), 0)),
    "no pixel size": tiff(zeros(51200), t33550=struct.pack("<3d", 0, 0, 0)),
    "elsewhere": tiff(zeros(51200), t33922=struct.pack("<6d", 0, 0, 0, 1e300, -1e300, 0)),
    "not packed": tiff(b"\xff" * 500),
    "jp2 without end": b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(200),
    "jpeg": b"\xff\xd8\xff\xe0" + bytes(200),
    "nitf": b"NITF02.10" + b"9" * 2000,
    "png of 60000 squared": b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    + chunk(b"IDAT", zeros(10**6))
    + chunk(b"IEND", b""),
}


def test_no_image_does_harm(
    workspace: Path, shelf: Shelf, server: RangeServer, inside: RangeServer, wayside: Any
) -> None:
    for number, content in enumerate(IMAGES.values()):
        server.put(f"/{number}.tif", content.replace(b"PORT", str(inside.port).encode()))
        shelf.add(shelf.item(f"bad-{number}", server.url(f"/{number}.tif")))
    source(workspace, shelf.publish())
    said = fetched(wayside, workspace)
    only_good(said, workspace)
    assert len(said.document["failed"]) == len(IMAGES)
    assert {failure["error"] for failure in said.document["failed"]} <= {"ImageError", "TracksError", "SourceError"}
    assert inside.requests == []


def test_the_drawn_tiff_is_sound(workspace: Path, server: RangeServer, wayside: Any) -> None:
    """Else the tests above would refuse all their images for one reason."""
    server.put("/a.tif", tiff(zeros(51_200)))
    server.put("/b.tif", tiff(zeros(51_200), t258=8, t259=8))
    shelf = Shelf(server)
    shelf.add(shelf.item("a", server.url("/a.tif")))
    source(workspace, shelf.publish())
    assert fetched(wayside, workspace).code == 0


def test_an_image_names_no_other_file(
    workspace: Path, shelf: Shelf, inside: RangeServer, wayside: Any, files: Any
) -> None:
    """GDAL follows names in a file's own metadata: overviews, masks and places that lie elsewhere."""
    server = shelf.server
    secret = files.geotiff("secret.tif", seed=9)
    for number, name in enumerate((f"/vsicurl/{inside.url('/secret.tif')}", str(secret), f":::BASE:::/{secret}")):
        for kind in ("plain", "overview"):
            path = files.geotiff(f"{kind}-{number}.tif", seed=number + 1)
            with rasterio.open(path, "r+") as dataset:
                if kind == "overview":
                    dataset.update_tags(ns="OVERVIEWS", OVERVIEW_FILE=name)
                dataset.update_tags(ns="GEOLOCATION", X_DATASET=name, Y_DATASET=name, X_BAND="1", Y_BAND="1")
                dataset.update_tags(ns="SUBDATASETS", SUBDATASET_1_NAME=name)
                dataset.update_tags(METADATATYPE=name, INTERNAL_MASK_FLAGS_1="2", MASK_FILE=name)
            assert name.encode() in path.read_bytes()
            server.put(f"/{path.name}", path.read_bytes())
            shelf.add(shelf.item(path.stem, server.url(path.name)))
    source(workspace, shelf.publish())
    said = fetched(wayside, workspace)
    assert inside.requests == []
    assert (said.code, len(said.document["done"])) == (1, 4), said
    assert ["reduced images" in failure["what"] for failure in said.document["failed"]] == [True] * 3


# ---------------------------------------------------------------------------- a catalogue on this machine
def test_links_lead_out_of_no_local_catalogue(workspace: Path, tmp_path: Path, files: Any, wayside: Any) -> None:
    """A folder that came from elsewhere may hold links; those that lead out of it are refused, those within are not."""
    folder, secret = tmp_path / "came", tmp_path / "secret"
    for made in (folder, secret):
        made.mkdir()
    files.geotiff("secret.tif", seed=5).rename(secret / "secret.tif")
    files.geotiff("good.tif").rename(folder / "good.tif")
    (folder / "out.tif").symlink_to(secret / "secret.tif")
    (folder / "outside").symlink_to(secret)
    (folder / "within.tif").symlink_to("good.tif")
    (folder / "circle.tif").symlink_to("circle.tif")
    (folder / "device.tif").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.tif")
    hrefs = ["good.tif", "within.tif", "out.tif", "outside/secret.tif", "../secret/secret.tif", "circle.tif",
             "pipe.tif", "device.tif", str(secret / "secret.tif"), f"file://{secret}/secret.tif", "/etc/../etc/passwd",
             "good.tif/../../secret/secret.tif", "/etc/passwd", "/proc/self/environ", "file:///dev/zero"]  # fmt: skip
    with RangeServer() as unused:
        shelf = Shelf(unused)
        items = [shelf.item(f"i{n}", href) for n, href in enumerate(hrefs)]
    for number, item in enumerate(items):
        (folder / f"{number}.json").write_text(json.dumps(item))
    (folder / "stolen.json").symlink_to("/etc/passwd")
    names = [*(f"./{n}.json" for n in range(len(items))), "stolen.json", "../secret", "/etc/passwd", "pipe.tif"]
    document = {"type": "Catalog", "id": "c", "description": "", "stac_version": "1.0.0",
                "links": [{"rel": "item", "href": name} for name in names]}  # fmt: skip
    (folder / "catalog.json").write_text(json.dumps(document))
    source(workspace, str(folder / "catalog.json"))
    said = fetched(wayside, workspace)
    only_good(said, workspace)
    assert [skip["reason"][:16] for skip in said.document["skipped"]] == ["the same picture"]  # within.tif
    assert len(said.document["failed"]) + len(said.document["gaps"]) >= len(hrefs) - 2 + 4
    assert "root:x" not in said.out
    odd = shelf.item("odd", "\x9b31m\u202ered.tif")
    (folder / "0.json").write_text(json.dumps(odd, ensure_ascii=False))
    shown = wayside("search", workspace, *SPAN, "--fetch").out
    assert not [c for c in shown if (ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160 or "\u202a" <= c <= "\u202e"]


def test_one_picture_under_two_names_is_one_scene(
    workspace: Path, shelf: Shelf, server: RangeServer, wayside: Any
) -> None:
    for number in range(3):
        shelf.add(shelf.item(f"again-{number}", server.url("/good.tif")))
    source(workspace, shelf.publish())
    said = fetched(wayside, workspace)
    assert (said.code, len(said.document["done"]), len(said.document["skipped"])) == (0, 1, 3), said
    again = fetched(wayside, workspace)
    assert (again.code, again.document["done"], len(again.document["skipped"])) == (0, [], 4), again
