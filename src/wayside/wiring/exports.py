"""The writer of exports that the pipeline works with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wayside.archive.files import read_text
from wayside.archive.items import item_of
from wayside.errors import InputError
from wayside.exports import Contents, Form, Table, default_name, write_export
from wayside.model.places import CoordinateSystem
from wayside.pipeline.exporting import ExportRequest

__all__ = ["FileExporter"]

_FOLDER = "exports"


@dataclass(frozen=True, slots=True)
class FileExporter:
    """Writes one format.

    Attributes:
        form: the format.
        root: the workspace.
        scenes: folder of its scenes' items.
        out: where the export goes; None for a name of its own under ``exports/`` of the workspace, where an earlier
            export gives way.
        replace: whether an earlier export at ``out`` may be replaced.
    """

    form: Form
    root: Path
    scenes: Path
    out: Path | None = None
    replace: bool = False

    def write(self, request: ExportRequest) -> tuple[Path, tuple[str, ...]]:
        """Write everything or nothing (raises as ``write_export``)."""
        contents = Contents(
            site_id=request.site.id,
            site_name=request.site.name,
            note=request.site.note,
            tables=tuple(Table.of(layer) for layer in request.layers),
            generated=request.generated,
            software=request.software,
            on_map=request.site.system is CoordinateSystem.LONLAT,
            items=self._items(request) if self.form is Form.STAC else {},
        )
        path = self.out or self.root / _FOLDER / default_name(request.site.id, self.form)
        return path, write_export(path, contents, self.form, replace=self.replace or self.out is None)

    def _items(self, request: ExportRequest) -> dict[str, Mapping[str, Any]]:
        """Return the archive's items of the scenes; a scene whose item cannot be read goes without."""
        found: dict[str, Mapping[str, Any]] = {}
        for scene_id in request.scene_ids:
            path = self.scenes / f"{scene_id}.json"
            try:
                found[scene_id] = item_of(read_text(path), where=str(path))
            except (InputError, ValueError):  # another name than the id's, NUL in it, or no item
                continue
        return found
