"""Every error that wayside raises on purpose.

    WaysideError                    the root; never raised itself
    ├── InputError                  what the user gave cannot be used              exit 2
    │   ├── ImageError              not an image, truncated, too large, no GSD
    │   ├── TracksError             no tracks, tracks outside the image, CRS mix-up
    │   ├── TableError              a spreadsheet of counts or events
    │   ├── TextError               a document for coverage
    │   ├── BundleError             an evidence bundle that is none, or is not safe to read
    │   ├── ValueRefusedError       a value that breaks its own rules
    │   ├── AddressRefusedError     an address that may not be reached, and why
    │   └── ConfigError             wayside.toml; lists all its faults at once
    ├── WorkspaceError              the workspace cannot be used                   exit 2
    │   ├── NotAWorkspaceError
    │   └── NewerWorkspaceError     made by a newer wayside
    ├── ModelFileError              the network's weights are missing or damaged   exit 3
    └── OutsideError                disk, network, another program                 exit 3
        └── SourceError             a catalogue or a download that failed

An error says what is wrong, where, and what to do. Foreign errors are translated at the edge that owns the library.
"""

from __future__ import annotations

__all__ = [
    "AddressRefusedError",
    "BundleError",
    "ConfigError",
    "ImageError",
    "InputError",
    "ModelFileError",
    "NewerWorkspaceError",
    "NotAWorkspaceError",
    "OutsideError",
    "SourceError",
    "TableError",
    "TextError",
    "TracksError",
    "ValueRefusedError",
    "WaysideError",
    "WorkspaceError",
]


class WaysideError(Exception):
    """Root of the tree.

    Args:
        what: what is wrong, one sentence without the full stop.
        where: the file, field, row or object it is wrong in; empty where the sentence already says so.
        todo: what the user can do about it; empty where there is nothing to do.
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", todo: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.todo = todo

    def __str__(self) -> str:
        """Return one line: where, what, what to do."""
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}. {self.todo}" if self.todo else head

    def as_json(self) -> dict[str, str]:
        """Return the one shape that an error has in JSON."""
        return {"error": type(self).__name__, "what": self.what, "where": self.where, "todo": self.todo}


class InputError(WaysideError):
    """What the user gave cannot be used."""

    exit_code = 2


class ImageError(InputError):
    """Not an image, truncated, too large, without a ground sample distance."""


class TracksError(InputError):
    """No tracks, tracks outside the image, coordinates in the wrong system."""


class TableError(InputError):
    """A spreadsheet of counts or events that cannot be read."""


class TextError(InputError):
    """A document that coverage cannot read."""


class BundleError(InputError):
    """An evidence bundle is none, or is not safe to read."""


class ValueRefusedError(InputError, ValueError):
    """A value that breaks its own rules, refused when it is made."""


class AddressRefusedError(InputError):
    """An address that may not be reached: private, a file, not HTTP, outside the workspace."""


class ConfigError(InputError):
    """A wayside.toml with faults; ``faults`` holds all of them, each with its path."""

    def __init__(self, faults: tuple[str, ...], *, where: str = "wayside.toml") -> None:
        super().__init__("; ".join(faults), where=where, todo="Mend these settings and run again")
        self.faults = faults


class WorkspaceError(WaysideError):
    """The workspace cannot be used."""

    exit_code = 2


class NotAWorkspaceError(WorkspaceError):
    """The folder holds no workspace."""


class NewerWorkspaceError(WorkspaceError):
    """The workspace was made by a newer wayside."""


class ModelFileError(WaysideError):
    """The network's weights are missing or damaged."""

    exit_code = 3


class OutsideError(WaysideError):
    """Disk, network, or another program failed."""

    exit_code = 3


class SourceError(OutsideError):
    """A catalogue or a download that failed."""
