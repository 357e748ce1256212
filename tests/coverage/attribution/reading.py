"""Asks for the speaker of a marked figure in an example passage."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wayside.coverage.attribution.chains import Speaker, Speakers, speaker_of
from wayside.coverage.attribution.register import Register
from wayside.coverage.attribution.speakers import attribute
from wayside.coverage.words.tokens import sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wayside.coverage.words.tokens import Sentence

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Passage:
    """An example: a text with the figure that is asked about in double brackets, and who says it."""

    text: str
    who: str
    via: tuple[str, ...] = ()
    voice: str = "named"
    quotation: str | None = None
    flag: str | None = None
    outlet: str | None = None
    credits: tuple[str, ...] = ()
    standing: bool = False
    language: str = "en"
    aside: bool = False
    beyond: bool = False


def passages(name: str) -> list[Passage]:
    rows: list[dict[str, Any]] = tomllib.loads((HERE / name).read_text(encoding="utf-8"))["passage"]
    return [
        Passage(**{key: tuple(value) if isinstance(value, list) else value for key, value in row.items()})
        for row in rows
    ]


def lines_of(text: str) -> list[Sequence[Sentence]]:
    found: list[Sequence[Sentence]] = []
    offset = 0
    for line in text.split("\n"):
        if line.strip():
            found.append(sentences(text, offset, offset + len(line)))
        offset += len(line) + 1
    return found


def rows_of(text: str, register: Register | None = None, **options: Any) -> list[list[Speakers]]:
    return attribute(text, lines_of(text), Register() if register is None else register, **options)


def speaker_at(text: str, position: int, *, standing: bool = False, **options: Any) -> Speaker:
    for row in rows_of(text, **options):
        for index, one in enumerate(row):
            for number, token in enumerate(one.sentence.tokens):
                if token.start <= position < token.end:
                    return speaker_of(row, index, number, same_thing=standing)
    raise AssertionError(f"no token at {position}")


def speaker(passage: Passage) -> Speaker:
    position = passage.text.index("[[")
    text = passage.text.replace("[[", "").replace("]]", "")
    return speaker_at(
        text,
        position,
        standing=passage.standing,
        language=passage.language,
        outlet=passage.outlet,
        credits=passage.credits,
    )
