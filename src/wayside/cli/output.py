"""What a command prints: one JSON object, or tables for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["JSON_OPTION", "Outcome", "console", "emit", "interval", "percent", "plain", "print_json"]

_SPACES = "\u00a0\u202f"
JSON_OPTION = typer.Option("--json", help="Print one JSON object on standard output, and nothing else there.")


@dataclass(frozen=True)
class Outcome:
    """What a command leaves.

    Attributes:
        document: for ``--json``.
        show: prints the same for people.
        exit_code: 0, or 1 where failures are listed.
    """

    document: Mapping[str, Any]
    show: Callable[[Console], None]
    exit_code: int = 0


def console() -> Console:
    """Return the console on standard output."""
    from rich.console import Console  # noqa: PLC0415  rich is loaded when something is printed

    return Console(highlight=False, soft_wrap=False)


def print_json(document: Mapping[str, Any]) -> None:
    """Print one object and nothing else; no number in it may be infinite or undefined."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n")


def emit(outcome: Outcome, *, as_json: bool) -> None:
    """Print an outcome, and end the program with its code.

    Raises:
        typer.Exit: where the code is not 0.
    """
    if as_json:
        print_json(outcome.document)
    else:
        outcome.show(console())
    if outcome.exit_code:
        raise typer.Exit(outcome.exit_code)


def percent(p: float) -> str:
    """Return a probability for people: never a bare 0 % or 100 %."""
    if p > 0.999:
        return "> 99.9 %"
    if p < 0.001:
        return "< 0.1 %"
    return f"{100 * p:.3g} %"


def plain(text: object) -> str:
    """Return text as it may be printed: names come from users and from catalogues.

    Square brackets stay, which rich would read as style; so do no-break spaces. What steers a terminal or turns the
    direction of writing becomes a question mark.
    """
    from rich.markup import escape  # noqa: PLC0415  rich is loaded when something is printed

    return escape("".join(c if c.isprintable() or c in _SPACES else "?" for c in str(text)))


def interval(low: object, high: object) -> str:
    """Return an interval for people; a dash between dates or after a minus sign would be misread."""
    dash = "–" if all(str(end).isdigit() for end in (low, high)) else " to "
    return f"{low}{dash}{high}".replace("-", "−") if isinstance(low, int) else f"{low}{dash}{high}"
