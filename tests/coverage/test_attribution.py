"""Who says it, through whom; where and when. Texts are written for the purpose."""

from __future__ import annotations

from datetime import date

import pytest

from wayside.coverage import read_document
from wayside.coverage.claims.times import find_times
from wayside.coverage.finding import find_claims
from wayside.coverage.words.tokens import sentences, tokenise
from wayside.model.claims import Claim

FILL = " The rise was seen by people who watch the railway and the railcars that stand on its tracks, day after day."


def claim(text: str, published: date | None = None) -> Claim:
    found = [one for one in find_claims(read_document((text + FILL).encode(), "x.txt", published=published)).claims
             if one.kind != "comparison"]  # fmt: skip
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "who", "via"),
    [
        ("According to Beyond Parallel, images show 73 railcars.", "Beyond Parallel", ()),
        ("Images show 73 railcars, according to a report by Beyond Parallel.", "Beyond Parallel", ()),
        ("Beyond Parallel said that 73 railcars stood there.", "Beyond Parallel", ()),
        ("Images show 73 railcars, Beyond Parallel said.", "Beyond Parallel", ()),
        (
            "Images show 73 railcars, said the Beyond Parallel Project of the Washington-based Center for Studies.",
            "Beyond Parallel",
            (),
        ),
        (
            "Beyond Parallel, a website run by the Center for Rail Studies, said 73 railcars stood there.",
            "Beyond Parallel",
            (),
        ),
        ("Reuters reported that Beyond Parallel saw 73 railcars.", "Beyond Parallel", ("Reuters",)),
        ("Reuters reported 73 railcars at the yard.", "Reuters", ()),
        ("CBS News cited Beyond Parallel as saying that 73 railcars stood there.", "Beyond Parallel", ("CBS News",)),
        ("SEOUL (AP) — Beyond Parallel said 73 railcars stood there.", "Beyond Parallel", ("AP",)),
        ("The yard held 73 railcars.", None, ()),
        ("The yard held 73 railcars, but analysts believe that this will fall.", None, ()),
        ("Matthew Miller told Reuters that 73 railcars stood there.", "Matthew Miller", ("Reuters",)),
        ("Defense Minister Shin Won-sik said 73 railcars went.", "Shin Won-sik", ()),
        ("Seoul's spy agency put the number at 73 railcars.", "Seoul's spy agency", ()),
        ("The U.S. believes that 73 railcars went.", "U.S.", ()),
        ("Photos analyzed by the Drumlin Observatory show 73 railcars.", "Drumlin Observatory", ()),
        ("Images from Planet Labs show 73 railcars.", "Planet Labs", ()),
        ("Beyond Parallel spoke of a rise. Images show 73 railcars at the yard.", "Beyond Parallel", ()),
        ("In a report, Beyond Parallel spoke of a rise. It said that 73 railcars stood there.", "Beyond Parallel", ()),
    ],
)
def test_who_and_through_whom(text: str, who: str | None, via: tuple[str, ...]) -> None:
    found = claim(text)
    assert (found.asserted_by, found.via) == (who, via)
    assert not found.anonymous


def test_a_group_without_a_name_is_flagged_and_not_guessed() -> None:
    found = claim("According to the group, images show at least 70 freight cars.")
    assert found.asserted_by == "the group"
    assert found.anonymous
    assert found.flags == ("antecedent missing: 'the group'",)


def test_the_group_with_a_name_before_it_is_that() -> None:
    found = claim("Beyond Parallel published a report. According to the group, images show at least 70 freight cars.")
    assert (found.asserted_by, found.anonymous, found.flags) == ("Beyond Parallel", False, ())


def test_an_official_without_a_name_is_anonymous() -> None:
    found = claim("A U.S. official told CBS News that 73 railcars had crossed.")
    assert (found.asserted_by, found.anonymous, found.via) == ("U.S. official", True, ("CBS News",))


