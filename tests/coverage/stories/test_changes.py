"""What became of claims on their way."""

from __future__ import annotations

from typing import Any

import pytest

from wayside.coverage.stories.arithmetic import derived_from
from wayside.model.claims import Claim, Quantity
from wayside.model.documents import Span
from wayside.model.stories import Change, Organisation

CREDIT = " The Harrow Institute said so in a report."


@pytest.fixture
def way(piles: Any) -> Any:
    """From the text of the report to a retelling of it: what changed."""

    def changed(before: str, after: str, **more: Any) -> list[Change]:
        pile = piles()
        pile.organisations.append(Organisation("harrow-institute", "Harrow Institute", "think tank"))
        pile.add("report", before, "2024-10-01", url="https://harrow-institute.example/varda")
        pile.add("retold", after + CREDIT, "2024-10-02", **more)
        return list(pile.trace().changes)

    return changed


def kinds(changes: list[Change]) -> list[str]:
    return [change.kind for change in changes]


SHIPS = "At Port Varda {about 147 tankers|thing=ship n=147 as=approximately place=Varda by=Harrow_Institute} wait"


@pytest.mark.parametrize(
    "after",
    [
        (
            "Roughly {some 147 tankers|thing=ship n=147 as=approximately place=Varda by=Harrow_Institute} lie"
            " off Port Varda."
        ),
        (
            "{Around 147 oil tankers|thing=ship n=147 as=approximately by=Harrow_Institute} are in the queue at"
            " Port Varda."
        ),
        "Port Varda: {147 or so ships|thing=ship n=147 as=approximately place=Port_Varda by=Harrow_Institute} there.",
    ],
)
def test_a_faithful_retelling_changes_nothing(way: Any, after: str) -> None:
    assert way(SHIPS + ".", after) == []


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (
            "At Varda {at most 20 tankers|thing=ship n=20 as=no_more_than place=Varda} lay in five years.",
            "At Varda on average {20 tankers|thing=ship n=20 by=Harrow_Institute} lay in five years.",
            "bound",
        ),
        (
            "From Varda {more than 1,000 crates|thing=crate n=1000 as=more_than place=Varda} left.",
            "From Varda {up to 1,000 crates|thing=crate n=1000 as=up_to place=Varda by=Harrow_Institute} left.",
            "bound",
        ),
        (
            "At Varda {about 147 tankers|thing=ship n=147 as=approximately} wait.",
            "At Varda {at least 147 tankers|thing=ship n=147 as=at_least by=Harrow_Institute} wait.",
            "bound",
        ),
        (
            "At Varda {about 147 tankers|thing=ship n=147 as=approximately} wait.",
            "At Varda {147 tankers|thing=ship n=147 by=Harrow_Institute} wait.",
            "hedge",
        ),
        (
            "At Varda {147 tankers|thing=ship n=147} wait.",
            "At Varda {about 147 tankers|thing=ship n=147 as=approximately by=Harrow_Institute} wait.",
            "hedge",
        ),
        (
            "At Varda {147 tankers|thing=ship n=147} wait.",
            "At Varda {147 tankards|thing=tankard n=147 by=Harrow_Institute} wait.",
            "unit",
        ),
        (
            "At Varda {20 tankers|thing=ship n=20 time=over_the_past_five_years@2019-10-01/2024-10-01} lay at most.",
            "Historically, {20 tankers|thing=ship n=20 by=Harrow_Institute} lay at Varda.",
            "period",
        ),
        (
            "From Varda {6,700 crates|thing=crate n=6700 kind=sum} have left.",
            "From Varda {6,700 crates|thing=crate n=6700 kind=sum by=Harrow_Institute} to Ostrelia have left.",
            "direction",
        ),
        (
            "At Varda {147 tankers|thing=ship n=147 certainty=likely} wait.",
            "At Varda {147 tankers|thing=ship n=147 by=Harrow_Institute} wait.",
            "certainty",
        ),
        (
            (
                "An official said that the {transfer has begun|kind=statement topic=transfer-begun"
                " certainty=likely} at Varda"
                " where {147 tankers|thing=ship n=147} wait."
            ),
            (
                "It was said that the {transfer has begun|kind=statement topic=transfer-begun} at Varda where"
                " {147 tankers|thing=ship n=147 by=Harrow_Institute} wait."
            ),
            "certainty",
        ),
        (
            "At the port {147 tankers|thing=ship n=147 place=Varda} wait.",
            "At the port {147 tankers|thing=ship n=147 place=Kestrel by=Harrow_Institute} wait.",
            "place",
        ),
        (
            "At Varda {147 tankers|thing=ship n=147 time=Oct._1@2024-10-01} wait.",
            "At Varda {147 tankers|thing=ship n=147 time=Aug._1@2024-08-01 by=Harrow_Institute} wait.",
            "date",
        ),
        (
            (
                "At Varda {at least 140 tankers|thing=ship n=140 as=at_least place=Varda} and {17 tugs|thing=tug"
                " n=17} wait."
            ),
            (
                "At Varda {152 tankers|thing=ship n=152 place=Varda by=Harrow_Institute} and"
                " {17 tugs|thing=tug n=17 by=Harrow_Institute} wait."
            ),
            "figure",
        ),
        (
            (
                "The holds take {3 million crates|thing=crate n=3000000 kind=capacity} or {500,000"
                " barrels|thing=barrel n=500000"
                " kind=capacity} at Varda."
            ),
            (
                "The holds take {3 million crates|thing=crate n=3000000 kind=capacity by=Harrow_Institute} and"
                " {500,000 barrels|thing=barrel n=500000 kind=capacity by=Harrow_Institute} at Varda."
            ),
            "and-or",
        ),
        (
            "At Varda {147 tankers|thing=ship n=147} wait, against {49 tankers|thing=ship n=49} a year ago.",
            (
                "At Varda {three times|kind=multiple n=3 thing=ship by=Harrow_Institute} as many of {147"
                " tankers|thing=ship"
                " n=147 by=Harrow_Institute} wait."
            ),
            "derived figure",
        ),
    ],
)
def test_each_kind_of_change(way: Any, before: str, after: str, kind: str) -> None:
    found = way(before, after)
    assert kinds(found) == [kind]
    (change,) = found
    assert change.before.document == "report"
    assert change.after.document == "retold"
    assert change.text
    assert change.p > 0.5


