"""What is judged of trains seen again: against closed forms, the documented trials, and a simulation of reports."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import ModuleType

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.assessment.assess import assess
from wayside.assessment.assessment import Assessment
from wayside.assessment.consists import (
    DRAWN_DATES,
    DRAWN_TRAINS,
    RECOGNISED,
    SEEN_BEFORE,
    most_that_p_allows,
    odds_of,
    probabilities,
    wilson,
)
from wayside.assessment.to_json import to_json
from wayside.model.consists import Alignment, Consist, ConsistCar, ConsistMatch
from wayside.model.judgements import Confidence

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = json.loads((DOCS / "schemas" / "assessment.json").read_text(encoding="utf-8"))


def train(name: str, day: date, *, site: str = "kestrel", track: str = "2", gsd_m: float = 0.3, n: int = 10) -> Consist:
    along = 100.0 * int(track) if track.isdigit() else 0.0
    cars = tuple(ConsistCar(along + 14.0 * k, along + 14.0 * k + 13.0) for k in range(n))
    return Consist(name, site, f"KJ_{day:%Y%m%d}", day, track, gsd_m, cars)


EARLIER, LATER = train("t1", date(2023, 9, 28)), train("t2", date(2023, 10, 5), track="4")


def match(
    first: Consist = EARLIER, second: Consist = LATER, *, p: float = 1e-8, pairs: int = 49, later: int = 7, at: int = 0
) -> ConsistMatch:
    aligned = Alignment(tuple((at + k, at + k) for k in range(5)))
    return ConsistMatch(
        first, second, aligned, 9.0, 3.0, p, min(1.0, pairs * p), pairs, 1999, later_trains=later
    )  # fmt: skip


def assessed(case: ModuleType, *matches: ConsistMatch, language: str = "en") -> Assessment:
    rows = case.rows()
    return assess(case.site(), rows, case.series(rows), generated=case.GENERATED, matches=matches, language=language)


# ---------------------------------------------------------------------- probability
@pytest.mark.parametrize("p", [1e-9, 1e-4, 0.01, 0.05, 0.3])
def test_no_p_value_says_more_than_the_best_alternative_of_its_family(p: float) -> None:
    """The bound of Sellke and others is the largest density at p of all Beta(x, 1), x at most 1."""
    x = np.linspace(1e-4, 1.0, 200_001)
    assert most_that_p_allows(p) == pytest.approx(float((x * p ** (x - 1.0)).max()), rel=1e-3)


@given(st.floats(min_value=0.37, max_value=1.0))
def test_a_large_p_value_says_nothing(p: float) -> None:
    assert most_that_p_allows(p) == 1.0


@given(st.integers(0, 50), st.integers(1, 400))
def test_wilsons_interval_solves_its_equation(hits: int, more: int) -> None:
    n = hits + more
    for end in wilson(hits, n):
        assert abs(hits / n - end) == pytest.approx(1.96 * np.sqrt(end * (1 - end) / n), abs=1e-7)


@given(st.floats(min_value=1e-12, max_value=1e-3), st.floats(min_value=1e-12, max_value=1e-3), st.integers(1, 40))
def test_better_evidence_never_lowers_the_odds(one: float, other: float, later: int) -> None:
    low, high = sorted((one, other))
    strong, weak = (odds_of(match(p=p, later=later), SEEN_BEFORE) for p in (low, high))
    assert strong is not None
    assert weak is not None
    assert strong >= weak
    limit = later * SEEN_BEFORE * wilson(30, DRAWN_TRAINS)[0] / wilson(0, DRAWN_DATES)[1]
    assert strong <= limit * (1 + 1e-12)


def test_what_was_never_tried_is_not_judged(case: ModuleType) -> None:
    coarse = match(replace(EARLIER, gsd_m=2.0))
    crowded = match(pairs=30_001)
    assert probabilities((coarse, crowded), SEEN_BEFORE) == (None, None)
    found = assessed(case, coarse)
    assert found.judgement("train-1") is None
    assert not any(h.id == "train" for h in found.headlines)


def test_two_places_of_one_scene_share_the_odds() -> None:
    other = match(second=train("t3", date(2023, 10, 5), track="5"))
    both = probabilities((match(), other), SEEN_BEFORE)
    alone = probabilities((match(),), SEEN_BEFORE)[0]
    assert both[0] is not None
    assert alone is not None
    assert both[0] == both[1] == pytest.approx(1 / (2 + (1 - alone) / alone))
    # A train that was parted stands in two places with other cars; one of another scene may be the same once more.
    parted = match(second=other.second, at=5)
    later = match(second=train("t4", date(2023, 10, 6), track="5"))
    assert probabilities((match(), parted, later), SEEN_BEFORE)[0] == alone
    turned = match(first=train("t5", date(2023, 9, 28), track="6"))
    assert probabilities((match(), turned), SEEN_BEFORE)[0] == both[0]


def test_the_trials_are_those_of_the_page() -> None:
    page = (DOCS / "consists.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([\d.]+) \| [\d.]+ \| (\d+) \| (\d+) \| (\d+) \|$", page, re.MULTILINE)
    assert {float(gsd): tuple(map(int, found)) for gsd, *found in rows} == {
        gsd: tuple(column.values()) for gsd, column in RECOGNISED.items()
    }
    # The cells of the table by length and kind add up to the same.
    for gsd, name in ((0.4, "0.3 and 0.3"), (0.75, "0.5 and 0.5"), (1.25, "1 and 1")):
        cells = [cell for row in re.findall(rf"^\| {re.escape(name)} \|(.+)$", page, re.MULTILINE)
                 for cell in re.findall(r"(\d+) \(\d+–\d+\), n = (\d+)", row)]  # fmt: skip
        assert sum(int(n) for _, n in cells) == DRAWN_TRAINS
        assert sum(round(int(share) * int(n) / 100) for share, n in cells) == RECOGNISED[gsd][300]
    assert f"0 of {DRAWN_DATES} pairs of dates" in page


def reported(share: float, seed: int, *, level: float, families: int = 20_000) -> tuple[float, float, int]:
    """Return mean probability, share of true ones and number, of what is reported of two dates of seven trains each.

    A train comes again with a probability of ``share``. It is recognised as often as drawn trains were; p-values of
    recognised ones are even in the logarithm, those of false pairs even up to a family's share ``level``.
    """
    rng = np.random.default_rng(seed)
    recognised, needed = RECOGNISED[0.4][300] / DRAWN_TRAINS, 0.05 / 49
    true = rng.random((families, 7)) < share * recognised
    p_true = needed * 10.0 ** -rng.uniform(0, 7, true.sum())
    false = rng.random(families * 49) < level / 49
    p_false = needed * rng.uniform(1e-9, 1, false.sum())
    given_ = [probabilities((match(p=p),), SEEN_BEFORE)[0] or 0.0 for p in np.concatenate([p_true, p_false])]
    return float(np.mean(given_)), true.sum() / len(given_), len(given_)


@pytest.mark.parametrize("share", [0.1, 0.2, 0.5])
def test_where_trains_come_again_as_taken_or_more_the_probability_claims_no_more_than_is_true(share: float) -> None:
    given_, right, number = reported(share, 1, level=wilson(0, DRAWN_DATES)[1])
    assert number > 300
    assert given_ <= right + 2 * np.sqrt(right * (1 - right) / number)


def test_where_trains_hardly_ever_come_again_it_claims_too_much_as_is_said() -> None:
    given_, right, _ = reported(0.01, 2, level=wilson(0, DRAWN_DATES)[1])
    assert given_ > right + 0.1


# ---------------------------------------------------------------------- words
def test_a_match_is_judged_with_all_that_it_rests_on(case: ModuleType) -> None:
    found = assessed(case, match())
    judged = found.judgement("train-1")
    assert judged is not None
    assert judged.statement == (
        "the train of 10 cars on track 4 on 5 October 2023 is the one of 10 cars that stood on track 2 on "
        "28 September 2023"
    )
    assert judged.probability == pytest.approx(0.74, abs=0.01)
    assert judged.words == "likely"
    assert judged.confidence is Confidence.LOW
    assert judged.evidence == ("KJ_20230928", "KJ_20231005", "t1", "t2")
    assert any("says nothing of what it carries" in text for text in judged.assumptions)
    assert len(judged.would_change) == 3
    headline = next(h for h in found.headlines if h.id == "train")
    assert headline.judgement_ids == ("train-1",)
    assert "5 cars of each stand in the same order" in headline.finding
    written = json.loads(json.dumps(to_json(found), allow_nan=False))
    jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(written)
    assert written["matches"][0]["later_trains"] == 7


@pytest.mark.parametrize("later", [1, 7, 40])
def test_confidence_is_never_high(case: ModuleType, later: int) -> None:
    judged = assessed(case, match(later=later)).judgement("train-1")
    assert judged is not None
    assert judged.confidence is not Confidence.HIGH


def test_a_weak_match_has_no_headline(case: ModuleType) -> None:
    found = assessed(case, match(p=1e-3, later=1))
    assert found.judgement("train-1") is not None
    assert not any(h.id == "train" for h in found.headlines)


def test_of_two_trains_the_one_that_moved_leads(case: ModuleType) -> None:
    stayed = match(second=train("t6", date(2023, 10, 5)), p=1e-12)
    assert stayed.same_place
    moved = match(first=train("t7", date(2023, 9, 22), track="6"), second=train("t8", date(2023, 9, 28), track="5"))
    found = assessed(case, stayed, moved)
    headline = next(h for h in found.headlines if h.id == "train")
    assert headline.judgement_ids == ("train-2",)
    alone = next(h for h in assessed(case, stayed).headlines if h.id == "train")
    assert "on the same stretch of the same track" in alone.finding


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("text", ["a.", "<b>x</b>", "\u202egnp", "../x", "x" * 3000])
def test_names_from_outside_break_nothing(case: ModuleType, language: str, text: str) -> None:
    hostile = match(replace(EARLIER, track_id=text), replace(LATER, track_id=text, site_id=text))
    judged = assessed(case, hostile, language=language).judgement("train-1")
    assert judged is not None
    assert text in judged.statement


def test_that_no_train_is_recognised_is_no_evidence(case: ModuleType) -> None:
    for matches in ((), (match(),)):
        found = assessed(case, *matches)
        why = next(limit.why for limit in found.limits if limit.id == "trains-again")
        assert "30 were recognised" in why
        assert ("anywhere in between" in why) == bool(matches)