def test_an_introduction_with_a_colon_goes_for_the_quotation_below() -> None:
    text = "Reuters reported:\n\n“The yard held 73 railcars, Beyond Parallel said in a report.”\n\n" + FILL
    found = claim(text)
    assert (found.asserted_by, found.via) == ("Beyond Parallel", ("Reuters",))


def test_initials_are_the_name_that_they_stand_for() -> None:
    reading = find_claims(read_document((
        "According to Beyond Parallel, a website managed by the Centre for Strategic and International "
        "Studies (CSIS), 73 railcars"
        " stood there. CSIS said 20 railcars stood there before." + FILL).encode(), "x"))  # fmt: skip
    assert {one.asserted_by for one in reading.claims} == {"Beyond Parallel"}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Images show 73 railcars at the Tumangang Rail Facility.", "Tumangang"),
        ("At North Korea’s border Tumangang Rail Facility stood 73 railcars.", "Tumangang"),
        ("The Drumlin station grew. Images show 73 railcars there.", "Drumlin"),
        ("Images show 73 railcars near Khan Younis.", "Khan Younis"),
        ("Images show 73 railcars.", None),
    ],
)
def test_places(text: str, place: str | None) -> None:
    assert claim(text).place == place


PUBLISHED = date(2023, 10, 9)  # a Monday


@pytest.mark.parametrize(
    ("text", "words", "start", "end"),
    [
        ("as of Oct. 5", "as of Oct. 5", date(2023, 10, 5), date(2023, 10, 5)),
        ("on October 5, 2022,", "October 5, 2022", date(2022, 10, 5), date(2022, 10, 5)),
        ("on 5 October 2022", "5 October 2022", date(2022, 10, 5), date(2022, 10, 5)),
        ("in October 2022", "October 2022", date(2022, 10, 1), date(2022, 10, 31)),
        ("on Dec. 24", "Dec. 24", date(2022, 12, 24), date(2022, 12, 24)),
        ("over the past five years", "over the past five years", date(2018, 10, 9), PUBLISHED),
        ("yesterday", "yesterday", date(2023, 10, 8), date(2023, 10, 8)),
        ("on Friday", "Friday", date(2023, 10, 6), date(2023, 10, 6)),
        ("this week", "this week", PUBLISHED, PUBLISHED),
        ("last month", "last month", date(2023, 9, 1), date(2023, 9, 30)),
        ("last year", "last year", date(2022, 1, 1), date(2022, 12, 31)),
        ("in 2021", "in 2021", date(2021, 1, 1), date(2021, 12, 31)),
        ("Historically", "Historically", None, None),
        ("on February 31, 2022", "February 31, 2022", None, None),
    ],
)
def test_times_resolve_against_the_day_of_publication(
    text: str, words: str, start: date | None, end: date | None
) -> None:
    found = find_times(text, tokenise(text, 0, len(text)), PUBLISHED)
    assert [(one.span.text, one.span.start, one.span.end) for one in found] == [(words, start, end)]


@pytest.mark.parametrize("text", ["as of Oct. 5", "yesterday", "last month", "over the past five years", "on Friday"])
def test_without_a_day_of_publication_relative_times_stay_open(text: str) -> None:
    (found,) = find_times(text, tokenise(text, 0, len(text)), None)
    assert (found.span.start, found.span.end) == (None, None)


def test_each_clause_has_its_own_time() -> None:
    text = "As of Oct. 5 the yard held 73 railcars while over the past five years it held no more than 20 railcars."
    now, before = find_claims(read_document((text + FILL).encode(), "x", published=PUBLISHED)).claims
    assert now.time is not None
    assert before.time is not None
    assert (now.kind, now.time.start) == ("count", date(2023, 10, 5))
    assert (before.kind, before.time.end) == ("maximum", PUBLISHED)


def test_sentences_end_where_they_should() -> None:
    text = "The U.S. envoy met Gov. Smith on Oct. 5. He said “no.” Then they left"
    found = sentences(text, 0, len(text))
    assert [text[one.start : one.end] for one in found] == [
        "The U.S. envoy met Gov. Smith on Oct. 5.", "He said “no.”", "Then they left",
    ]  # fmt: skip
