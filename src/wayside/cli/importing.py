"""``wayside import``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wayside.cli.image_options import BANDS_OPTION, HEIGHT_OPTION, PAN_OPTION, band_names
from wayside.cli.output import JSON_OPTION, emit
from wayside.cli.progress import TerminalProgress
from wayside.cli.records import outcome_of

__all__ = ["import_"]


def import_(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The workspace.")],
    images: Annotated[list[Path], typer.Argument(metavar="IMAGE…", help="GeoTIFF, COG, JPEG, PNG and others.")],
    *,
    date: Annotated[
        str | None,
        typer.Option(
            "--date", metavar="DATE", help="Date or time of acquisition (ISO 8601; UTC where no zone is given)."
        ),
    ] = None,
    gsd: Annotated[
        float | None, typer.Option("--gsd", metavar="METRES", help="Ground sample distance, metres per pixel.")
    ] = None,
    crs: Annotated[
        str | None, typer.Option("--crs", metavar="CRS", help="CRS of a world file, like EPSG:32652.")
    ] = None,
    licence: Annotated[
        str, typer.Option("--licence", metavar="ID", help="SPDX id or the provider's name of its terms.")
    ] = "unknown",
    attribution: Annotated[
        str, typer.Option("--attribution", metavar="TEXT", help="Line to stand beside the image.")
    ] = "",
    publishable: Annotated[
        bool | None,
        typer.Option(
            "--publishable/--not-publishable", help="Whether it may be shown to everyone, if not as the licence says."
        ),
    ] = None,
    provider: Annotated[str, typer.Option("--provider", metavar="NAME", help="Who made or sold the image.")] = "",
    platform: Annotated[str, typer.Option("--platform", metavar="NAME", help="Satellite or aircraft.")] = "",
    height: Annotated[float | None, HEIGHT_OPTION] = None,
    bands: Annotated[str, BANDS_OPTION] = "",
    pan: Annotated[Path | None, PAN_OPTION] = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Put image files into a workspace.

    They become cloud-optimised GeoTIFFs, each with a STAC item and a checksum beside it.
    """
    from wayside.errors import InputError  # noqa: PLC0415  loads what the command needs
    from wayside.pipeline.importing import import_images  # noqa: PLC0415  loads numpy and more
    from wayside.pipeline.ports import ImportOptions  # noqa: PLC0415
    from wayside.wiring import opened  # noqa: PLC0415
    from wayside.wiring.licences import named_licence  # noqa: PLC0415

    if pan is not None and len(images) > 1:
        raise InputError("--pan belongs to one image", todo="Bring the pairs one after the other")
    options = ImportOptions(
        date=date,
        gsd_m=gsd,
        crs=crs,
        licence=named_licence(
            licence, attribution=attribution, publishable=publishable, provider=provider, platform=platform
        ),
        provider=provider,
        platform=platform,
        height_m=height,
        bands=band_names(bands),
        pan=pan,
    )
    with TerminalProgress() as progress, opened(folder, progress=progress) as workspace:
        record = import_images(
            images,
            options,
            site=workspace.site,
            catalogue=workspace.archive,
            store=workspace.database,
            clock=workspace.services.clock,
            progress=progress,
        )
    emit(outcome_of(record, "imported"), as_json=as_json)
