"""What recognised trains and storage zones add to the evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import ModuleType

import pytest

from wayside.assessment.assess import assess
from wayside.assessment.assessment import Assessment
from wayside.assessment.hypotheses import measured_evidence
from wayside.assessment.hypotheses.places import growing_zones, recognised_trains
from wayside.model.consists import Alignment, Consist, ConsistCar, ConsistMatch
from wayside.model.zones import ZoneFinding


@pytest.fixture(scope="module")
def made(case: ModuleType) -> Assessment:
    """The made-up site, assessed."""
    rows = case.rows()
    return assess(case.site(), rows, case.series(rows), generated=case.GENERATED)


def sighting(site: str, day: date) -> Consist:
    cars = (ConsistCar(0.0, 13.9), ConsistCar(15.0, 28.9))
    return Consist(f"{site}-{day}", site, f"scene-{site}-{day}", day, "1", 0.5, cars)


def match(first: Consist, second: Consist, p: float) -> ConsistMatch:
    return ConsistMatch(first, second, Alignment(((0, 0), (1, 1))), 9.0, 3.0, min(p, 1.0), p, 1, 1000)


HERE, AGAIN = sighting("kestrel", date(2023, 9, 20)), sighting("kestrel", date(2023, 9, 30))
THERE = sighting("far-end", date(2023, 10, 1))


def test_a_train_that_stayed_and_one_that_went(made: Assessment) -> None:
    matches = (match(HERE, AGAIN, 0.01), match(HERE, THERE, 0.002))
    stood, moved = recognised_trains(replace(made, matches=matches))
    assert (stood.rule, moved.rule) == ("train-stood", "train-moved")
    assert moved.values["one"] == "Kestrel Junction"
    assert moved.values["other"] == "far-end"
    assert moved.refers == (HERE.scene_id, THERE.scene_id)
    for language in ("en", "ru"):
        told = {one.id for one in measured_evidence(replace(made, matches=matches), language)}
        assert {"measured-train-stood", "measured-train-moved"} <= told


def test_a_doubtful_match_is_no_evidence_and_the_surest_is_taken(made: Assessment) -> None:
    assert not list(recognised_trains(replace(made, matches=(match(HERE, AGAIN, 0.2),))))
    later = sighting("kestrel", date(2023, 10, 3))
    (found,) = recognised_trains(replace(made, matches=(match(HERE, AGAIN, 0.04), match(HERE, later, 0.001))))
    assert found.values["last"] == date(2023, 10, 3)


def test_a_zone_is_evidence_where_it_exceeds_all_its_earlier_looks(made: Assessment) -> None:
    zones = tuple(ZoneFinding(name, (), p_exceeds_observed=p) for name, p in (("a", 0.85), ("b", 0.95), ("c", None)))
    (found,) = growing_zones(replace(made, zones=zones))
    assert found.values == {"zone": "b", "p": 0.95}
    assert not list(growing_zones(replace(made, zones=(ZoneFinding("a", (), p_exceeds_observed=0.5),))))