def test_a_source_that_was_dropped(pile: Any) -> None:
    pile.add("wire", "At Varda {147 tankers|thing=ship n=147 by=Harrow_Institute} wait, Harrow says." + CREDIT,
             "2024-10-01", credits=("Meridian",))  # fmt: skip
    pile.add("late", "At Varda {147 tankers|thing=ship n=147} wait (Meridian).", "2024-10-02", credits=("Meridian",))
    (change,) = [one for one in pile.trace().changes if one.kind == "attribution"]
    assert change.after.document == "late"
    assert "Harrow Institute" in change.text


def test_a_source_that_was_replaced(way: Any) -> None:
    before = "At Varda {147 tankers|thing=ship n=147 by=Pilot_Guild} wait, said the Pilot Guild."
    after = "At Varda {147 tankers|thing=ship n=147 by=Harrow_Institute} wait."
    assert kinds(way(before, after)) == ["attribution"]


def test_a_copy_without_the_report_is_measured_by_what_most_say(pile: Any) -> None:
    for at in range(4):
        pile.add(f"d{at}", SHIPS + "." + CREDIT, "2024-10-02")
    pile.add(
        "odd",
        SHIPS.replace("about 147", "up to 147").replace("as=approximately", "as=up_to") + "." + CREDIT,
        "2024-10-03",
    )
    changes = pile.trace().changes
    assert {(one.kind, one.after.document) for one in changes} == {("bound", "odd")}


def test_two_tellings_without_days_say_nothing_of_what_came_first(pile: Any) -> None:
    pile.add("one", SHIPS + "." + CREDIT)
    pile.add("two", SHIPS.replace("as=approximately", "as=up_to") + "." + CREDIT)
    assert pile.trace().changes == ()


