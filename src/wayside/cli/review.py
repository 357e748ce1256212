"""``wayside review``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wayside.cli.output import JSON_OPTION, Outcome, emit, percent, plain
from wayside.cli.sites import SITE_OPTION, opened_site

if TYPE_CHECKING:
    from rich.console import Console

    from wayside.pipeline.review_cases import ReviewRecord

__all__ = ["review"]

_SUGGESTED = 10
_SHOWN = 20


def review(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The workspace.")],
    *,
    export: Annotated[
        Path | None,
        typer.Option("--export", metavar="FILE.gpkg", help="Write tracks, cars and strips to edit, for QGIS."),
    ] = None,
    import_: Annotated[
        Path | None,
        typer.Option("--import", metavar="FILE.gpkg", help="Take an edited file over, all of it or nothing."),
    ] = None,
    analyst: Annotated[
        str,
        typer.Option("--analyst", metavar="NAME", help="Who reviewed; with --export, whose reviews are carried on."),
    ] = "",
    scene: Annotated[
        list[str] | None, typer.Option("--scene", metavar="ID", help="Only this scene; may be given several times.")
    ] = None,
    number: Annotated[
        int | None,
        typer.Option(
            "--next",
            metavar="N",
            min=1,
            help="The N strips whose review narrows the intervals most; with --export, their scenes.",
        ),
    ] = None,
    site: Annotated[str, SITE_OPTION] = "",
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Review counts: write them to a GeoPackage, read an analyst's corrections, say what to review next.

    In the file, mark each strip that you looked at in the layer "strips" (reviewed = yes), and in the layer "cars"
    delete, move, add or change cars; a click in the layer "points" adds a car too. Then import it and run again: the
    corrections of some tracks tell how the counter errs at this site, and every other scene's interval follows.
    """
    from wayside.errors import InputError  # noqa: PLC0415  loads what the command needs
    from wayside.pipeline.review_cases import export_review, import_review, review_status  # noqa: PLC0415
    from wayside.wiring import SOFTWARE  # noqa: PLC0415
    from wayside.wiring.reviews import PackagedCounters  # noqa: PLC0415
    from wayside.wiring.vectors import GeoPackages  # noqa: PLC0415

    if export is not None and import_ is not None:
        raise InputError("a file is exported or imported, not both at once", todo="Give --export or --import")
    if import_ is not None and scene:
        raise InputError("an import takes the whole file over", todo="Leave --scene out")
    counters, files, wanted = PackagedCounters(SOFTWARE), GeoPackages(), tuple(dict.fromkeys(scene or ()))
    with opened_site(folder, site) as workspace:
        services = workspace.services
        if import_ is not None:
            record = import_review(services, counters, files, import_, analyst=analyst, number=number)
        elif export is not None:
            record = export_review(
                services, counters, files, export, scene_ids=wanted, number=number, analyst=analyst.strip()
            )
        else:
            record = review_status(services, counters, number=number or _SUGGESTED, scene_ids=wanted)
    emit(Outcome(record.to_json(), lambda console: _show(console, record)), as_json=as_json)


def _show(console: Console, record: ReviewRecord) -> None:
    if record.action == "import":
        _show_import(console, record)
    for name, path in record.files.items():
        console.print(f"{len(record.scenes)} scenes  {name}: [bold]{plain(path)}[/]")
    after = record.rates.error
    console.print(
        f"{record.reviewed} strips of this site are reviewed: the counter misses {percent(after.miss_mean)} of cars "
        f"(± {percent(after.miss_sd)} between scenes), and {percent(after.false_mean)} of its cars are none "
        f"(± {percent(after.false_sd)})"
    )
    if record.next:
        console.print("Review next:")
    for one in record.next[:_SHOWN]:
        console.print(
            f"  scene {plain(one.scene_id)}, track {plain(one.track_id)}  [dim]narrows by {percent(one.narrows)}[/]"
        )
    for note in record.notes:
        console.print(f"  [yellow]note[/] {plain(note)}")


def _show_import(console: Console, record: ReviewRecord) -> None:
    added, deleted, changed = (
        sum(getattr(change, name) for change in record.changes) for name in ("added", "deleted", "changed")
    )
    console.print(
        f"[green]{len(record.changes)} strips[/] of {len(record.scenes)} scenes: {added} cars added, "
        f"{deleted} deleted, {changed} changed"
    )
