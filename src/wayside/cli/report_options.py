"""What one may say of a report: the options of ``wayside report``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from wayside.errors import InputError

__all__ = [
    "Analyst",
    "Articles",
    "Bundle",
    "Formats",
    "House",
    "Language",
    "Name",
    "OfTable",
    "Out",
    "Sign",
    "WrittenFormat",
    "formats_wanted",
]


class WrittenFormat(StrEnum):
    """What ``--format`` takes."""

    HTML = "html"
    PDF = "pdf"
    JSON = "json"
    MARKDOWN = "md"
    DOCX = "docx"
    ALL = "all"


Formats = Annotated[
    list[WrittenFormat] | None,
    typer.Option(
        "--format",
        help="What is written; again for several. As wayside.toml says where left out; of a table HTML and JSON.",
        case_sensitive=False,
    ),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FOLDER", help="Where it goes: the workspace's reports, or TABLE-report."),
]
Language = Annotated[
    str | None, typer.Option("--language", metavar="CODE", help="Of the report: en or ru; as the house style says.")
]
House = Annotated[
    Path | None, typer.Option("--house", metavar="FILE", help="House style: fonts, colours, logo, language (TOML).")
]
Bundle = Annotated[bool, typer.Option("--bundle", help="Leave an evidence bundle too, for wayside verify.")]
Sign = Annotated[
    Path | None,
    typer.Option("--sign", metavar="FILE", help="Sign the bundle with this private key (PEM, Ed25519)."),
]
Name = Annotated[
    str | None, typer.Option("--name", metavar="TEXT", help="Of a table: what the report calls the place.")
]
Articles = Annotated[
    Path | None, typer.Option("--articles", metavar="FOLDER", help="Of a table: articles to hold against each other.")
]
Analyst = Annotated[
    Path | None, typer.Option("--analyst", metavar="FILE", help="Of a table: the analyst's judgements and hypotheses.")
]


@dataclass(frozen=True, slots=True)
class OfTable:
    """Options that speak of a table alone; a workspace says these things in its ``wayside.toml``."""

    site: list[str] | None
    category: list[str] | None
    until: str | None
    name: str | None
    events: Path | None
    articles: Path | None
    analyst: Path | None

    def refuse(self) -> None:
        """Refuse them where a workspace is reported on.

        Raises:
            InputError: one of them is given.
        """
        for field in fields(self):
            if getattr(self, field.name):
                raise InputError(
                    f"--{field.name} is for a table of counts, and this is a workspace",
                    todo="Leave it out; wayside.toml says what a workspace's report is made from",
                )

    def require_files(self) -> None:
        """Refuse to begin where a file that was named on the command line is not there.

        Raises:
            InputError: one of them is missing.
        """
        for option, path in (("--events", self.events), ("--articles", self.articles), ("--analyst", self.analyst)):
            if path is not None and not path.exists():
                raise InputError("there is no such file or folder", where=str(path), todo=f"Check {option}")


def formats_wanted(said: Sequence[WrittenFormat]) -> tuple[str, ...]:
    """Return the formats that a user asked for, each once, in a fixed order; none where nothing was said."""
    every = tuple(one.value for one in WrittenFormat if one is not WrittenFormat.ALL)
    return every if WrittenFormat.ALL in said else tuple(one for one in every if WrittenFormat(one) in said)
