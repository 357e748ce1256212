"""``wayside version``."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed
from typing import TYPE_CHECKING, Annotated

from wayside._version import __version__
from wayside.cli.output import JSON_OPTION, Outcome, emit

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["version"]

_LIBRARIES = ("numpy", "scipy", "rasterio", "pyproj", "onnxruntime", "sqlalchemy", "alembic", "pystac", "trafilatura")


def version(as_json: Annotated[bool, JSON_OPTION] = False) -> None:
    """Say which wayside, network and libraries these are."""
    from wayside.wiring import image_counter  # noqa: PLC0415  loads numpy and more

    document = {
        "software": f"wayside {__version__}",
        "model": image_counter().model,
        "python": platform.python_version(),
        "libraries": {name: _installed(name) for name in _LIBRARIES},
    }

    def show(console: Console) -> None:
        console.print(f"[bold]{document['software']}[/]  {document['model']}")
        libraries = document["libraries"]
        names = (
            "  ".join(f"{name} {number}" for name, number in libraries.items()) if isinstance(libraries, dict) else ""
        )
        console.print(f"[dim]Python {document['python']}  {names}[/]")

    emit(Outcome(document, show), as_json=as_json)


def _installed(name: str) -> str:
    try:
        return installed(name)
    except PackageNotFoundError:
        return "not installed"
