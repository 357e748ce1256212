from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.errors import ValueRefusedError
from wayside.imagery.register_chain import MAX_LINKS, Link, chain
from wayside.imagery.registration import MIN_QUALITY, ShiftFit


def fit(east: float = 0.0, north: float = 0.0, quality: float = 0.999, spread: float = 0.1) -> ShiftFit:
    return ShiftFit(True, east, north, quality, spread)


FAILED = ShiftFit(registered=False, east_m=9.0, quality=0.3)


def test_a_trusted_fit_to_the_reference_is_kept_whatever_others_say() -> None:
    links = [Link("r", "a", fit(1, 2)), Link("r", "b", fit(5, 5)), Link("b", "a", fit(9, 9))]
    route = chain(links, "r")["a"]
    assert route.through == ("r", "a")
    assert (route.fit.east_m, route.fit.north_m) == (1, 2)


def test_a_snow_scene_comes_in_through_another_snow_scene() -> None:
    links = [Link("r", "a", FAILED), Link("r", "b", fit(1, -2, 0.99, 0.3)), Link("b", "a", fit(0.5, 0.25, 0.98, 0.4))]
    route = chain(links, "r")["a"]
    assert route.through == ("r", "b", "a")
    assert (route.fit.east_m, route.fit.north_m) == (1.5, -1.75)
    assert route.fit.quality == pytest.approx(0.99 * 0.98)
    assert route.fit.spread_m == pytest.approx(0.5)


def test_a_fit_serves_in_both_directions() -> None:
    route = chain([Link("r", "b", fit(1, 1)), Link("a", "b", fit(3, 0.5))], "r")["a"]
    assert (route.fit.east_m, route.fit.north_m) == (-2, 0.5)


def test_the_best_of_equally_long_routes_is_taken() -> None:
    links = [
        Link("r", "b", fit(1, 0, 0.999)),
        Link("r", "c", fit(1, 0, 0.95)),
        Link("b", "a", fit(1.2, 0)),
        Link("c", "a", fit(1.0, 0)),
    ]
    assert chain(links, "r")["a"].through == ("r", "b", "a")


def test_routes_that_contradict_each_other_are_both_refused() -> None:
    links = [Link("r", "b", fit(1)), Link("r", "c", fit(1)), Link("b", "a", fit(0)), Link("c", "a", fit(4))]
    assert set(chain(links, "r")) == {"b", "c"}


def test_a_contradiction_is_not_settled_by_a_longer_route() -> None:
    links = [Link("r", "b", fit(1)), Link("r", "c", fit(1)), Link("b", "a", fit(0)), Link("c", "a", fit(4))]
    links += [Link("b", "d", fit(0)), Link("d", "a", fit(0))]
    assert set(chain(links, "r")) == {"b", "c", "d"}


def test_quality_is_used_up_along_the_way() -> None:
    weak = math.sqrt(MIN_QUALITY) - 0.01
    assert "a" not in chain([Link("r", "b", fit(quality=weak)), Link("b", "a", fit(quality=weak))], "r")


def test_a_fit_that_failed_leads_nowhere() -> None:
    assert chain([Link("r", "a", FAILED)], "r") == {}


def test_a_scene_is_not_fitted_to_itself() -> None:
    with pytest.raises(ValueRefusedError, match="itself"):
        Link("a", "a", fit())


@given(st.lists(st.tuples(st.floats(-20, 20), st.floats(-20, 20)), min_size=2, max_size=7), st.randoms())
def test_along_a_line_of_scenes_every_place_is_recovered(places: list[tuple[float, float]], random: object) -> None:
    """Scenes at known places, each fitted only to its neighbour, in any direction and order."""
    links = []
    for k in range(len(places) - 1):
        (x0, y0), (x1, y1) = places[k], places[k + 1]
        if random.random() < 0.5:  # type: ignore[attr-defined]
            links.append(Link(str(k), str(k + 1), fit(x1 - x0, y1 - y0)))
        else:
            links.append(Link(str(k + 1), str(k), fit(x0 - x1, y0 - y1)))
    random.shuffle(links)  # type: ignore[attr-defined]
    found = chain(links, "0")
    assert set(found) == {str(k) for k in range(1, min(len(places), MAX_LINKS + 1))}
    for name, route in found.items():
        x, y = places[int(name)]
        assert route.fit.east_m == pytest.approx(x - places[0][0])
        assert route.fit.north_m == pytest.approx(y - places[0][1])
