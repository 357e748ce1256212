"""A folder of scenes as a static STAC catalogue."""

from __future__ import annotations

import json
from pathlib import Path

from wayside.archive.collections import (
    CATALOGUE,
    COLLECTION,
    COLLECTION_ID,
    Summary,
    catalogue_document,
    collection_document,
    item_links,
    read_summary,
    summary_of,
)
from wayside.archive.files import disk, read_text, write_json
from wayside.archive.hrefs import path_inside
from wayside.archive.items import Placement, item_of, item_to_scene, read_scene, scene_to_item, write_item
from wayside.errors import InputError
from wayside.model.provenance import StoredFile
from wayside.model.scenes import Scene

__all__ = ["StaticCatalogue"]

_LISTS = frozenset({CATALOGUE, COLLECTION})


class StaticCatalogue:
    """A root ``catalog.json``, its ``collection.json``, and one item file beside each image, all in one folder.

    The item files are the truth; the collection is their list for other software. It is brought up to date at every
    change, and made again from the items wherever it does not list just them, so that a run that was killed between
    the two leaves nothing to mend.
    """

    def __init__(self, root: Path, *, title: str = "wayside scenes") -> None:
        """Keep scenes under ``root``, which is made when the first is added."""
        self.root = root
        self.title = title

    def add(self, scene: Scene, placement: Placement | None = None) -> Path:
        """Add a scene, or replace the item of one that is there, and return the item's path.

        Raises:
            InputError: another image has this id already.
            AddressRefusedError: the image or a file beside it is not in the archive's folder.
            OutsideError: the disk refuses.
        """
        path = self._item_path(scene.id)
        for href in (scene.href, *(f.href for f in (scene.files.overview, scene.files.mask) if f is not None)):
            path_inside(self.root, href)
        if path.exists() and (held := read_scene(path)).checksum != scene.checksum:
            raise InputError(
                f"another image is already in the archive as {scene.id} (checksum {held.checksum[4:12]}…)",
                where=str(path),
                todo="Take that one out first",
            )
        item = scene_to_item(scene, placement)
        item["collection"] = COLLECTION_ID
        item["links"] = [*item_links(), *item["links"]]
        before = self._summary_of(path) if path.exists() else None
        write_item(path, item)
        self._write_lists(path, summary_of(item), before)
        return path

    def scenes(self) -> tuple[Scene, ...]:
        """Return all scenes, by time and then by id; an empty archive has none.

        Raises:
            InputError: an item file that is damaged.
            OutsideError: the disk refuses.
        """
        found = [read_scene(path) for path in self._item_paths()]
        return tuple(sorted(found, key=lambda s: (s.acquired, s.id)))

    def get(self, scene_id: str) -> Scene:
        """Return one scene.

        Raises:
            InputError: there is none of this id.
        """
        path = self._item_path(scene_id)
        if not path.exists():
            raise InputError(f"the archive has no scene {scene_id}", where=str(self.root))
        return read_scene(path)

    def find_source(self, checksum: str) -> Scene | None:
        """Return the scene made from a file with this multihash, or stored with it; None if there is none.

        Raises:
            InputError: an item file that names it is damaged.
            OutsideError: the disk refuses.
        """
        for path in self._item_paths():
            text = read_text(path)
            if checksum not in text:
                continue
            document = item_of(text, where=str(path))
            scene = item_to_scene(document, where=str(path))
            if checksum in {scene.checksum, document["properties"].get("wayside:source_checksum")}:
                return scene
        return None

    def image_path(self, scene: Scene) -> Path:
        """Return where a scene's image is.

        Raises:
            AddressRefusedError: not in the archive's folder.
        """
        return path_inside(self.root, scene.href)

    def file_path(self, file: StoredFile) -> Path:
        """Return where a file beside a scene's image is (raises as ``image_path``)."""
        return path_inside(self.root, file.href)

    def _item_path(self, scene_id: str) -> Path:
        unfit = not scene_id or scene_id.startswith(".") or any(c in scene_id for c in "/\\\0")
        if unfit or f"{scene_id}.json" in _LISTS:
            raise InputError(f"{scene_id!r} is not a scene's id", where=str(self.root))
        return self.root / f"{scene_id}.json"

    def _item_paths(self) -> list[Path]:
        if not self.root.is_dir():
            return []
        with disk(self.root, "the folder cannot be listed"):
            return sorted(p for p in self.root.glob("*.json") if p.name not in _LISTS and not p.name.startswith("."))

    def _summary_of(self, path: Path) -> Summary | None:
        """Return what an item adds to the collection; None where another program has taken it apart."""
        try:
            return summary_of(json.loads(read_text(path)))
        except (InputError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
            return None

    def _write_lists(self, path: Path, new: Summary, before: Summary | None) -> None:
        """Bring the lists up to date after one item was written.

        Args:
            path: the item's file.
            new: what the item adds.
            before: what the item that it replaces added; None where there was none.
        """
        names = [p.name for p in self._item_paths()]
        held = read_summary(self.root / COLLECTION)
        if held is not None and held[0] == frozenset(names) and before == new:
            return
        if held is not None and held[0] == frozenset(names) - {path.name} and before is None:
            found = held[1] | new
        else:
            found = Summary()
            for name in names:
                found |= self._summary_of(self.root / name) or Summary()
        write_json(self.root / COLLECTION, collection_document(self.title, names, found))
        if held is None or not (self.root / CATALOGUE).exists():
            write_json(self.root / CATALOGUE, catalogue_document(self.title))
