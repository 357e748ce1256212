"""``rustac serve`` with items in memory: a second make of STAC API, with its own oddities.

with Rustac(items) as server:
    server.url
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from processes import Program, free_port, program, remove

__all__ = ["Rustac"]


class Rustac:
    """The server with these items; it makes their collections. Raises ``NotHereError`` where it cannot run."""

    def __init__(self, items: list[dict[str, Any]]) -> None:
        self._items = items
        self._folder = Path(tempfile.mkdtemp(prefix="wayside-rustac-"))
        self._program: Program | None = None
        self.url = ""

    def __enter__(self) -> Self:
        path = self._folder / "items.json"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": self._items}))
        address = f"127.0.0.1:{free_port()}"
        try:
            self._program = Program(
                [program("rustac"), "serve", "--create-collections", "--addr", address, str(path)], folder=self._folder
            )
            self._program.wait(f"http://{address}/")
        except BaseException:
            self.stop()
            raise
        self.url = f"http://{address}/"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        if self._program is not None:
            self._program.stop()
        remove(self._folder)
