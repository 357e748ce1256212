"""``wayside init``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wayside.cli.output import JSON_OPTION, Outcome, emit, plain

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["init"]


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="New or empty folder.")],
    site: Annotated[
        Path | None,
        typer.Option("--site", metavar="FILE", help="GeoJSON of the tracks (LineStrings, WGS 84); it is copied."),
    ] = None,
    linked: Annotated[
        list[Path] | None,
        typer.Option("--linked", metavar="FILE", help="GeoJSON of another site, like the other end of a crossing."),
    ] = None,
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="What reports call the place.")] = "",
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Make a workspace.

    It is a folder with wayside.toml, a database, scenes/ and reports/.
    """
    from wayside.wiring import SystemClock, init_workspace  # noqa: PLC0415  loads numpy and more

    workspace = init_workspace(folder, tracks=site, linked=linked or (), name=name, clock=SystemClock())
    settings = workspace.settings
    document = {
        "workspace": str(folder),
        "site": {"id": settings.site_id, "name": settings.site_name},
        "tracks": str(folder / settings.tracks) if site is not None else None,
        "linked": [{"id": other.id, "name": other.name} for other in settings.linked],
    }

    def show(console: Console) -> None:
        console.print(f"[green]✓[/] Made the workspace [bold]{plain(folder)}[/] for {plain(settings.site_name)}.")
        if site is None:
            console.print(f"  Next: save the tracks as GeoJSON in {folder / settings.tracks}", markup=False)
        for other in settings.linked:
            console.print(f"  Linked: {plain(other.name)}")
        console.print(f"  Next: wayside import {folder} IMAGE… --date 2023-10-05", markup=False)

    emit(Outcome(document, show), as_json=as_json)
