"""What is exported, whichever the format: tables of features, and whose they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from wayside.exports.dictionary import Meaning, meaning_of
from wayside.exports.texts import clean
from wayside.model.checks import require, require_aware, require_text
from wayside.model.vectors import Field, Outline, VectorLayer

__all__ = ["Contents", "Table"]


@dataclass(frozen=True)
class Table:
    """Features with what their columns mean.

    Attributes:
        meaning: the table's entry in the data dictionary; its columns are those of the rows, in order.
        outlines: each row's geometry; None for a row without one.
        rows: each row's cells in the order of the columns; text in them has no control character.
    """

    meaning: Meaning
    outlines: tuple[Outline | None, ...]
    rows: tuple[tuple[Field, ...], ...]

    @classmethod
    def of(cls, layer: VectorLayer) -> Table:
        """Return a layer as a table.

        Raises:
            ValueRefusedError: its name or its columns are not those of the data dictionary.
        """
        meaning = meaning_of(layer.name)
        given, names = sorted(layer.fields), sorted(meaning.names)
        require(not layer.outlines or given == names, f"the columns of {layer.name} are {given}, not {names}")
        columns = [[clean(cell) for cell in layer.fields.get(name, ())] for name in meaning.names]
        return cls(meaning, layer.outlines, tuple(zip(*columns, strict=True)))

    @property
    def name(self) -> str:
        """The table's name."""
        return self.meaning.name

    def column(self, name: str) -> tuple[Field, ...]:
        """Return the cells of one column."""
        place = self.meaning.names.index(name)
        return tuple(row[place] for row in self.rows)

    def records(self) -> tuple[dict[str, Field], ...]:
        """Return the rows, cells by column."""
        return tuple(dict(zip(self.meaning.names, row, strict=True)) for row in self.rows)

    def where(self, name: str, value: Field) -> Table:
        """Return the rows whose cell in one column is this."""
        return self.only([i for i, cell in enumerate(self.column(name)) if cell == value])

    def by(self, name: str) -> dict[Field, Table]:
        """Return the rows by their cells in one column."""
        places: dict[Field, list[int]] = {}
        for i, cell in enumerate(self.column(name)):
            places.setdefault(cell, []).append(i)
        return {cell: self.only(kept) for cell, kept in places.items()}

    def only(self, kept: Sequence[int]) -> Table:
        """Return the rows of these numbers, from 0."""
        return Table(self.meaning, tuple(self.outlines[i] for i in kept), tuple(self.rows[i] for i in kept))


@dataclass(frozen=True)
class Contents:
    """Everything that an export holds.

    Attributes:
        site_id: short name of the site.
        site_name: what a report calls it.
        note: one sentence that goes with everything of it; may be empty.
        tables: in order.
        generated: when the export was made; kept in UTC.
        software: name and version of the program.
        on_map: whether positions are longitude and latitude; image coordinates else.
        items: STAC items of the scenes in the archive, by scene id; a scene may have none.
    """

    site_id: str
    site_name: str
    tables: tuple[Table, ...]
    generated: datetime
    software: str
    note: str = ""
    on_map: bool = True
    items: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require_text("software", self.software)
        require_aware("export: generated", self.generated)
        object.__setattr__(self, "generated", self.generated.astimezone(UTC))
        for name in ("site_id", "site_name", "note"):
            object.__setattr__(self, name, clean(getattr(self, name)))
        names = [table.name for table in self.tables]
        require(len(set(names)) == len(names), "an export has two tables of one name")

    @property
    def made(self) -> str:
        """When the export was made, ISO 8601 to the second."""
        return self.generated.isoformat(timespec="seconds").replace("+00:00", "Z")

    def table(self, name: str) -> Table:
        """Return one of the tables (``KeyError`` where there is none)."""
        return {table.name: table for table in self.tables}[name]

    @property
    def attributions(self) -> tuple[str, ...]:
        """The words that must go with what was made from the images, each once."""
        return tuple(sorted({str(words) for words in self.table("counts").column("attribution") if words}))