def test_a_headline_that_drops_what_the_text_keeps(pile: Any) -> None:
    pile.add(
        "a",
        "{147 tankers|thing=ship n=147 by=Harrow_Institute} wait off Varda\nThe Harrow Institute said in a report that"
        " {about 147 tankers|thing=ship n=147 as=approximately by=Harrow_Institute} wait.",
        title="147 tankers wait off Varda",
    )
    (change,) = pile.trace().changes
    assert change.kind == "hedge"
    assert change.before.quote == "about 147 tankers"
    assert change.after.quote == "147 tankers"


def test_a_document_that_also_keeps_the_bound_changed_nothing(way: Any) -> None:
    after = (
        "At Varda {about 147 tankers|thing=ship n=147 as=approximately by=Harrow_Institute} wait. It is those"
        " {147 tankers|thing=ship n=147 by=Harrow_Institute} that matter."
    )
    assert [one for one in way(SHIPS + ".", after) if one.before.document != one.after.document] == []


def test_small_figures_of_other_things_are_other_facts(way: Any) -> None:
    before = "At Varda {5 tankers|thing=ship n=5} wait, and {147 tugs|thing=tug n=147 place=Varda} help."
    after = (
        "{5 days|thing=day n=5 unit=day kind=duration} at Varda: {147 tugs|thing=tug n=147 place=Varda"
        " by=Harrow_Institute}."
    )
    assert way(before, after) == []


def test_another_language_changes_no_thing(way: Any) -> None:
    before = "At Varda {147 tankers|thing=ship n=147 place=Varda} wait."
    after = "Ante Varda {147 petroleros|thing=petroleros n=147 place=Varda by=Harrow_Institute} esperan."
    assert way(before, after, language="es") == []


def claim(figure: float, kind: str = "count", unit: str = "1", thing: str = "ship", kept: str = "exact") -> Claim:
    low, high = (figure, None) if kept in {"more than", "at least"} else (figure, figure)
    quantity = Quantity(low, high, kept, unit, figure)
    return Claim(f"{kind}{figure}{unit}", "d", Span(0, 1), "q", quantity, thing, kind, thing=thing)


@pytest.mark.parametrize(
    ("one", "upstream", "arithmetic"),
    [
        (claim(3, "multiple", kept="more than"), (claim(146), claim(40)), "146 / 40 = 3.65"),
        (claim(3, "multiple"), (claim(147), claim(49)), "147 / 49 = 3"),
        (claim(200, "percentage", "%"), (claim(147), claim(49)), "(147 - 49) / 49 = 200 %"),
        (claim(33, "percentage", "%"), (claim(147), claim(49)), "49 / 147 = 33.3 %"),
        (claim(196), (claim(147), claim(49)), "147 + 49 = 196"),
        (claim(98), (claim(147), claim(49)), "147 - 49 = 98"),
        (claim(3675, "mass", "t"), (claim(147), claim(25, "mass", "t")), "147 x 25 = 3675"),
    ],
)
def test_arithmetic_is_shown(one: Claim, upstream: tuple[Claim, ...], arithmetic: str) -> None:
    found = derived_from(one, upstream)
    assert found is not None
    assert found.arithmetic == arithmetic


@pytest.mark.parametrize(
    ("one", "upstream"),
    [
        (claim(4, "multiple", kept="more than"), (claim(147), claim(40))),
        (claim(3, "multiple"), (claim(147), claim(49, thing="tug"))),
        (claim(196), (claim(147), claim(49, thing="tug"))),
        (claim(7), (claim(4), claim(3))),
        (claim(3675, "mass", "t"), (claim(147), claim(25))),
        (claim(50, "percentage", "%"), (claim(147), claim(49))),
        (claim(0.0), ()),
    ],
)
def test_no_arithmetic_is_made_up(one: Claim, upstream: tuple[Claim, ...]) -> None:
    assert derived_from(one, upstream) is None


@pytest.mark.parametrize(
    "words", ["according to Ostrelia", "compared to Ostrelia", "close to Ostrelia", "to 200 Ostrelians"]
)
def test_not_every_to_is_a_direction(way: Any, words: str) -> None:
    before = "From Varda {6,700 crates|thing=crate n=6700 kind=sum} have left."
    after = f"From Varda {{6,700 crates|thing=crate n=6700 kind=sum by=Harrow_Institute}} {words} have left."
    assert way(before, after) == []
