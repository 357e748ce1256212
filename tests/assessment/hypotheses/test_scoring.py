"""Scores of matrices: by hand, by brute force, and by the properties that the method promises."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.assessment.hypotheses.scoring import (
    SCALE,
    Rated,
    diagnosticity,
    leave_each_out,
    one_step_off,
    standings,
    weight_of,
)
from wayside.model.hypotheses import Consistency, Degree, Evidence, EvidenceKind, Standing

_CODE = {value.value: value for value in Consistency} | {"-": None}


def piece(name: str, credibility: Degree = Degree.MEDIUM, relevance: Degree = Degree.MEDIUM) -> Evidence:
    return Evidence(
        name, f"{name} happened", EvidenceKind.ANALYST, "A. Person", credibility=credibility, relevance=relevance
    )


def rated(name: str, ratings: str, **degrees: Degree) -> Rated:
    return Rated(piece(name, **degrees), tuple(_CODE[code] for code in ratings.split()))


def ranks(found: tuple[Standing, ...]) -> dict[str, int]:
    return {one.hypothesis: one.rank for one in found}


# ---------------------------------------------------------------------- by hand
IRAQ = (
    # After the worked example of Heuer (1999), chapter 8, with its + and - as C and I.
    rated("E1", "C C C"),
    rated("E2", "C C I"),
    rated("E3", "C C I"),
    rated("E4", "I C C"),
    rated("E5", "I C C"),
    rated("E6", "I C C"),
)


def test_an_example_from_the_literature_by_hand() -> None:
    found = standings(("H1", "H2", "H3"), IRAQ)
    assert [(one.hypothesis, one.inconsistency, one.rank) for one in found] == [
        ("H2", 0.0, 1),
        ("H3", 2.0, 2),
        ("H1", 3.0, 3),
    ]
    # Evidence that fits every hypothesis has no diagnostic value: E1 alone.
    assert [one.evidence.id for one in IRAQ if diagnosticity(one) == 0] == ["E1"]
    # C C I: differences 0, 2, 2.
    assert diagnosticity(IRAQ[1]) == pytest.approx(4 / 3)


def test_weights_are_those_of_the_published_program() -> None:
    low, medium, high = 1 / math.sqrt(2), 1.0, math.sqrt(2)
    value = {Degree.LOW: low, Degree.MEDIUM: medium, Degree.HIGH: high}
    for credibility in Degree:
        for relevance in Degree:
            assert weight_of(piece("x", credibility, relevance)) == pytest.approx(value[credibility] * value[relevance])


def test_very_inconsistent_counts_twice_and_consistent_not_at_all() -> None:
    high = {"credibility": Degree.HIGH, "relevance": Degree.HIGH}
    found = standings(("a", "b", "c", "d", "e", "f"), [rated("x", "CC C N I II NA", **high)])
    assert {one.hypothesis: one.inconsistency for one in found} == {"a": 0, "b": 0, "c": 0, "f": 0, "d": 2, "e": 4}


def test_diagnosticity_is_the_mean_difference_of_pairs() -> None:
    # CC 2, N 0, II -2: differences 2, 4, 2.
    assert diagnosticity(rated("x", "CC N II")) == pytest.approx(8 / 3)
    assert diagnosticity(rated("x", "CC N II", credibility=Degree.HIGH, relevance=Degree.HIGH)) == pytest.approx(16 / 3)
    assert diagnosticity(rated("x", "N NA -")) == 0
    # What nobody rated is no N: it neither adds a difference nor thins out those that there are.
    assert diagnosticity(rated("x", "C - - -")) == 0
    assert diagnosticity(rated("x", "C I - -")) == diagnosticity(rated("x", "C I"))
    assert diagnosticity(rated("x", "- - -")) == 0


def test_equal_scores_share_a_place_and_the_next_is_passed_over() -> None:
    found = standings(("a", "b", "c", "d"), [rated("x", "I N N II")])
    assert ranks(found) == {"b": 1, "c": 1, "a": 3, "d": 4}
    assert [one.hypothesis for one in found] == ["b", "c", "a", "d"]


def test_root_two_sums_tie_exactly_whatever_their_order() -> None:
    # Both hypotheses collect the same weights, in another order of pieces: √2 + 1/√2 + 2 + 1/2.
    degrees = [(Degree.HIGH, Degree.MEDIUM), (Degree.LOW, Degree.MEDIUM), (Degree.HIGH, Degree.HIGH), (Degree.LOW,) * 2]
    pieces = [Rated(piece(f"a{k}", *d), (Consistency.I, Consistency.N)) for k, d in enumerate(degrees)]
    pieces += [Rated(piece(f"b{k}", *d), (Consistency.N, Consistency.I)) for k, d in enumerate(reversed(degrees))]
    for order in (range(8), reversed(range(8)), (3, 7, 1, 0, 5, 2, 6, 4)):
        assert set(ranks(standings(("a", "b"), [pieces[k] for k in order])).values()) == {1}


# ---------------------------------------------------------------------- by brute force and by property
_DEGREES = st.sampled_from(list(Degree))
_RATINGS = st.sampled_from([*Consistency, None])


@st.composite
def matrices(draw: st.DrawFn) -> tuple[tuple[str, ...], list[Rated]]:
    names = tuple(f"h{k}" for k in range(draw(st.integers(2, 5))))
    pieces = [
        Rated(piece(f"e{k}", draw(_DEGREES), draw(_DEGREES)), tuple(draw(_RATINGS) for _ in names))
        for k in range(draw(st.integers(0, 6)))
    ]
    return names, pieces


def exact(names: tuple[str, ...], pieces: list[Rated]) -> dict[str, tuple[Fraction, Fraction]]:
    """Return scores as pairs (x, y) of x + y √2, in rational numbers: another way to the same sums."""
    step = {Degree.LOW: -1, Degree.MEDIUM: 0, Degree.HIGH: 1}
    points = {Consistency.I: 1, Consistency.II: 2}
    found = {}
    for k, name in enumerate(names):
        x = y = Fraction(0)
        for one in pieces:
            times = points.get(one.ratings[k], 0) if one.ratings[k] is not None else 0
            exponent = step[one.evidence.credibility] + step[one.evidence.relevance]
            if exponent % 2:
                y += times * Fraction(2) ** ((exponent - 1) // 2)
            else:
                x += times * Fraction(2) ** (exponent // 2)
        found[name] = (x, y)
    return found


@given(matrices())
def test_scores_and_places_agree_with_brute_force(made: tuple[tuple[str, ...], list[Rated]]) -> None:
    names, pieces = made
    sums = exact(names, pieces)
    found = standings(names, pieces)
    scores = {name: float(x) + float(y) * math.sqrt(2) for name, (x, y) in sums.items()}
    for one in found:
        assert one.inconsistency == pytest.approx(scores[one.hypothesis])
        # Fewer, by more than rounding: equal exact sums are equal places.
        assert one.rank == 1 + sum(
            sums[other] != sums[one.hypothesis] and scores[other] < scores[one.hypothesis] for other in names
        )
    assert [one.rank for one in found] == sorted(one.rank for one in found)


@given(matrices(), st.randoms(use_true_random=False))
def test_the_order_of_evidence_and_of_hypotheses_does_not_matter(
    made: tuple[tuple[str, ...], list[Rated]], random: object
) -> None:
    names, pieces = made
    shuffle = random.shuffle  # type: ignore[attr-defined]
    order, columns = list(range(len(pieces))), list(range(len(names)))
    shuffle(order)
    shuffle(columns)
    moved = [Rated(pieces[k].evidence, tuple(pieces[k].ratings[c] for c in columns)) for k in order]
    mixed = standings(tuple(names[c] for c in columns), moved)
    assert ranks(mixed) == ranks(standings(names, pieces))
    assert {one.hypothesis: one.inconsistency for one in mixed} == {
        one.hypothesis: one.inconsistency for one in standings(names, pieces)
    }


@given(matrices(), st.sampled_from(list(Consistency)), _DEGREES, _DEGREES)
def test_a_piece_that_tells_nothing_apart_changes_no_order(
    made: tuple[tuple[str, ...], list[Rated]], value: Consistency, credibility: Degree, relevance: Degree
) -> None:
    names, pieces = made
    alike = Rated(piece("new", credibility, relevance), (value,) * len(names))
    assert diagnosticity(alike) == 0
    assert ranks(standings(names, [*pieces, alike])) == ranks(standings(names, pieces))
    assert not leave_each_out(names, [*pieces, alike])[-1].changes_order


@given(matrices(), st.data())
def test_a_worse_rating_never_betters_a_hypothesis(
    made: tuple[tuple[str, ...], list[Rated]], data: st.DataObject
) -> None:
    names, pieces = made
    places = [(i, k) for i, one in enumerate(pieces) for k, was in enumerate(one.ratings) if was in SCALE[:-1]]
    if not places:
        return
    i, k = data.draw(st.sampled_from(places))
    was = pieces[i].ratings[k]
    assert was is not None
    worse = SCALE[SCALE.index(was) + 1]
    then = [*pieces]
    then[i] = Rated(pieces[i].evidence, (*pieces[i].ratings[:k], worse, *pieces[i].ratings[k + 1 :]))
    before = {one.hypothesis: one for one in standings(names, pieces)}
    after = {one.hypothesis: one for one in standings(names, then)}
    assert after[names[k]].inconsistency >= before[names[k]].inconsistency
    assert after[names[k]].rank >= before[names[k]].rank
    for other in names[:k] + names[k + 1 :]:
        assert after[other].inconsistency == before[other].inconsistency
        assert after[other].rank <= before[other].rank


@given(matrices())
def test_leaving_out_is_what_the_matrix_without_the_piece_says(made: tuple[tuple[str, ...], list[Rated]]) -> None:
    names, pieces = made
    whole = ranks(standings(names, pieces))
    found = leave_each_out(names, pieces)
    assert [one.evidence for one in found] == [one.evidence.id for one in pieces]
    for k, one in enumerate(found):
        without = standings(names, [other for j, other in enumerate(pieces) if j != k])
        assert one.standings == without
        assert set(one.first) == {name for name, rank in ranks(without).items() if rank == 1}
        assert one.changes_order == (ranks(without) != whole)
        assert one.changes_first == (set(one.first) != {name for name, rank in whole.items() if rank == 1})


def test_single_steps_that_change_the_first_place_are_found() -> None:
    # a: 1, b: 1 by one piece each; c: 2. Any step at either piece decides between a and b.
    pieces = [rated("x", "I N I"), rated("y", "N I I")]
    steps, tried = one_step_off(("a", "b", "c"), pieces)
    assert tried == 12
    told = {(one.evidence, one.hypothesis, one.was.value, one.would_be.value): one.first for one in steps}
    assert told == {
        ("x", "a", "I", "N"): ("a",),
        ("x", "a", "I", "II"): ("b",),
        ("x", "b", "N", "I"): ("a",),
        ("y", "a", "N", "I"): ("b",),
        ("y", "b", "I", "N"): ("b",),
        ("y", "b", "I", "II"): ("a",),
        ("x", "c", "I", "N"): ("a", "b", "c"),
        ("y", "c", "I", "N"): ("a", "b", "c"),
    }


def test_what_is_not_rated_or_not_applicable_is_not_moved() -> None:
    assert one_step_off(("a", "b"), [rated("x", "- NA")]) == ((), 0)


# ---------------------------------------------------------------------- against another way to all of it
def brute(names: tuple[str, ...], pieces: list[Rated]) -> tuple[list[str], dict[str, tuple[Fraction, Fraction]]]:
    """Return the least inconsistent hypotheses by scores compared as rational numbers and √2, and these scores."""
    scores = exact(names, pieces)

    def below(one: str, other: str) -> bool:
        """Whether x + y √2 < 0 for the difference of two scores, without a root: by signs and squares."""
        x, y = (a - b for a, b in zip(scores[one], scores[other], strict=True))
        if x * y >= 0:
            return x + y < 0
        return 2 * y * y < x * x if x < 0 else x * x < 2 * y * y

    return [name for name in names if not any(below(other, name) for other in names)], scores


@given(matrices())
def test_what_the_order_hangs_on_agrees_with_brute_force(made: tuple[tuple[str, ...], list[Rated]]) -> None:
    names, pieces = made
    first, scores = brute(names, pieces)
    for k, one in enumerate(leave_each_out(names, pieces)):
        without, less = brute(names, pieces[:k] + pieces[k + 1 :])
        assert sorted(one.first) == sorted(without)
        assert one.changes_first == (set(without) != set(first))
        assert one.changes_order == any(
            (scores[a] == scores[b]) != (less[a] == less[b])
            or (scores[a] != scores[b] and _less(scores, a, b) != _less(less, a, b))
            for a in names
            for b in names
        )
    tried, found = 0, set()
    for i, one in enumerate(pieces):
        for k, was in enumerate(one.ratings):
            for step in (-1, 1):
                if was not in SCALE or not 0 <= SCALE.index(was) + step < len(SCALE):
                    continue
                tried += 1
                ratings = list(one.ratings)
                ratings[k] = SCALE[SCALE.index(was) + step]
                then, _ = brute(names, [*pieces[:i], Rated(one.evidence, tuple(ratings)), *pieces[i + 1 :]])
                if set(then) != set(first):
                    found.add((one.evidence.id, names[k], ratings[k], frozenset(then)))
    steps, number = one_step_off(names, pieces)
    assert number == tried
    assert {(one.evidence, one.hypothesis, one.would_be, frozenset(one.first)) for one in steps} == found


def _less(scores: dict[str, tuple[Fraction, Fraction]], one: str, other: str) -> bool:
    x, y = (a - b for a, b in zip(scores[one], scores[other], strict=True))
    return float(x) + float(y) * math.sqrt(2) < 0


@given(matrices())
def test_diagnosticity_agrees_with_brute_force(made: tuple[tuple[str, ...], list[Rated]]) -> None:
    place = dict(zip(["CC", "C", "N", "I", "II", "NA"], (2, 1, 0, -1, -2, 0), strict=True))
    for one in made[1]:
        told = [place[value.value] for value in one.ratings if value is not None]
        pairs = [abs(told[a] - told[b]) for a in range(len(told)) for b in range(a)]
        mean = sum(pairs) / len(pairs) if pairs else 0.0
        assert diagnosticity(one) == pytest.approx(weight_of(one.evidence) * mean)


def test_evidence_that_is_neutral_throughout_leaves_all_level_and_nothing_hangs_on_it() -> None:
    names, pieces = ("a", "b", "c"), [rated("x", "N N N"), rated("y", "NA NA NA"), rated("z", "- - -")]
    assert ranks(standings(names, pieces)) == {"a": 1, "b": 1, "c": 1}
    assert not any(one.changes_first or one.changes_order for one in leave_each_out(names, pieces))
    steps, tried = one_step_off(names, pieces)
    # Of x's three neutral ratings one step down is I, which sets one hypothesis behind; one step up adds nothing.
    assert (len(steps), tried) == (3, 6)


def test_the_same_evidence_twice_weighs_twice() -> None:
    once = [rated("x", "I N"), rated("y", "N II", credibility=Degree.LOW)]
    twice = [*once, rated("x2", "I N")]
    assert {s.hypothesis: s.inconsistency for s in standings(("a", "b"), once)}["a"] == 1
    assert {s.hypothesis: s.inconsistency for s in standings(("a", "b"), twice)}["a"] == 2
    assert ranks(standings(("a", "b"), once)) != ranks(standings(("a", "b"), twice))
