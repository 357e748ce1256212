"""The one table of exit codes, and the one shape of an error."""

from __future__ import annotations

import os
import sys
import traceback
from typing import Final

import typer

from wayside.errors import WaysideError

__all__ = ["BAD_INPUT", "DONE", "EXIT_CODES", "FAILURES", "INTERRUPTED", "OUTSIDE", "describe", "exit_code_of"]

DONE: Final = 0
FAILURES: Final = 1
BAD_INPUT: Final = 2
OUTSIDE: Final = 3
INTERRUPTED: Final = 130

EXIT_CODES: Final[dict[int, str]] = {
    DONE: "done",
    FAILURES: "done, with failures listed",
    BAD_INPUT: "bad input or usage",
    OUTSIDE: "something outside failed: disk, network, another program, or wayside itself",
    INTERRUPTED: "interrupted from the keyboard",
}
"""What each exit code means."""


def exit_code_of(error: BaseException) -> int:
    """Return the exit code that an error ends the program with."""
    if isinstance(error, WaysideError):
        return error.exit_code
    if isinstance(error, typer.TyperException):
        return BAD_INPUT
    if isinstance(error, (KeyboardInterrupt, typer.Abort)):
        return INTERRUPTED
    return OUTSIDE


def describe(error: BaseException) -> dict[str, str]:
    """Return an error in its one shape: ``error``, ``what``, ``where``, ``todo``."""
    if isinstance(error, WaysideError):
        return error.as_json()
    if isinstance(error, typer.TyperException):
        message = error.format_message().strip().rstrip(".").replace("Value error, ", "", 1)
        context = getattr(error, "ctx", None)
        command = "wayside" if context is None else context.command_path
        return {"error": "UsageError", "what": message, "where": "", "todo": f"See: {command} --help"}
    if isinstance(error, (KeyboardInterrupt, typer.Abort)):
        return {"error": "Interrupted", "what": "interrupted", "where": "", "todo": "Run again to go on"}
    if os.environ.get("WAYSIDE_DEBUG"):
        traceback.print_exception(error, file=sys.stderr)
    what = f"wayside itself failed ({type(error).__name__}: {' '.join(str(error).split())[:300]})"
    return {
        "error": "InternalError",
        "what": what,
        "where": "",
        "todo": "Run again with WAYSIDE_DEBUG=1 set and report what it prints",
    }
