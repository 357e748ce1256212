"""Rolling stock by network: which lengths stand on which gauge, and the length prior that follows.

docs/decoder.md says which of these numbers were read in a document and which are common knowledge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from wayside.counting.lengths import CarLength, LengthFamily, LengthPrior
from wayside.errors import ValueRefusedError
from wayside.model.cars import CarType
from wayside.model.checks import require_finite
from wayside.model.places import StockNetwork

__all__ = ["GAUGE_NETWORKS", "NETWORK_STOCK", "Stock", "length_prior", "network_prior", "network_shares", "stock_of"]


class Stock(NamedTuple):
    """One kind of vehicle of one network.

    Attributes:
        type: its type.
        family: cars of one family run in pure trains; a name common to all networks, for cars of like lengths.
        length_m: over couplers or buffers, metres; an articulated wagon is one car.
        sd_m: spread among the models that it stands for, metres.
        share: of the network's vehicles, any positive number.
    """

    type: CarType
    family: str
    length_m: float
    sd_m: float
    share: float


_G, _B, _T, _F = CarType.GONDOLA, CarType.BOX, CarType.TANK, CarType.FLAT
_C, _H, _P, _L = CarType.CONTAINER_FLAT, CarType.HOPPER, CarType.PASSENGER, CarType.LOCOMOTIVE
_SHORT, _OPEN, _MIDDLE, _SIXTEEN = "short", "open", "box and flat", "sixteen"
_BOX, _COVERED, _LONG, _LONGEST = "long box", "covered hopper", "long", "longest"
_ENGINE, _ELSEWHERE = "locomotive", "elsewhere"

NETWORK_STOCK: dict[StockNetwork, tuple[Stock, ...]] = {
    StockNetwork.RU: (
        Stock(_G, _OPEN, 13.92, 0.08, 40.0),  # 12-132, 12-1303
        Stock(_T, _SHORT, 12.02, 0.08, 20.0),  # 15-1443
        Stock(_T, _SHORT, 13.60, 0.40, 2.0),  # tanks of larger barrels
        Stock(_H, _SHORT, 12.02, 0.10, 3.0),  # cement
        Stock(_H, _SHORT, 13.20, 0.30, 2.0),  # open, ballast
        Stock(_H, _SHORT, 10.87, 0.20, 1.5),  # ballast
        Stock(_B, _MIDDLE, 14.73, 0.12, 8.0),  # 11-217
        Stock(_H, _MIDDLE, 14.72, 0.12, 5.0),  # grain, 19-752
        Stock(_F, _MIDDLE, 14.62, 0.10, 4.0),  # 13-4012
        Stock(_C, _MIDDLE, 14.62, 0.10, 5.0),  # 40 ft
        Stock(_B, _BOX, 16.97, 0.15, 4.0),  # 11-280
        Stock(_B, _LONG, 21.00, 0.30, 1.5),
        Stock(_B, _LONGEST, 24.26, 0.20, 1.5),  # motor cars
        Stock(_T, _LONG, 21.12, 0.20, 1.0),  # eight axles
        Stock(_C, _LONG, 19.62, 0.12, 5.0),  # 60 ft, 13-470
        Stock(_C, _LONGEST, 25.69, 0.20, 3.0),  # 80 ft
        Stock(_P, _LONGEST, 24.54, 0.20, 1.5),
        Stock(_L, _ENGINE, 17.0, 0.60, 1.0),  # also each half of a double unit
        Stock(_L, _ENGINE, 20.6, 0.80, 0.4),
    ),
    StockNetwork.UIC: (
        Stock(_G, _OPEN, 14.04, 0.12, 16.0),  # Ea(o)s
        Stock(_G, _SHORT, 13.04, 0.20, 2.0),  # Eamos-z
        Stock(_G, _SHORT, 10.00, 0.30, 2.0),  # Es
        Stock(_B, _OPEN, 14.02, 0.20, 4.0),  # Gbs
        Stock(_B, _SHORT, 12.04, 0.15, 6.0),  # coil, Shimmns
        Stock(_B, _SHORT, 10.58, 0.20, 3.0),  # two axles
        Stock(_B, _SIXTEEN, 15.50, 0.30, 7.0),  # sliding wall, two axles
        Stock(_B, _BOX, 16.50, 0.30, 4.0),  # tarpaulin
        Stock(_B, _LONG, 19.90, 0.20, 4.0),  # tarpaulin, Rils
        Stock(_B, _LONG, 21.70, 0.30, 8.0),  # sliding wall, Habis
        Stock(_B, _LONG, 23.26, 0.20, 3.0),  # sliding wall
        Stock(_T, _SHORT, 12.50, 0.40, 4.0),
        Stock(_T, _SHORT, 9.80, 0.40, 2.0),
        Stock(_T, _OPEN, 14.50, 0.40, 3.0),
        Stock(_T, _BOX, 16.30, 0.60, 10.0),
        Stock(_F, _OPEN, 13.86, 0.15, 3.0),  # Kbs
        Stock(_F, _LONG, 19.90, 0.20, 7.0),  # Rs
        Stock(_F, _LONG, 20.84, 0.20, 3.0),  # timber
        Stock(_F, _LONGEST, 27.00, 0.50, 2.0),  # pairs of two-axle flats, car carriers
        Stock(_C, _OPEN, 14.20, 0.20, 2.0),
        Stock(_C, _LONG, 19.74, 0.12, 9.0),  # 60 ft, Sgns
        Stock(_C, _LONGEST, 26.39, 0.20, 6.0),  # 80 ft articulated, Sggrss
        Stock(_C, _LONGEST, 29.59, 0.20, 2.0),  # 90 ft articulated, Sggmrss
        Stock(_H, _SHORT, 12.54, 0.15, 6.0),  # Fals
        Stock(_H, _SHORT, 13.00, 0.30, 2.0),  # silo
        Stock(_H, _SHORT, 9.64, 0.20, 2.0),  # two axles
        Stock(_H, _SIXTEEN, 15.20, 0.50, 4.0),
        Stock(_H, _BOX, 16.50, 0.40, 2.0),
        Stock(_P, _LONGEST, 26.40, 0.20, 4.0),
        Stock(_L, _ENGINE, 18.9, 0.60, 1.0),
        Stock(_L, _ENGINE, 16.5, 0.80, 0.3),
        Stock(_L, _ENGINE, 21.3, 0.40, 0.2),
        Stock(_L, _ENGINE, 9.8, 0.80, 0.2),
    ),
    StockNetwork.CN: (
        Stock(_G, _OPEN, 13.98, 0.08, 30.0),  # C70
        Stock(_G, _OPEN, 13.44, 0.08, 10.0),  # C64
        Stock(_G, _SHORT, 12.00, 0.08, 10.0),  # C80
        Stock(_B, _BOX, 17.07, 0.10, 9.0),  # P70
        Stock(_B, _BOX, 16.44, 0.10, 7.0),  # P63, P64
        Stock(_B, _LONGEST, 26.03, 0.30, 2.0),  # motor cars, JSQ6
        Stock(_T, _SHORT, 12.22, 0.12, 8.0),  # G70
        Stock(_F, _OPEN, 13.97, 0.12, 4.0),  # NX70A
        Stock(_C, _OPEN, 13.97, 0.12, 4.0),  # NX70A
        Stock(_C, _LONG, 19.47, 0.20, 2.0),  # double stack, X2H
        Stock(_H, _OPEN, 14.40, 0.30, 3.0),
        Stock(_P, _LONGEST, 26.58, 0.15, 4.0),
        Stock(_L, _ENGINE, 21.1, 0.60, 0.5),
        Stock(_L, _ENGINE, 22.4, 0.70, 0.7),
    ),
    StockNetwork.AAR: (
        Stock(_G, _SIXTEEN, 16.15, 0.20, 8.0),  # coal, high sides
        Stock(_G, _BOX, 17.60, 0.40, 3.0),  # 52 ft
        Stock(_G, _SHORT, 14.80, 0.30, 2.0),  # coil cars
        Stock(_G, _LONG, 20.10, 0.60, 3.0),  # 66 ft
        Stock(_B, _BOX, 16.89, 0.20, 7.0),  # 50 ft
        Stock(_B, _LONG, 20.60, 0.25, 6.0),  # 60 ft
        Stock(_B, _LONGEST, 28.50, 0.30, 8.0),  # autoracks
        Stock(_B, _LONGEST, 27.60, 0.40, 2.0),  # autoracks, 86 ft
        Stock(_T, _SHORT, 14.00, 0.60, 4.0),
        Stock(_T, _COVERED, 18.10, 0.40, 10.0),
        Stock(_F, _LONG, 20.30, 0.60, 3.0),  # 60 ft
        Stock(_F, _LONG, 22.40, 0.40, 2.0),  # timber
        Stock(_F, _LONGEST, 24.50, 0.40, 3.0),  # 73 ft, centre beam
        Stock(_F, _LONGEST, 28.00, 0.50, 2.0),  # 89 ft
        Stock(_C, _SIXTEEN, 16.20, 0.40, 3.0),  # one unit of articulated wells
        Stock(_C, _LONG, 18.60, 0.50, 3.0),  # wells
        Stock(_C, _LONG, 21.60, 0.60, 4.0),  # wells
        Stock(_C, _LONG, 23.20, 0.40, 3.0),  # wells, 53 ft
        Stock(_C, _LONGEST, 27.80, 0.40, 3.0),  # on 89 ft flats
        Stock(_H, _SHORT, 12.80, 0.30, 5.0),  # cement, sand
        Stock(_H, _SIXTEEN, 15.90, 0.35, 8.0),
        Stock(_H, _COVERED, 18.15, 0.35, 16.0),  # grain, plastics
        Stock(_P, _LONGEST, 25.90, 0.40, 1.0),
        Stock(_L, _ENGINE, 22.4, 0.60, 0.6),
        Stock(_L, _ENGINE, 18.1, 0.60, 0.3),
        Stock(_L, _ENGINE, 13.6, 0.50, 0.1),
    ),
}
"""Vehicles of each network with rough shares: what is common is meant to be common here, no census."""

GAUGE_NETWORKS: dict[int, tuple[StockNetwork, ...]] = {
    1520: (StockNetwork.RU,),
    1524: (StockNetwork.RU,),
    1435: (StockNetwork.UIC, StockNetwork.CN, StockNetwork.AAR),
}
"""Whose stock a gauge in millimetres can carry; stock of other gauges is not known here."""


def network_shares(gauges_mm: Sequence[int] = (), network: StockNetwork | None = None) -> dict[StockNetwork, float]:
    """Return how probable the stock of each network is on a track.

    A network that is named takes the whole of its own gauge and leaves the other gauge of a dual track alone
    (1520 and 1435 mm with "CN": half Russian, half Chinese). Named with gauges that it does not run on, it stands
    alone: what was said of the stock counts more than what was said of the rails.

    Args:
        gauges_mm: gauges of the track in millimetres; empty where not known.
        network: whose stock stands there; None where not known.

    Returns:
        Shares that sum to 1; empty where nothing follows: neither was said, or a gauge has stock that is not known.
    """
    if network is not None and not any(network in GAUGE_NETWORKS.get(gauge, ()) for gauge in gauges_mm):
        return {network: 1.0}
    sets: list[tuple[StockNetwork, ...]] = []
    for gauge in gauges_mm:
        able = GAUGE_NETWORKS.get(gauge, ())
        if not able:
            return {}
        able = (network,) if network in able else able
        if able not in sets:
            sets.append(able)
    return {name: 1.0 / len(able) / len(sets) for able in sets for name in able}


def stock_of(shares: Mapping[StockNetwork, float]) -> Iterator[tuple[Stock, float]]:
    """Yield every vehicle of the networks with its share of all vehicles; they sum to what ``shares`` sums to."""
    for network, share in shares.items():
        rows = NETWORK_STOCK[network]
        total = sum(row.share for row in rows)
        for row in rows:
            yield row, share * row.share / total


def network_prior(
    shares: Mapping[StockNetwork, float], base: LengthPrior | None = None, *, doubt: float = 0.2
) -> LengthPrior:
    """Return the length prior of a mixture of networks.

    Args:
        shares: share of each network, positive; at least one.
        base: gives how pure trains are, how many locomotives there are, the floor, the blur and the bounds.
        doubt: share of trains that have any of the lengths of ``base``, whatever was said of the network: cars run far
            from home, and what was said may be wrong. They are one family. 0 to 0.99.

    Raises:
        ValueRefusedError: no network, a share that is not positive, a doubt out of range.
    """
    if not shares:
        raise ValueRefusedError("a mixture of networks has at least one")
    for network, share in shares.items():
        require_finite(f"share of {network}", share, low=1e-6)
    require_finite("doubt", doubt, low=0.0, high=0.99)
    start = base or LengthPrior()
    lengths: dict[str, list[CarLength]] = {}
    for row, share in stock_of(shares):
        lengths.setdefault(row.family, []).append(CarLength(row.length_m, row.sd_m, share))
    engines = tuple(lengths.pop(_ENGINE))
    own = sum(length.share for cars in lengths.values() for length in cars)
    families = [
        LengthFamily(name, (1.0 - doubt) * sum(length.share for length in cars) / own, tuple(cars))
        for name, cars in lengths.items()
    ]
    if doubt:
        families.append(LengthFamily(_ELSEWHERE, doubt, tuple(_all_lengths(start))))
    return replace(start, families=tuple(families), engine_lengths=engines)


def _all_lengths(prior: LengthPrior) -> Iterator[CarLength]:
    """Yield every length of a prior with its share of all cars but locomotives."""
    total = sum(family.weight for family in prior.families)
    for family in prior.families:
        own = sum(length.share for length in family.lengths)
        for length in family.lengths:
            yield length._replace(share=family.weight / total * length.share / own)


def length_prior(
    gauges_mm: Sequence[int] = (), network: StockNetwork | None = None, base: LengthPrior | None = None
) -> LengthPrior:
    """Return the length prior of a track by its gauge and network; ``base`` where they say nothing.

    Args:
        gauges_mm: gauges of the track in millimetres; empty where not known.
        network: whose stock stands there; None where not known.
        base: the prior of a track of which nothing is known; the default one where None.
    """
    shares = network_shares(gauges_mm, network)
    start = base or LengthPrior()
    return network_prior(shares, start) if shares else start
