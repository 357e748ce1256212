"""docs/commands.md, made from the program itself: ``python -m wayside.cli.reference > docs/commands.md``."""

from __future__ import annotations

import sys

import typer
from typer.core import TyperGroup

from wayside.cli.exits import EXIT_CODES
from wayside.cli.main import HELP_OPTIONS, app

__all__ = ["command_reference"]

_WIDTH = 100
_HEAD = """# Commands

This page is made from the program by `python -m wayside.cli.reference > docs/commands.md`; a test compares the two.

Every command has `--json`: one object on standard output and nothing else there, also for an error
(`{"error": {"error": …, "what": …, "where": …, "todo": …}}`). Without it, errors are one line on standard error.
Files appear by rename and rows by transaction, so that nothing is half-written.

| exit code | meaning |
|---|---|
"""


def command_reference() -> str:
    """Return the page: exit codes, and the help of every command."""
    group = typer.main.get_command(app)
    if not isinstance(group, TyperGroup):
        raise TypeError("the program is no group of commands")
    root = typer.Context(group, info_name="wayside", terminal_width=_WIDTH, help_option_names=HELP_OPTIONS)
    codes = "".join(f"| {code} | {meaning} |\n" for code, meaning in EXIT_CODES.items())
    parts = [_HEAD + codes, _section("wayside", group.get_help(root))]
    for name in group.list_commands(root):
        command = group.get_command(root, name)
        if command is not None:
            context = typer.Context(command, info_name=name, parent=root)
            parts.append(_section(f"wayside {name}", command.get_help(context)))
    return "\n".join(parts)


def _section(title: str, text: str) -> str:
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return f"## {title}\n\n```text\n{lines}\n```\n"


if __name__ == "__main__":
    sys.stdout.write(command_reference())
