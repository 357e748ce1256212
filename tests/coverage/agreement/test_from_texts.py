"""From sentences to agreement: a few texts, read whole."""

from __future__ import annotations

from datetime import date
from typing import Any

from wayside.coverage import analyse, read_document
from wayside.coverage.output import to_json
from wayside.model.agreement import MeasuredCount
from wayside.model.coverage import CoverageResult

SCENE = (
    "The station lies near the Drenova crossing between Kasteria and Norvenia. Kasteria's minister Ivo Maren met "
    "President Talin of Norvenia in Osterhaven last month."
)
LINE = (
    "The Harrow Institute said in a report that {} freight cars stood at the Drumlin rail station on October 5, 2023."
)
MEASURED = MeasuredCount(70, (0.05, 0.1, 0.2, 0.3, 0.2, 0.1, 0.05), "railcar", "Drumlin")


def result(*sentences: str, measured: MeasuredCount | None = None) -> CoverageResult:
    texts = [f"Trains at the border\n\n{sentence}\n\n{SCENE}\n" for sentence in sentences]
    return analyse([read_document(text.encode(), f"{at:02d}.txt") for at, text in enumerate(texts, 1)], measured)


def cars(found: CoverageResult) -> Any:
    """Return the group of claims about freight cars."""
    things = {claim.id: claim.thing for claim in found.claims}
    return max((g for g in found.agreement if things[g.claims[0]] == "railcar"), key=lambda group: len(group.claims))


def test_one_source_in_three_articles_and_a_second_one() -> None:
    same = cars(result(*(LINE.format(words) for words in ("at least 70", "about 73", "73"))))
    assert (same.low, same.high, same.independent_sources) == (70, 73, 1)
    other = LINE.format("about 71").replace("Harrow Institute", "Marlow Observatory")
    assert cars(result(LINE.format("at least 70"), other)).independent_sources == 2


def test_an_outlier_and_a_changed_bound_are_named() -> None:
    found = result(*(LINE.format(words) for words in ("73", "about 73", "up to 73", "740", "at least 70")))
    group, quotes = cars(found), {claim.id: claim.quote for claim in found.claims}
    assert [quotes[name] for name in group.outliers] == ["740 freight cars"]
    assert [quotes[name] for name in group.changed_bounds] == ["up to 73 freight cars"]
    assert group.contradictions


def test_the_measured_count_is_compared_only_with_what_it_measures() -> None:
    texts = (LINE.format("at least 70"), LINE.format("about 73"))
    fits = cars(result(*texts, measured=MEASURED)).against_measured
    assert (fits.verdict, len(fits.claims)) == ("consistent", 2)
    few = MeasuredCount(10, (0.5, 0.5), "railcar", "Drumlin")
    assert cars(result(*texts, measured=few)).against_measured.verdict == "inconsistent"
    elsewhere = MeasuredCount(73, (1.0,), "railcar", "Wexford")
    assert cars(result(*texts, measured=elsewhere)).against_measured.reason == "at Drumlin, not Wexford"
    ships = MeasuredCount(73, (1.0,), "ship")
    assert cars(result(*texts, measured=ships)).against_measured.reason == "counts freight car, not ship"
    later = MeasuredCount(73, (1.0,), "railcar", "Drumlin", date(2023, 11, 1))
    assert cars(result(*texts, measured=later)).against_measured.reason == "another day than 2023-11-01"


def test_no_documents_give_an_empty_result() -> None:
    assert set(map(len, to_json(analyse([])).values())) == {0}


def test_nothing_is_made_up_where_nothing_is_known() -> None:
    text = "The yard of the town held 73 railcars when people went to look at it in the early hours of the morning."
    found = analyse([read_document(text.encode(), "1.txt")])
    assert (found.origins, found.agreement) == ((), ())
    assert found.claims[0].asserted_by is None


def test_documents_of_one_name_get_a_suffix() -> None:
    document = read_document(f"{LINE.format('73')}\n\n{SCENE}\n".encode(), "a.txt")
    assert [one.id for one in analyse([document, document, document]).documents] == ["a", "a-2", "a-3"]
