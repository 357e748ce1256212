"""The data dictionary: what every column of every table that leaves a workspace means."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources

from wayside.errors import ValueRefusedError
from wayside.model.checks import require, require_text
from wayside.model.vectors import Shape

__all__ = ["Column", "Kind", "Meaning", "meaning_of", "meanings"]

_FILE = "dictionary.toml"
_ENDINGS = {"m": "_m", "m2": "_m2", "mm": "_mm", "degrees": "_deg", "%": "_pct"}
"""How names say their units."""


class Kind(StrEnum):
    """What the cells of a column are."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    TIME = "time"
    """ISO 8601 in UTC, as text."""
    DATE = "date"
    """ISO 8601, as text."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        name: its name: lower case, digits and underscores.
        kind: what its cells are.
        text: what it means, one sentence or more.
        unit: unit of its numbers; empty where they have none.
    """

    name: str
    kind: Kind
    text: str
    unit: str = ""

    def __post_init__(self) -> None:
        require(self.name.replace("_", "a").isalnum() and self.name.islower(), f"not a column's name: {self.name!r}")
        require_text(f"column {self.name}: its meaning", self.text)

    @property
    def title(self) -> str:
        """The name for readers, with the unit."""
        plain = self.name.removesuffix(_ENDINGS.get(self.unit, "")).replace("_", " ")
        return plain if self.unit in ("", plain) else f"{plain} ({self.unit})"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a table holds.

    Attributes:
        name: the table's name.
        title: what a reader sees.
        text: what its rows are.
        shape: what its rows are drawn as.
        columns: in order.
    """

    name: str
    title: str
    text: str
    shape: Shape
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names in order."""
        return tuple(column.name for column in self.columns)


@cache
def meanings() -> tuple[Meaning, ...]:
    """Return what all tables mean, in order."""
    text = resources.files("wayside.exports").joinpath(_FILE).read_text(encoding="utf-8")
    return tuple(
        Meaning(
            name,
            said["title"],
            said["text"],
            Shape(said["geometry"]),
            tuple(Column(c["name"], Kind(c["kind"]), c["text"], c.get("unit", "")) for c in said["columns"]),
        )
        for name, said in tomllib.loads(text).items()
    )


def meaning_of(name: str) -> Meaning:
    """Return what a table means.

    Raises:
        ValueRefusedError: there is no such table.
    """
    for meaning in meanings():
        if meaning.name == name:
            return meaning
    raise ValueRefusedError(f"the data dictionary has no table {name!r}")
