"""Whole families of comparisons: all trains of a site at two dates, as a user would have them looked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from consists.readings import Reading
from consists.score import size_of, train_of
from wayside.consists.find import find_matches
from wayside.consists.settings import ConsistSettings
from wayside.model.consists import Consist

FAMILY_GSDS = (0.3, 0.5)
_DAYS = (date(2023, 5, 1), date(2023, 5, 8))
_Looks = dict[tuple[int, str], dict[str, tuple[Reading, Consist]]]


def families(readings: Sequence[Reading], gsd_m: float, how: ConsistSettings, others: int) -> Iterator[dict[str, Any]]:
    """Yield what is reported of each round's two dates, and of a first date beside later dates of other rounds.

    Args:
        readings: of the rounds.
        gsd_m: pixel size of both dates, metres.
        how: the constants.
        others: how many other rounds of the same network each round is set beside.
    """
    looks: _Looks = defaultdict(dict)
    networks: dict[int, str] = {}
    for reading in readings:
        number, look = reading.scene.split("-")
        train = train_of(reading) if reading.gsd_m == gsd_m else None
        networks[int(number)] = reading.network
        if train is not None:
            train = replace(train, id=f"{reading.key}/{look}", day=_DAYS[int(look)])
            looks[int(number), look][train.id] = (reading, train)
    for number in sorted(networks):
        near = [other for other in sorted(networks) if networks[other] == networks[number]]
        at = near.index(number)
        for other in (near + near)[at : at + others + 1]:
            yield _row(looks[number, "0"], looks[other, "1"], gsd_m, how, same=other == number)


def _row(
    first: dict[str, tuple[Reading, Consist]],
    second: dict[str, tuple[Reading, Consist]],
    gsd_m: float,
    how: ConsistSettings,
    *,
    same: bool,
) -> dict[str, Any]:
    trains = [train for _, train in (*first.values(), *second.values())]
    found = find_matches(trains, seed=1, settings=how)
    right = {m.first.id.split("/")[0] for m in found if m.first.id.split("/")[0] == m.second.id.split("/")[0]}
    wrong = sum(m.first.id.split("/")[0] != m.second.id.split("/")[0] for m in found)
    there = [(r.key, r.kind, size_of(r.true_cars)) for r, _ in second.values()] if same else []
    return {"gsd_m": gsd_m, "same": same, "pairs": len(first) * len(second), "wrong": wrong,
            "comparisons": found[0].comparisons if found else None,
            "trains": [(kind, size, key in right) for key, kind, size in there]}  # fmt: skip
