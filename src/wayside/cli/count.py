"""``wayside count``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wayside.cli.image_options import BANDS_OPTION, HEIGHT_OPTION, PAN_OPTION, band_names
from wayside.cli.output import JSON_OPTION, Outcome, emit, interval, plain

if TYPE_CHECKING:
    from rich.console import Console

    from wayside.model.counts import CountDistribution
    from wayside.model.observations import SceneCount
    from wayside.pipeline.ports import SceneCounter

__all__ = ["count"]

_MODEL_SHOWN = 32
"""Characters of the network's name and digest that are printed; --json has them all."""


def count(
    image: Annotated[Path, typer.Argument(metavar="IMAGE", help="GeoTIFF, COG, JPEG, PNG and others.")],
    *,
    tracks: Annotated[
        Path,
        typer.Option(
            "--tracks", metavar="FILE", help='GeoJSON LineStrings; with "coordinates": "pixel", in image coordinates.'
        ),
    ],
    gsd: Annotated[
        float | None,
        typer.Option(
            "--gsd", metavar="METRES", help="Ground sample distance, metres per pixel, where the image has no map."
        ),
    ] = None,
    crs: Annotated[
        str | None, typer.Option("--crs", metavar="CRS", help="CRS of a world file, like EPSG:32652.")
    ] = None,
    height: Annotated[float | None, HEIGHT_OPTION] = None,
    bands: Annotated[str, BANDS_OPTION] = "",
    pan: Annotated[Path | None, PAN_OPTION] = None,
    strips: Annotated[
        Path | None, typer.Option("--strips", metavar="DIR", help="Write every track's unrolled strip there, as PNG.")
    ] = None,
    boxes: Annotated[
        Path | None,
        typer.Option(
            "--boxes", metavar="FILE", help="Count by the boxes of another detector: GeoJSON Polygons with scores."
        ),
    ] = None,
    detector: Annotated[
        Path | None,
        typer.Option(
            "--detector", metavar="MODEL", help="Count by an oriented-box model: ONNX, with its card MODEL.json beside."
        ),
    ] = None,
    box_calibration: Annotated[
        Path | None,
        typer.Option("--box-calibration", metavar="FILE", help="JSON: what the boxes' scores are worth."),
    ] = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Count the railcars in one image, without a workspace."""
    from wayside.counting.facility import to_json  # noqa: PLC0415  loads numpy and more
    from wayside.pipeline.counting import count_image  # noqa: PLC0415
    from wayside.wiring import read_site, write_strips  # noqa: PLC0415
    from wayside.wiring.preparing import prepared  # noqa: PLC0415

    site = read_site(tracks)
    counter = _counter(boxes, detector, box_calibration)
    names = band_names(bands)
    with prepared(image, site, gsd_m=gsd, crs=crs, height_m=height, bands=names, pan=pan) as ready:
        found = count_image(counter, ready.path, site, gsd_m=ready.gsd_m, crs=ready.crs, keep_strips=strips is not None)
    found = replace(found, result=replace(found.result, reasons=(*found.result.reasons, *ready.notes)))
    files = {} if strips is None else write_strips(strips, found)
    outcome = Outcome(to_json(found.result, str(image)), lambda console: _show(console, image, found.result, files))
    emit(outcome, as_json=as_json)


def _counter(boxes: Path | None, detector: Path | None, calibration: Path | None) -> SceneCounter:
    """Return what counts: the network of the package, or a detector of another make."""
    from wayside.errors import InputError  # noqa: PLC0415  loaded with what it is for
    from wayside.wiring import image_counter  # noqa: PLC0415
    from wayside.wiring.boxes import box_counter  # noqa: PLC0415

    if boxes is None and detector is None:
        if calibration is not None:
            raise InputError(
                "--box-calibration says what boxes are worth, and there are none",
                todo="Give --boxes or --detector with it",
            )
        return image_counter()
    return box_counter(boxes=boxes, detector=detector, calibration=calibration)


def _show(console: Console, image: Path, result: SceneCount, files: Mapping[str, Path]) -> None:
    from rich import box  # noqa: PLC0415  rich is loaded when something is printed
    from rich.table import Table  # noqa: PLC0415

    countable = result.status != "not-countable"
    table = Table(
        box=box.SIMPLE_HEAD,
        title=f"{plain(image.name)}  at {result.gsd_m:g} m",
        title_justify="left",
        title_style="bold",
    )
    table.add_column("Track")
    for heading in ("Length", "Visible", "Occupied", "Cars", "90 %"):
        table.add_column(heading, justify="right")
    for track in result.tracks:
        table.add_row(
            plain(track.track_id),
            f"{track.length_m:,.0f} m",
            f"{track.visible_fraction:.0%}",
            f"{track.occupied_m:,.0f} m" if countable else "–",
            *_numbers(track.count, countable),
        )
    table.add_section()
    occupied = f"{result.occupied_m:,.0f} m" if countable else "–"
    for name, number in (("All", result.count), ("Freight cars", result.freight), ("Locomotives", result.locomotives)):
        all_ = name == "All"
        cells = ("", f"{result.visible_fraction:.0%}", occupied) if all_ else ("", "", "")
        table.add_row(name, *cells, *_numbers(number, countable), style="bold" if all_ else None)
    console.print(table)
    if countable:
        types = [(n, c) for n, c in result.by_type.items() if c.mean >= 0.5]
        parts = [
            f"{name} {c.median} ({interval(*c.interval(0.9))})" for name, c in sorted(types, key=lambda t: -t[1].mean)
        ]
        console.print("Types: " + (", ".join(parts) or "none"), markup=False)
    for reason in result.reasons:
        console.print(f"[yellow]note[/] {plain(reason)}")
    for path in files.values():
        console.print(f"strip: {path}", markup=False)
    console.print(f"[dim]{result.software}, {result.model[:_MODEL_SHOWN]}[/]")


def _numbers(number: CountDistribution, countable: bool) -> tuple[str, str]:
    return (str(number.median), interval(*number.interval(0.9))) if countable else ("–", "–")
