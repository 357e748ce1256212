"""Every command line in the documents is one that the program understands."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from wayside.cli.main import app

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "examples").rglob("*.md"))]
GROUP = typer.main.get_command(app)
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`(wayside [^`]+)`")
_PROMPT = re.compile(r"^(?:\$ )?(?=wayside )")


def lines_of(text: str) -> Iterator[str]:
    """Yield the lines in fenced blocks that run wayside, continued ones as one, without their comments."""
    for _, block in _FENCE.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            if _PROMPT.match(line.strip()):
                yield _PROMPT.sub("", line.strip())


def inline_of(text: str) -> Iterator[str]:
    """Yield the commands that stand in a sentence."""
    yield from (" ".join(found.split()) for found in _INLINE.findall(_FENCE.sub("", text)))


def words_of(line: str) -> list[str]:
    """Return the arguments of a line; choices ("a|b") stand for their first, what may be left out is there."""
    words = shlex.split(line.replace(" [", " ").replace("]", ""), comments=True)[1:]
    return [word.split("|", maxsplit=1)[0] for word in words]


def parsed(line: str) -> None:
    """Parse a line as the program would, without running it.

    Raises:
        typer.TyperException: the program would refuse it.
    """
    assert isinstance(GROUP, TyperGroup)
    name, *arguments = words_of(line)
    command = GROUP.get_command(typer.Context(GROUP, info_name="wayside"), name)
    assert command is not None, f"no such command: {line}"
    try:
        command.make_context(name, arguments)
    except typer.BadParameter as fault:
        # The files of an example are the reader's.
        if "does not exist" not in fault.format_message():
            raise


def found(reader: object) -> list[object]:
    assert callable(reader)
    return [
        pytest.param(line, id=f"{page.relative_to(ROOT)}: {line}"[:120])
        for page in PAGES
        for line in dict.fromkeys(reader(page.read_text(encoding="utf-8")))
        if page.name != "commands.md"
    ]


@pytest.mark.parametrize("line", found(lines_of))
def test_a_line_of_a_block_can_be_typed(line: str) -> None:
    parsed(line)


@pytest.mark.parametrize("line", found(inline_of))
def test_a_command_in_a_sentence_has_options_that_there_are(line: str) -> None:
    """What it works on may be left out there; commands and options must exist."""
    assert isinstance(GROUP, TyperGroup)
    name, *rest = words_of(line)
    command = GROUP.get_command(typer.Context(GROUP, info_name="wayside"), name)
    if name.startswith("--"):
        assert any(name in parameter.opts for parameter in GROUP.params)
        return
    assert command is not None, line
    known = {option for one in command.params for option in (*one.opts, *one.secondary_opts)} | {"--help"}
    assert {word.split("=")[0] for word in rest if word.startswith("-")} <= known, line


def test_lines_are_found_and_faults_are_noticed() -> None:
    block = "wayside run yard   # comment\nwayside report t.csv --bundle \\\n  --out x\nother\n"
    page = f"text\n```sh\n{block}```\n`wayside verify`\n"
    assert list(lines_of(page)) == ["wayside run yard   # comment", "wayside report t.csv --bundle    --out x"]
    assert list(inline_of(page)) == ["wayside verify"]
    with pytest.raises(AssertionError, match="no such command"):
        parsed("wayside reprot yard")
    for wrong in ("wayside report yard --bundel", "wayside export yard --to xls", "wayside verify"):
        with pytest.raises(typer.TyperException):
            parsed(wrong)


def test_the_first_pages_have_lines() -> None:
    assert len(list(lines_of((ROOT / "README.md").read_text(encoding="utf-8")))) >= 10
