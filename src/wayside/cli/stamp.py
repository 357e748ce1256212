"""``wayside stamp``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wayside.cli.output import JSON_OPTION, Outcome, emit, plain
from wayside.errors import InputError

if TYPE_CHECKING:
    from rich.console import Console

    from wayside.pipeline.stamping import Stamping

__all__ = ["stamp"]


def stamp(
    bundle: Annotated[Path, typer.Argument(metavar="BUNDLE", help="The evidence bundle, a zip file.")],
    request: Annotated[
        Path | None,
        typer.Option(
            "--request",
            metavar="FILE",
            help="Write a request for a timestamp there (RFC 3161, .tsq); never over a file.",
        ),
    ] = None,
    token: Annotated[
        Path | None,
        typer.Option("--token", metavar="FILE", help="Put this answer of a time-stamping authority in (.tsr)."),
    ] = None,
    sign: Annotated[
        Path | None,
        typer.Option("--sign", metavar="FILE", help="Sign it with this private key (PEM, Ed25519)."),
    ] = None,
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Sign an evidence bundle, or have it stamped with the time by an authority.

    Nothing is sent anywhere: --request writes a file that goes to the authority, and --token puts in what comes back.
    Both stand behind the manifest and change nothing else, so that they can be added at any time.
    """
    if request is None and token is None and sign is None:
        raise InputError("nothing is asked for", where="wayside stamp", todo="Give --request, --token or --sign")
    if request is not None and request.exists():
        raise InputError("the file is there already", where=str(request), todo="Give another name, or move it away")
    from wayside.pipeline.files import read_bytes  # noqa: PLC0415  loads numpy and more
    from wayside.pipeline.stamping import stamp_bundle  # noqa: PLC0415

    answer = None if token is None else read_bytes(token, InputError, limit=1_000_000)
    key = None if sign is None else read_bytes(sign, InputError, limit=100_000)
    done = stamp_bundle(bundle, request=request, token=answer, key=key)
    emit(Outcome(done.to_json(), lambda console: _show(console, done)), as_json=as_json)


def _show(console: Console, done: Stamping) -> None:
    name = plain(done.bundle)
    if done.key_id:
        console.print(f"[green]✓[/] Signed: {name}, with key {done.key_id[:16]}…", soft_wrap=True)
    if done.stamped:
        console.print(f"[green]✓[/] Stamped: {name}, at {plain(done.stamped)}", soft_wrap=True)
    if done.request:
        console.print(f"[green]✓[/] Request for a timestamp: {plain(done.request)}", soft_wrap=True)
        console.print("[dim]Send it to an authority (application/timestamp-query), and give its answer to --token.[/]")
