from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

import pytest

from wayside.model.agreement import MeasuredCount
from wayside.model.claims import Claim, Join, Quantity, TimeSpan
from wayside.model.documents import Span
from wayside.model.stories import Story

UPPER, LOWER = {"no more than", "up to", "fewer than"}, {"at least", "more than"}


class Make:
    """Makes claims that differ in what a test is about, and are alike in all else."""

    def __init__(self) -> None:
        self._ids = count(1)

    def quantity(self, figure: float, approximation: str = "exact", unit: str = "1") -> Quantity:
        low = 0.0 if approximation in UPPER else float(figure)
        high = None if approximation in LOWER else float(figure)
        return Quantity(low, high, approximation, unit, float(figure))

    def claim(self, figure: float = 73, approximation: str = "exact", *, day: date | tuple[date, date] | None = None,
              unit: str = "1", joins: tuple[Join, ...] = (), **others: Any) -> Claim:  # fmt: skip
        name = f"c{next(self._ids)}"
        words = f"{approximation} {figure:g} {others.get('counted', 'freight car')}"
        first, last = day if isinstance(day, tuple) else (day, day)
        values: dict[str, Any] = {
            "document": "a",
            "span": Span(0, len(words)),
            "quote": words,
            "quantity": self.quantity(figure, approximation, unit),
            "counted": "freight car",
            "thing": "railcar",
            "kind": "count",
            "place": "Velmar",
            "time": None if first is None else TimeSpan("then", first, last),
            "asserted_by": "Harrow Institute",
            "source": "harrow-institute",
            "voice": "named",
            "joins": joins,
        }
        return Claim(name, **(values | others))

    def statement(self, topic: str = "transfer-begun", *, negated: bool = False, **others: Any) -> Claim:
        values: dict[str, Any] = {
            "document": "a",
            "span": Span(0, 9),
            "quote": "no transfer" if negated else "a transfer",
            "quantity": Quantity(None, None, "none stated"),
            "counted": None,
            "kind": "statement",
            "topic": topic,
            "negated": negated,
        }
        return Claim(f"c{next(self._ids)}", **(values | others))

    def story(self, *documents: str, name: str = "s1") -> Story:
        return Story(name, "Trains at Velmar", documents)

    def measured(self, first: int = 70, p: tuple[float, ...] = (0.05, 0.1, 0.2, 0.3, 0.2, 0.1, 0.05), *,
                 day: date | None = None, place: str | None = "Velmar", counted: str = "freight car",
                 ) -> MeasuredCount:  # fmt: skip
        return MeasuredCount(first, p, counted, place, day)


@pytest.fixture
def make() -> Make:
    return Make()


@pytest.fixture(scope="session")
def makers() -> type[Make]:
    """For properties, of which every example makes its own."""
    return Make
