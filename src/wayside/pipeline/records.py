"""What a run did: the one object that command line, report and database all show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from wayside.errors import WaysideError
from wayside.model.acquisitions import Gap
from wayside.pipeline.ports import Clock

__all__ = ["Failure", "Recorder", "RunRecord", "Skip"]


@dataclass(frozen=True, slots=True)
class Skip:
    """Something that was left out.

    Attributes:
        item: scene or file.
        reason: why, one clause.
    """

    item: str
    reason: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that went wrong.

    Attributes:
        item: scene, file or stage.
        error: name of the error's class.
        what: what is wrong.
        todo: what can be done about it; may be empty.
    """

    item: str
    error: str
    what: str
    todo: str = ""

    @classmethod
    def of(cls, item: str, error: BaseException) -> Failure:
        """Return the failure that an error is."""
        if isinstance(error, WaysideError):
            return cls(item, type(error).__name__, error.what, error.todo)
        return cls(item, type(error).__name__, str(error) or "no more is known")

    def __str__(self) -> str:
        """Return it as one sentence."""
        return f"{self.item}: {self.what}" + (f". {self.todo}" if self.todo else "")


@dataclass(frozen=True)
class RunRecord:
    """What a run did.

    Attributes:
        command: which use case.
        started, finished: with their zone.
        done: scenes or files that were worked on.
        skipped: those that were left out, each with its reason.
        failed: what went wrong, in the order in which it did.
        seconds: duration of each stage.
        notes: what was assumed, sentences.
        files: what was written, by what it is.
        gaps: what a search could not find out; what was found is then not complete.
    """

    command: str
    started: datetime
    finished: datetime
    done: tuple[str, ...] = ()
    skipped: tuple[Skip, ...] = ()
    failed: tuple[Failure, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    gaps: tuple[Gap, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 where nothing failed and no search has a gap, else 1."""
        return 1 if self.failed or self.gaps else 0

    def to_json(self) -> dict[str, Any]:
        """Return it as values that ``json.dumps`` takes; its schema is docs/schemas/run.json."""
        return {
            "command": self.command,
            "started": self.started.isoformat(),
            "finished": self.finished.isoformat(),
            "done": list(self.done),
            "skipped": [{"item": skip.item, "reason": skip.reason} for skip in self.skipped],
            "failed": [{"item": f.item, "error": f.error, "what": f.what, "todo": f.todo} for f in self.failed],
            "seconds": {stage: round(seconds, 3) for stage, seconds in self.seconds.items()},
            "notes": list(self.notes),
            "files": dict(self.files),
            "gaps": [gap._asdict() for gap in self.gaps],
        }


class Recorder:
    """Collects a record while the work goes on."""

    def __init__(self, command: str, clock: Clock) -> None:
        self._command = command
        self._clock = clock
        self._started = clock.now()
        self._seconds: dict[str, float] = {}
        self._notes: list[str] = []
        self.done: list[str] = []
        self.skipped: list[Skip] = []
        self.failed: list[Failure] = []
        self.files: dict[str, str] = {}
        self.gaps: list[Gap] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure how long the block takes."""
        begun = self._clock.now()
        try:
            yield
        finally:
            self._seconds[name] = self._seconds.get(name, 0.0) + (self._clock.now() - begun).total_seconds()

    def note(self, *sentences: str) -> None:
        """Keep each sentence once."""
        self._notes += [s for s in dict.fromkeys(sentences) if s not in self._notes]

    def again(self, item: str) -> None:
        """Say that something was worked on that may have been left out before."""
        self.skipped = [skip for skip in self.skipped if skip.item != item]
        if item not in self.done:
            self.done.append(item)

    def record(self) -> RunRecord:
        """Return what was done up to now."""
        return RunRecord(
            command=self._command,
            started=self._started,
            finished=self._clock.now(),
            done=tuple(self.done),
            skipped=tuple(self.skipped),
            failed=tuple(self.failed),
            seconds=dict(self._seconds),
            notes=tuple(self._notes),
            files=dict(self.files),
            gaps=tuple(self.gaps),
        )
