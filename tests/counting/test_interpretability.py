"""What a resolution allows: the two limits, blur, and results that pretend nothing."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from wayside.counting.facility import LENGTH_TO_M, interpretability, to_json
from wayside.counting.potentials import COUPLINGS_TO_M
from wayside.errors import ValueRefusedError
from wayside.model.counts import CountDistribution
from wayside.model.observations import CountStatus, SceneCount, TrackCount

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "schemas" / "count.json").read_text(encoding="utf-8"))
COUNTED, LENGTH, NOTHING = CountStatus.COUNTED, CountStatus.OCCUPIED_LENGTH, CountStatus.NOT_COUNTABLE
ORDER = [COUNTED, LENGTH, NOTHING]
AT_THE_LIMITS = [(0.01, COUNTED), (1.19, COUNTED), (1.2, COUNTED), (1.21, LENGTH), (4.99, LENGTH), (5.0, LENGTH),
                 (5.01, NOTHING), (100.0, NOTHING)]  # fmt: skip


def test_the_limits_are_those_that_are_documented() -> None:
    assert (COUPLINGS_TO_M, LENGTH_TO_M) == (1.2, 5.0)


@pytest.mark.parametrize(("gsd_m", "status"), AT_THE_LIMITS)
def test_each_limit_is_part_of_what_it_allows(gsd_m: float, status: CountStatus) -> None:
    found, reasons = interpretability(gsd_m)
    assert found is status
    assert len(reasons) == (status is not COUNTED)
    if reasons:
        assert f"{gsd_m:g} m" in reasons[0]
        assert f"limit {COUPLINGS_TO_M if status is LENGTH else LENGTH_TO_M:g} m" in reasons[0]
        assert ("occupied track length" in reasons[0]) is (status is LENGTH)
        assert ("nothing was counted" in reasons[0]) is (status is NOTHING)


@pytest.mark.parametrize(("effective_m", "status"), AT_THE_LIMITS[1:-1])
def test_blur_rules_where_it_is_coarser_than_the_pixels(effective_m: float, status: CountStatus) -> None:
    found, reasons = interpretability(0.5, effective_gsd_m=effective_m)
    assert found is status
    assert all("pixels of 0.5 m, blurred" in reason and f"{effective_m:g} m" in reason for reason in reasons)


def test_sharpness_gives_nothing_that_the_pixels_do_not_have() -> None:
    assert interpretability(3.0, effective_gsd_m=0.5) == interpretability(3.0)
    assert interpretability(6.0, effective_gsd_m=6.0) == interpretability(6.0)


@pytest.mark.parametrize("unknown", [math.nan, math.inf, 0.0, -1.0])
def test_an_unknown_gsd_is_refused_and_not_guessed(unknown: float) -> None:
    with pytest.raises(ValueRefusedError, match="GSD"):
        interpretability(unknown)


@pytest.mark.parametrize("unknown", [math.nan, math.inf, -1.0])
def test_an_unknown_sharpness_is_refused_too(unknown: float) -> None:
    with pytest.raises(ValueRefusedError, match="effective GSD"):
        interpretability(0.5, effective_gsd_m=unknown)


@given(st.floats(0.01, 100), st.floats(0.01, 100), st.none() | st.floats(0.01, 100))
def test_a_coarser_image_never_allows_more(a: float, b: float, effective: float | None) -> None:
    finer, coarser = sorted((a, b))
    first, _ = interpretability(finer, effective_gsd_m=effective)
    second, _ = interpretability(coarser, effective_gsd_m=effective)
    assert ORDER.index(first) <= ORDER.index(second)


def test_what_cannot_be_counted_carries_no_number_in_json() -> None:
    anything = CountDistribution(0, np.full(11, 1 / 11))
    track = TrackCount("1", 100.0, 1.0, 0.0, anything, 42.0)
    status, reasons = interpretability(5.01)
    count = SceneCount(
        status, 5.01, anything, anything, anything, anything, 42.0, (track,), "m", "s", {"gondola": anything}, reasons
    )
    document = json.loads(json.dumps(to_json(count, "a.tif"), allow_nan=False))
    Draft202012Validator(SCHEMA).validate(document)
    assert document["status"] == "not-countable"
    assert document["reasons"] == list(reasons)
    for name in ("count", "freight", "locomotives", "covered", "occupied_m"):
        assert document[name] is None, name
    assert document["by_type"] == {}
    assert document["tracks"][0]["count"] is None
    assert document["tracks"][0]["cars"] == []
