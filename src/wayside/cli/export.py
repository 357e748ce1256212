"""``wayside export``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wayside.cli.output import JSON_OPTION, Outcome, emit, plain
from wayside.cli.sites import SITE_OPTION, opened_site

if TYPE_CHECKING:
    from rich.console import Console

    from wayside.pipeline.exporting import ExportRecord

__all__ = ["export"]


class _To(StrEnum):
    """Formats, said here again so that help needs no library."""

    GEOJSON = "geojson"
    GPKG = "gpkg"
    PARQUET = "parquet"
    CSV = "csv"
    STAC = "stac"


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The workspace.")],
    *,
    to: Annotated[_To, typer.Option("--to", help="The format.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="PATH",
            help="Where it goes: a new folder, for gpkg a new file; under exports/ of the workspace where left out.",
        ),
    ] = None,
    scene: Annotated[
        str, typer.Option("--scene", metavar="ID", help="One scene by its id, or newest, or all.")
    ] = "all",
    replace: Annotated[bool, typer.Option("--replace", help="Replace an earlier export at --out.")] = False,
    site: Annotated[str, SITE_OPTION] = "",
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Write cars, tracks, zones and counts for other software.

    gpkg is one GeoPackage with styles for QGIS; geojson, parquet (GeoParquet) and csv (with a data dictionary) are
    folders of tables; stac is a static catalogue with what was found as label items. No pixels are in any of them.
    """
    from wayside.exports import Form  # noqa: PLC0415  loads numpy and more
    from wayside.pipeline.exporting import export_site  # noqa: PLC0415
    from wayside.wiring.exports import FileExporter  # noqa: PLC0415

    with opened_site(folder, site) as workspace:
        where = workspace.workspace
        exporter = FileExporter(Form(to.value), where.root, where.scenes, out, replace)
        record = export_site(workspace.services, exporter, scene=scene)
    emit(Outcome(record.to_json(), lambda console: _show(console, record)), as_json=as_json)


def _show(console: Console, record: ExportRecord) -> None:
    rows = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in record.features.items() if number)
    console.print(f"[green]{len(record.scenes)} scenes[/]: {plain(rows)}")
    for note in record.notes:
        console.print(f"  [yellow]note[/] {plain(note)}")
    console.print(f"{record.form}: [bold]{plain(record.path)}[/]")
