"""A progress bar on standard error, for work of more than a second, on a terminal only."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

__all__ = ["TerminalProgress"]

_PATIENCE_S = 1.0


class TerminalProgress:
    """Shows a bar per stage once the stage has taken a second; nothing where standard error is no terminal."""

    def __init__(self, *, enabled: bool | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._enabled = sys.stderr.isatty() if enabled is None else enabled
        self._bars: Bars | None = None
        self._task: TaskID | None = None
        self._what, self._total, self._done, self._begun = "", 0, 0, 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.finish()

    def start(self, what: str, total: int) -> None:
        """Begin a stage."""
        self.finish()
        self._what, self._total, self._done, self._begun = what, total, 0, self._clock()

    def advance(self, label: str = "") -> None:
        """Move on by one step."""
        self._done += 1
        if not self._enabled:
            return
        if self._bars is None and self._clock() - self._begun > _PATIENCE_S:
            self._show()
        if self._bars is not None and self._task is not None:
            self._bars.update(self._task, completed=self._done, label=label[:40])

    def finish(self) -> None:
        """End the stage and take its bar away."""
        if self._bars is not None:
            self._bars.stop()
        self._bars = self._task = None

    def _show(self) -> None:
        from rich.console import Console  # noqa: PLC0415  rich is loaded when a bar is shown
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("[dim]{task.fields[label]}"),
            console=Console(stderr=True, force_terminal=True),
            transient=True,
        )
        self._task = self._bars.add_task(self._what, total=self._total, completed=self._done, label="")
        self._bars.start()
