"""``wayside search``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wayside.cli.days import day_option
from wayside.cli.output import JSON_OPTION, Outcome, emit, plain
from wayside.cli.records import show_record
from wayside.cli.sites import each_site, opened_site, together

if TYPE_CHECKING:
    from rich.console import Console

    from wayside.pipeline.searching import SceneSearch, SearchResult

__all__ = ["search"]

_SHOWN = 40
_SHOW = {"yes": "yes", "with attribution": "credited", "no": "no"}


def search(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The workspace.")] = Path(),
    *,
    stac: Annotated[
        list[str] | None,
        typer.Option(
            "--stac",
            metavar="URL",
            help="STAC API or catalogue (a path for one on this machine); those of wayside.toml where left out.",
        ),
    ] = None,
    collection: Annotated[
        list[str] | None, typer.Option("--collection", metavar="ID", help="Of --stac; all where left out.")
    ] = None,
    first: Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day, like 2018-10-05.")] = None,
    last: Annotated[str | None, typer.Option("--to", metavar="DATE", help="Last day; today where left out.")] = None,
    cloud: Annotated[
        float | None,
        typer.Option("--cloud", metavar="PERCENT", min=0, max=100, help="Greatest cloud cover; of --stac."),
    ] = None,
    fetch: Annotated[
        bool, typer.Option("--fetch/--list", help="Fetch what the site needs of each scene, or only list them.")
    ] = False,
    site: Annotated[str, typer.Option("--site", metavar="ID", help="Only this site; all where left out.")] = "",
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Find scenes of the site in STAC catalogues.

    Only the blocks of an image that the tracks' corridors cross are fetched, and a coarse picture of the site around
    them. What could not be found out is listed as a gap.
    """

    def one(site_id: str) -> Outcome:
        with opened_site(folder, site_id, offline=False) as workspace:
            from wayside.pipeline.searching import search_workspace  # noqa: PLC0415  loads numpy and more

            services = workspace.services
            asked = _asked(workspace.search, stac or [], collection or [], (first, last), cloud)
            result = search_workspace(
                asked,
                workspace.site,
                store=services.store,
                clock=services.clock,
                progress=services.progress,
                fetch=fetch,
            )
        return _outcome(result, fetch=fetch)

    emit(together({site: one(site)} if site else each_site(folder, "search", one)), as_json=as_json)


def _asked(
    search: SceneSearch,
    urls: list[str],
    collections: list[str],
    days: tuple[str | None, str | None],
    cloud: float | None,
) -> SceneSearch:
    """Return the workspace's search with what the user asks for besides."""
    from wayside.errors import InputError  # noqa: PLC0415  loads what the command needs
    from wayside.model.sources import CatalogueSource  # noqa: PLC0415

    if (collections or cloud is not None) and not urls:
        raise InputError("--collection and --cloud belong to --stac", todo="Say them of a [[source]] in wayside.toml")
    first, last = day_option(days[0], "--from") or search.first, day_option(days[1], "--to") or search.last
    if first and last and first > last:
        raise InputError(f"the first day, {first}, is after the last, {last}", where="--from")
    sources = search.sources
    if urls:
        sources = tuple(
            CatalogueSource(
                # What stands on the command line is the user's own word, so that a catalogue beside it may be local.
                name=f"stac-{number}" if len(urls) > 1 else "stac",
                url=url,
                collections=tuple(collections),
                cloud_max_pct=cloud,
                local=_is_local(url),
            )
            for number, url in enumerate(urls, start=1)
        )
    return replace(search, sources=sources, first=first, last=last)


def _is_local(url: str) -> bool:
    host = url.split("://", 1)[-1].split("/", 1)[0].rsplit("@", 1)[-1]
    name = host.rsplit(":", 1)[0] if not host.startswith("[") else host.split("]")[0] + "]"
    return "://" not in url or url.startswith("file://") or name in {"localhost", "127.0.0.1", "[::1]"}


def _outcome(result: SearchResult, *, fetch: bool) -> Outcome:
    from wayside.pipeline.searching import found_to_json  # noqa: PLC0415  loads numpy and more

    document = {**result.record.to_json(), "found": found_to_json(result.acquisitions, result.held)}
    return Outcome(document, lambda console: _show(console, result, fetch=fetch), result.record.exit_code)


def _show(console: Console, result: SearchResult, *, fetch: bool) -> None:
    from rich import box  # noqa: PLC0415  rich is loaded when something is printed
    from rich.table import Table  # noqa: PLC0415

    several = len({one.tiles[0].source for one in result.acquisitions}) > 1
    table = Table(box=box.SIMPLE_HEAD, title=f"{len(result.acquisitions)} scenes found", title_justify="left")
    for heading in (
        "Taken (UTC)",
        "Platform",
        *(["Source"] if several else []),
        "GSD m",
        "Cloud %",
        "May be shown",
        "State",
    ):
        numeric = heading in {"GSD m", "Cloud %"}
        table.add_column(heading, justify="right" if numeric else "left", no_wrap=heading != "State")
    fetched = set(result.record.done)
    for one in result.acquisitions[-_SHOWN:]:
        tile = one.tiles[0]
        state = "held" if result.held.get(one.id) else "fetched" if one.id in fetched else "new"
        table.add_row(
            f"{one.acquired:%Y-%m-%d %H:%M}",
            plain(tile.platform or "–"),
            *([plain(tile.source)] if several else []),
            "–" if tile.gsd_m is None else f"{tile.gsd_m:.2f}",
            "–" if tile.cloud_cover_pct is None else f"{tile.cloud_cover_pct:.0f}",
            _SHOW[tile.licence.publication],
            state + (f", {len(one.tiles)} tiles" if len(one.tiles) > 1 else ""),
        )
    console.print(table)
    if len(result.acquisitions) > _SHOWN:
        console.print(f"[dim]the newest {_SHOWN} are shown; --json lists all[/]")
    show_record(console, result.record, "fetched" if fetch else "")
    if not fetch and not all(result.held.values()):
        console.print("Fetch them with: wayside search … --fetch, or wayside run")
