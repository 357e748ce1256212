"""One way out for all formats: everything or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path

from wayside.errors import InputError
from wayside.exports.contents import Contents
from wayside.exports.geojson import write_geojson
from wayside.exports.geopackage import write_geopackage
from wayside.exports.geoparquet import write_geoparquet
from wayside.exports.spreadsheets import write_csv
from wayside.exports.stac import write_stac
from wayside.exports.staging import staged, write_manifest
from wayside.exports.texts import file_name

__all__ = ["Form", "default_name", "write_export"]


class Form(StrEnum):
    """Formats that other software reads."""

    GEOJSON = "geojson"
    GPKG = "gpkg"
    PARQUET = "parquet"
    CSV = "csv"
    STAC = "stac"

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder of files; one file else."""
        return self is not Form.GPKG

    @property
    def needs_map(self) -> bool:
        """Whether it knows nothing but longitude and latitude."""
        return self in (Form.GEOJSON, Form.PARQUET, Form.STAC)


_WRITERS: Mapping[Form, Callable[[Path, Contents], None]] = {
    Form.GEOJSON: write_geojson,
    Form.GPKG: write_geopackage,
    Form.PARQUET: write_geoparquet,
    Form.CSV: write_csv,
    Form.STAC: write_stac,
}


def default_name(site_id: str, form: Form) -> str:
    """Return what an export of a site is called where nobody says: harmless whatever the id."""
    name = file_name(site_id, otherwise="site")
    return f"{name}-{form}" if form.is_folder else f"{name}.{form}"


def write_export(path: Path, contents: Contents, form: Form, *, replace: bool = False) -> tuple[str, ...]:
    """Write an export, all of it or nothing; return the names of its files, in a folder relative to it.

    Args:
        path: where it goes: a folder, or a file for a GeoPackage.
        contents: what is exported.
        form: the format.
        replace: whether an earlier export at ``path`` may be replaced; anything else never is.

    Raises:
        InputError: the positions are pixels and the format knows maps alone, or there is something at ``path``.
        OutsideError: the disk refuses.
    """
    if form.needs_map and not contents.on_map:
        raise InputError(
            f"the site's tracks are drawn in pixels, which {form} has no place for",
            where=contents.site_name,
            todo="Export --to gpkg or --to csv, or draw the tracks in longitude and latitude",
        )
    with staged(path, folder=form.is_folder, replace=replace) as making:
        _WRITERS[form](making, contents)
        return write_manifest(making, contents, form) if form.is_folder else (path.name,)
