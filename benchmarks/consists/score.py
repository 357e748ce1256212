"""How many drawn trains are recognised again, and how many that are not the same are taken to be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from consists.readings import Reading
from wayside.consists.find import compare_in, make_yard
from wayside.consists.settings import ConsistSettings
from wayside.consists.trains import consists_of
from wayside.model.consists import Consist
from wayside.model.counts import CountDistribution
from wayside.model.observations import TrackCount

PAIRS_OF_GSD = ((0.3, 0.3), (0.3, 0.5), (0.5, 0.5), (1.0, 1.0), (3.0, 3.0))
APART_DAYS = 3
COMPARISONS = (300,)


def train_of(reading: Reading) -> Consist | None:
    """Return the longest train that the counter left of a drawn one; None where five cars do not hang together."""
    number, look = (int(part) for part in reading.scene.split("-"))
    track = TrackCount(reading.key, 900.0, 1.0, 0.0, CountDistribution.exactly(len(reading.cars)), 0.0, reading.cars)
    day = date(2020, 1, 1) + timedelta(days=60 * number + APART_DAYS * look)
    found = consists_of(reading.network, reading.scene, day, [track], reading.gsd_m)
    return max(found, key=lambda train: len(train.cars), default=None)


def size_of(cars: int) -> str:
    """Return the class of length."""
    return "6 to 9" if cars < 10 else "10 to 15" if cars < 16 else "16 or more"


def score(readings: Sequence[Reading], gsds: tuple[float, float], how: ConsistSettings) -> Iterator[dict[str, Any]]:
    """Yield what was said of every pair of readings of one train, and of as many pairs of different trains.

    A site is a network: all its trains are the stock that chance draws from.
    """
    for network in sorted({reading.network for reading in readings}):
        trains: dict[str, tuple[Reading, Consist]] = {}
        wanted = [r for r in readings if r.network == network and r.gsd_m == gsds[r.scene.endswith("-1")]]
        lost: dict[str, Reading] = {}
        for reading in wanted:
            train = train_of(reading)
            if train is None:
                lost[reading.key] = reading
            else:
                trains[train.id] = (reading, train)
        yard = make_yard([train for _, train in trains.values()], how)
        place = {train.id: k for k, train in enumerate(yard.consists)}
        looks: dict[str, dict[str, tuple[Reading, str]]] = defaultdict(dict)
        for reading, train in trains.values():
            looks[reading.key][reading.scene[-1]] = (reading, train.id)
        for reading in lost.values():
            yield _row(gsds, reading, same=True, p=1.0)
        keys = sorted(key for key, found in looks.items() if len(found) == 2)
        for key, other in zip(keys, keys[1:] + keys[:1], strict=True):
            (_, first), (reading, second) = looks[key]["0"], looks[key]["1"]
            for train, same in ((second, True), (looks[other]["1"][1], False)):
                i, j = sorted((place[first], place[train]))
                match = compare_in(yard, i, j, comparisons=max(COMPARISONS), seed=1)
                row = _row(gsds, reading, same=same, p=match.p_value if match else 1.0)
                yield row | ({"log10_ratio": round(match.log10_ratio, 2), "by": str(match.by)} if match else {})


def _row(gsds: tuple[float, float], reading: Reading, *, same: bool, p: float) -> dict[str, Any]:
    return {"gsds": gsds, "network": reading.network, "kind": reading.kind, "size": size_of(reading.true_cars),
            "same": same, "p": p, "changes": reading.changes}  # fmt: skip
