"""A folder of scenes as a static STAC catalogue."""

from __future__ import annotations

import json
from pathlib import Path

import pystac

from wayside.archive.files import disk, read_text, write_json
from wayside.archive.items import Placement, item_to_scene, read_scene, scene_to_item, write_item
from wayside.errors import InputError
from wayside.model.scenes import Scene

__all__ = ["StaticCatalogue"]

_CATALOGUE = "catalog.json"


class StaticCatalogue:
    """``catalog.json``, and one item file beside each image, all in one folder.

    The item files are the truth; ``catalog.json`` is their list for other software, and is made again from them at
    every change, so that a run that was killed between the two leaves nothing to mend.
    """

    def __init__(self, root: Path, *, title: str = "wayside scenes") -> None:
        """Keep scenes under ``root``, which is made when the first is added."""
        self.root = root
        self.title = title

    def add(self, scene: Scene, placement: Placement | None = None) -> Path:
        """Add a scene, or replace the item of one that is there, and return the item's path.

        Raises:
            InputError: another image has this id already.
            OutsideError: the disk refuses.
        """
        path = self._item_path(scene.id)
        if path.exists() and (held := read_scene(path)).checksum != scene.checksum:
            raise InputError(
                f"another image is already in the archive as {scene.id} (checksum {held.checksum[4:12]}…)",
                where=str(path),
                todo="Take that one out first",
            )
        item = scene_to_item(scene, placement)
        item["links"] = [
            {"rel": rel, "href": f"./{_CATALOGUE}", "type": "application/json"} for rel in ("root", "parent")
        ]
        write_item(path, item)
        self._write_list()
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
        """Return the scene made from a file with this multihash, or stored with it; None if there is none."""
        for path in self._item_paths():
            text = read_text(path)
            if checksum not in text:
                continue
            document = json.loads(text)
            scene = item_to_scene(document, where=str(path))
            if checksum in {scene.checksum, document.get("properties", {}).get("wayside:source_checksum")}:
                return scene
        return None

    def image_path(self, scene: Scene) -> Path:
        """Return where a scene's image is."""
        return self.root / scene.href

    def _item_path(self, scene_id: str) -> Path:
        if not scene_id or scene_id.startswith(".") or "/" in scene_id or "\\" in scene_id or "\0" in scene_id:
            raise InputError(f"{scene_id!r} is not a scene's id", where=str(self.root))
        return self.root / f"{scene_id}.json"

    def _item_paths(self) -> list[Path]:
        if not self.root.is_dir():
            return []
        with disk(self.root, "the folder cannot be listed"):
            return sorted(p for p in self.root.glob("*.json") if p.name != _CATALOGUE and not p.name.startswith("."))

    def _write_list(self) -> None:
        catalogue = pystac.Catalog(id="wayside-scenes", description="Scenes of this workspace.", title=self.title)
        document = catalogue.to_dict(include_self_link=False, transform_hrefs=False)
        root = {"rel": "root", "href": f"./{_CATALOGUE}", "type": "application/json"}
        items = [{"rel": "item", "href": f"./{p.name}", "type": "application/geo+json"} for p in self._item_paths()]
        write_json(self.root / _CATALOGUE, {**document, "links": [root, *items]})
