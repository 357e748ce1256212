"""Scenes that cannot be fitted to the reference directly, fitted through others of their season that can.

On drawn snow scenes about one in six of such fits was wrong (docs/registration.md): look at them before trusting them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wayside.imagery.registration import MIN_QUALITY, ShiftFit
from wayside.model.checks import require

__all__ = ["MAX_LINKS", "Link", "Route", "chain"]

MAX_LINKS = 3
"""Most fits in a row; every one adds its error."""
_AGREE_M = 1.5
_AGREE_SPREADS = 4.0


@dataclass(frozen=True, slots=True)
class Link:
    """The fit of one scene to another.

    Attributes:
        reference: id of the scene that was held.
        scene: id of the scene that was fitted to it.
        fit: what was found.
    """

    reference: str
    scene: str
    fit: ShiftFit

    def __post_init__(self) -> None:
        require(self.reference != self.scene, f"scene {self.scene} is fitted to itself")


@dataclass(frozen=True, slots=True)
class Route:
    """How a scene was fitted to the reference.

    Attributes:
        through: ids from the reference to the scene, both included.
        fit: the sum of the links' shifts; its quality is the product of theirs, the square of its spread the sum of
            the squares of theirs.
    """

    through: tuple[str, ...]
    fit: ShiftFit


def chain(links: Iterable[Link], reference: str) -> Mapping[str, Route]:
    """Fit scenes to the reference over as few links as possible.

    A scene with a trusted fit to the reference keeps it. Another takes, of the routes with the fewest links, the one of
    the highest quality, where that is still ``MIN_QUALITY``. Where routes of that length contradict each other, by more
    than 1.5 m and four times their spread, none is taken.

    Args:
        links: fits between pairs of scenes, in either direction; those that are not registered are passed over.
        reference: id of the scene to fit all others to.

    Returns:
        A route for every scene that could be fitted; the reference itself is not among them.
    """
    steps = _both_ways(links)
    start = Route((reference,), ShiftFit(registered=True, quality=1.0, spread_m=0.0))
    found: dict[str, Route] = {}
    closed = {reference}
    ends = {reference: start}
    for _ in range(MAX_LINKS):
        routes: dict[str, list[Route]] = {}
        for name, route in ends.items():
            for step in steps.get(name, ()):
                if step.scene not in closed:
                    longer = _joined(route, step)
                    if longer.fit.quality >= MIN_QUALITY:
                        routes.setdefault(step.scene, []).append(longer)
        ends = {name: _best(several) for name, several in routes.items() if _agree(several)}
        found |= ends
        closed |= set(routes)
    return found


def _both_ways(links: Iterable[Link]) -> Mapping[str, list[Link]]:
    """Return the links that start at each scene; a fit the other way round is the opposite shift."""
    steps: dict[str, list[Link]] = {}
    for link in links:
        fit = link.fit
        if fit.registered:
            back = ShiftFit(True, -fit.east_m, -fit.north_m, fit.quality, fit.spread_m)
            steps.setdefault(link.reference, []).append(link)
            steps.setdefault(link.scene, []).append(Link(link.scene, link.reference, back))
    return steps


def _joined(route: Route, step: Link) -> Route:
    one, other = route.fit, step.fit
    fit = ShiftFit(
        True,
        one.east_m + other.east_m,
        one.north_m + other.north_m,
        one.quality * other.quality,
        math.hypot(one.spread_m, other.spread_m),
    )
    return Route((*route.through, step.scene), fit)


def _best(routes: list[Route]) -> Route:
    return max(routes, key=lambda route: (route.fit.quality, -route.fit.spread_m, route.through))


def _agree(routes: list[Route]) -> bool:
    best = _best(routes).fit
    return all(
        math.hypot(r.fit.east_m - best.east_m, r.fit.north_m - best.north_m)
        <= max(_AGREE_M, _AGREE_SPREADS * math.hypot(r.fit.spread_m, best.spread_m))
        for r in routes
    )
