"""``wayside site``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wayside.cli.exits import FAILURES
from wayside.cli.output import JSON_OPTION, Outcome, emit, plain

if TYPE_CHECKING:
    from rich.console import Console

    from wayside.wiring.sites import BuiltSite, Place

__all__ = ["site"]

_SHOWN = 40


def site(
    source: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="Overpass JSON, .osm, .osm.gz, .osm.bz2, .osm.pbf, GeoJSON or GeoPackage."),
    ] = None,
    *,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the site's GeoJSON there.")] = None,
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="What reports call the place.")] = "",
    site_id: Annotated[str, typer.Option("--id", metavar="ID", help="Short name, for file names.")] = "",
    note: Annotated[str, typer.Option("--note", metavar="TEXT", help="A sentence for every report.")] = "",
    bbox: Annotated[str, typer.Option("--bbox", metavar="W,S,E,N", help="Only tracks in this box of degrees.")] = "",
    around: Annotated[str, typer.Option("--around", metavar="LON,LAT", help="Only tracks around this place.")] = "",
    radius: Annotated[
        float | None, typer.Option("--radius", metavar="METRES", help="How far around it; 1000 where not said.")
    ] = None,
    area: Annotated[
        Path | None, typer.Option("--area", metavar="FILE", help="Only tracks in the polygons of this GeoJSON.")
    ] = None,
    within: Annotated[
        str, typer.Option("--within", metavar="NAME", help="Only tracks in the data's railway area of this name.")
    ] = "",
    kind: Annotated[
        list[str] | None,
        typer.Option("--kind", metavar="KIND", help="Kind of railway, also disused, construction; may be repeated."),
    ] = None,
    main: Annotated[bool, typer.Option("--main/--no-main", help="Whether main lines are tracks too.")] = True,
    least: Annotated[float, typer.Option("--least", metavar="METRES", help="Shorter pieces are no tracks.")] = 60.0,
    clearance: Annotated[
        float,
        typer.Option(
            "--clearance",
            metavar="METRES",
            help="Tracks leave a turnout where they are so far apart; 0: at its blades.",
        ),
    ] = 3.5,
    through: Annotated[bool, typer.Option("--through", help="Go straight on through turnouts.")] = False,
    zones: Annotated[
        bool, typer.Option("--zones/--no-zones", help="Whether to take storage zones from the data.")
    ] = True,
    zone: Annotated[
        list[Path] | None,
        typer.Option("--zone", metavar="FILE", help="GeoJSON of storage zones; may be repeated."),
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option("--keep", metavar="FILE", help="Earlier site, whose tracks keep their numbers."),
    ] = None,
    near: Annotated[str, typer.Option("--near", metavar="LON,LAT", help="Where the site must be.")] = "",
    scenes: Annotated[
        Path | None,
        typer.Option("--scenes", metavar="DIR", help="Workspace or folder of STAC items that must show it."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write it also where it has errors; exit code 1.")] = False,
    query: Annotated[bool, typer.Option("--query", help="Print the Overpass query to paste, and leave.")] = False,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Build a site from OpenStreetMap data.

    Nothing is downloaded. On overpass-turbo.eu, move the map to the place, paste what --query prints, run it, and
    export the raw OSM data; a shorter query that does for tracks alone is

    \b
      [out:json][bbox:{{bbox}}];
      (way[railway]; node[railway];);
      out body; >; out skel qt;

    Tracks run from turnout to turnout or buffer stop, are numbered across the yard from its north (or west), and are
    checked. What comes out is what wayside init --site takes; data © OpenStreetMap contributors, ODbL.
    """  # noqa: D301  the backspace is the program's own mark for lines that are not to be folded
    from wayside.wiring.sites import DEFAULT_KINDS, Place, SiteOptions, make_site, write_site  # noqa: PLC0415  numpy

    place = Place(bbox, around, radius, area, within)
    if query:
        _print_query(place, as_json=as_json)
        return
    if source is None or out is None:
        raise typer.BadParameter("FILE and --out are needed" if source is None else "--out is needed")
    options = SiteOptions(
        name=name, id=site_id, note=note, place=place, kinds=tuple(kind or DEFAULT_KINDS), main=main, least_m=least,
        clearance_m=clearance, through=through, zones=zones, zone_files=tuple(zone or ()), keep=keep, near=near,
        scenes=scenes,
    )  # fmt: skip
    built = make_site(source, options)
    write_site(built, out, anyway=force)
    emit(_outcome(built, out), as_json=as_json)


def _print_query(place: Place, *, as_json: bool) -> None:
    from wayside.wiring.sites import site_query  # noqa: PLC0415  loads numpy and more

    text = site_query(place)
    # Printed as it is: a query is copied, and no line of it may be folded.
    emit(Outcome({"query": text}, lambda console: console.print(text, soft_wrap=True, markup=False)), as_json=as_json)


def _outcome(built: BuiltSite, out: Path) -> Outcome:
    return Outcome(_document(built, out), lambda console: _show(console, built, out), FAILURES if built.errors else 0)


def _document(built: BuiltSite, out: Path) -> dict[str, Any]:
    from wayside.wiring.sites import ATTRIBUTION, LICENCE  # noqa: PLC0415  loads numpy and more

    tracks = [
        {
            "id": track.id,
            "length_m": round(label.length_m, 1),
            "gauges_mm": list(track.gauges_mm),
            "ref": label.ref or None,
            "name": label.said.get("name"),
            "service": label.said.get("service"),
            "osm_ways": list(label.ways),
        }
        for track, label in zip(built.site.tracks, built.labels, strict=True)
    ]
    return {
        "site": {"id": built.site.id, "name": built.site.name},
        "file": str(out),
        "source": {"format": built.form, "date": built.day or None},
        "attribution": ATTRIBUTION,
        "licence": LICENCE,
        "tracks": tracks,
        "zones": [zone.id for zone in built.site.zones],
        "left_out": [
            {"reason": o.reason, "pieces": o.pieces, "length_m": round(o.length_m, 1)} for o in built.left_out
        ],
        "errors": [finding.as_json() for finding in built.errors],
        "warnings": [finding.as_json() for finding in built.warnings],
    }


def _show(console: Console, built: BuiltSite, out: Path) -> None:
    from rich.table import Table  # noqa: PLC0415  rich is loaded when something is printed

    total = sum(label.length_m for label in built.labels)
    console.print(
        f"[green]✓[/] {plain(built.site.name)}: {len(built.labels)} tracks, {total:,.0f} m, "
        f"{len(built.site.zones)} storage zones, in {plain(out)}",
        soft_wrap=True,
    )
    table = Table("track", "metres", "gauge", "on the ground", box=None, pad_edge=False)
    for track, label in list(zip(built.site.tracks, built.labels, strict=True))[:_SHOWN]:
        said = " ".join(part for part in (label.ref, label.said.get("name", ""), label.said.get("service", "")) if part)
        table.add_row(plain(track.id), f"{label.length_m:,.0f}", ";".join(map(str, track.gauges_mm)), plain(said))
    console.print(table)
    if len(built.labels) > _SHOWN:
        console.print(f"  … and {len(built.labels) - _SHOWN} more", markup=False)
    for left in built.left_out:
        console.print(f"  left out: {left.length_m:,.0f} m in {left.pieces} pieces, {left.reason}", markup=False)
    for finding in built.errors:
        console.print(f"[red]error[/]: {plain(finding.what)}")
    for finding in built.warnings:
        console.print(f"[yellow]warning[/]: {plain(finding.what)}")
    console.print(f"  {built.site.note}", markup=False)
