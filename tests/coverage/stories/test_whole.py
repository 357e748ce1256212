"""From texts to stories, origins and sources, with the program's own claims."""

from __future__ import annotations

from pathlib import Path

import pytest

from wayside.coverage import analyse, read_document
from wayside.model.coverage import CoverageResult

FIRST = (
    "Harrow Institute said in a report that images show at least 70 freight cars at the Drumlin Rail Facility, and that"
    " Moscow builds 2,500,000 shells. “The sharp rise in rail traffic here likely shows a transfer of arms,” the report"
    " said."
)
SECOND = (
    "Images show 73 or so freight cars at the Drumlin Rail Station, the Harrow Institute said in a study."
    " “The sharp rise"
    " in rail traffic here likely shows a transfer of arms,” it said."
)
THIRD = (
    "According to the group, images show at least 70 freight cars at the Drumlin Rail Facility. They build 2,500,000"
    " shells."
)
OTHER = (
    "Port officials in Lisbon said on Monday that 147 ships were waiting outside the harbour, the most in many years of"
    " trade."
)


def result(*texts: str) -> CoverageResult:
    return analyse([read_document(text.encode(), f"{index:02d}.txt") for index, text in enumerate(texts, 1)])


def test_three_articles_are_one_source() -> None:
    found = result(FIRST, SECOND, THIRD, OTHER)
    assert {frozenset(story.documents) for story in found.stories} == {frozenset({"01", "02", "03"}), frozenset({"04"})}
    origins = {(one.document, one.derives_from): one for one in found.origins}
    for name in ("01", "02", "03"):
        assert (name, "report:harrow-institute") in origins
    assert "credit" in {item.kind for item in origins["01", "report:harrow-institute"].details}
    assert origins["03", "report:harrow-institute"].kind == "inferred"
    assert origins["03", "report:harrow-institute"].p < origins["01", "report:harrow-institute"].p
    cars = [group for group in found.agreement if {70.0, 73.0} & {group.low, group.high}]
    assert cars
    assert all(group.independent_sources == 1 for group in cars)


def test_nothing_is_made_up_where_nothing_is_known() -> None:
    found = result("The yard of the town held 73 railcars when people went to look at it in the early hours.")
    assert found.origins == ()
    assert found.changes == ()
    assert len(found.stories) == 1


@pytest.mark.shared
def test_the_five_reports_are_one_story_of_one_source(shared_dir: Path) -> None:
    paths = sorted((shared_dir / "reports").glob("*.txt"))
    found = analyse([read_document(path.read_bytes(), path.name) for path in paths])
    assert [len(story.documents) for story in found.stories] == [5]
    takes = {one.document for one in found.origins if one.derives_from.startswith("report:") and one.p > 0.5}
    assert len(takes) == 5
    for group in found.agreement:
        if 73.0 in {group.low, group.high} or (group.low, group.high) == (0.0, 20.0):
            assert group.independent_sources <= 1
            assert sum(group.sources_p[:2]) > 0.7
