"""Sentences with times and what they mean, read on Thursday, 14 March 2024.

Every third one was kept aside while the rules were written.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import pytest

from wayside.coverage.claims.times import TimeFound, find_times
from wayside.coverage.words.tokens import tokenise

PUBLISHED = date(2024, 3, 14)


class Sentence(NamedTuple):
    """A sentence, the words of its time, first and last day (None: open), and whether it is a period looking back."""

    text: str
    words: str
    start: date | None
    end: date | None
    period: bool = False


def d(text: str) -> date:
    return date.fromisoformat(text)


SENTENCES = (
    Sentence("The image was taken on 2023-11-07.", "2023-11-07", d("2023-11-07"), d("2023-11-07")),
    Sentence("On 5 October 2022 the quay was empty.", "5 October 2022", d("2022-10-05"), d("2022-10-05")),
    Sentence("Trucks crossed on Oct. 5.", "Oct. 5", d("2023-10-05"), d("2023-10-05")),
    Sentence("The bridge fell on the 5th of October.", "the 5th of October", d("2023-10-05"), d("2023-10-05")),
    Sentence("By October 2023 the camp had grown.", "By October 2023", None, d("2023-10-31")),
    Sentence("The dam was full in early October 2023.", "early October 2023", d("2023-10-01"), d("2023-10-10")),
    Sentence("Tents went up in mid-February.", "mid-February", d("2024-02-11"), d("2024-02-20")),
    Sentence("The tankers left in late January.", "late January", d("2024-01-21"), d("2024-01-31")),
    Sentence("The mine grew in autumn 2022.", "autumn 2022", d("2022-09-01"), d("2022-11-30")),
    Sentence("Exports fell in Q3 2023.", "Q3 2023", d("2023-07-01"), d("2023-09-30")),
    Sentence(
        "Output rose in the second quarter of 2021.",
        "the second quarter of 2021",
        d("2021-04-01"),
        d("2021-06-30"),
    ),
    Sentence("Losses for 2018–2023 were small.", "2018–2023", d("2018-01-01"), d("2023-12-31"), period=True),
    Sentence(
        "Between 5 and 9 October 2023 the berth was busy.",
        "Between 5 and 9 October 2023",
        d("2023-10-05"),
        d("2023-10-09"),
    ),
    Sentence("Containers moved from Sept. 7 to Oct. 1.", "from Sept. 7 to Oct. 1", d("2023-09-07"), d("2023-10-01")),
    Sentence("A meeting took place on 5/10/2023.", "5/10/2023", None, None),
    Sentence("A meeting took place on 25/10/2023.", "25/10/2023", d("2023-10-25"), d("2023-10-25")),
    Sentence("Two ferries docked yesterday.", "yesterday", d("2024-03-13"), d("2024-03-13")),
    Sentence("The count doubled last month.", "last month", d("2024-02-01"), d("2024-02-29")),
    Sentence("Officials spoke on Friday.", "Friday", d("2024-03-08"), d("2024-03-08")),
    Sentence("Officials spoke on Thursday.", "Thursday", d("2024-03-14"), d("2024-03-14")),
    Sentence("Officials spoke last Friday.", "last Friday", d("2024-03-08"), d("2024-03-08")),
    Sentence("The minister will speak on Monday.", "Monday", d("2024-03-18"), d("2024-03-18")),
    Sentence("The shelter opened two weeks ago.", "two weeks ago", d("2024-02-29"), d("2024-02-29")),
    Sentence("The shelter opened 3 days ago.", "3 days ago", d("2024-03-11"), d("2024-03-11")),
    Sentence("Trawlers left earlier this week.", "earlier this week", d("2024-03-11"), d("2024-03-14")),
    Sentence(
        "The pier burned on March 3 and sank a day later.", "March 3; a day later", d("2024-03-03"), d("2024-03-03")
    ),
    Sentence("A day earlier the pier had burned.", "A day earlier", None, None),
    Sentence("The same day 40 buses arrived.", "The same day", None, None),
    Sentence("Harvests shrank this year.", "this year", d("2024-01-01"), d("2024-03-14")),
    Sentence("Output is forecast at 40 tonnes this year.", "this year", d("2024-01-01"), d("2024-12-31")),
    Sentence("So far this year 12 ships have called.", "So far this year", d("2024-01-01"), d("2024-03-14")),
    Sentence("Nobody had counted them since 2019.", "since 2019", d("2019-01-01"), d("2024-03-14"), period=True),
    Sentence("The port stays shut until the end of August.", "until the end of August", None, d("2024-08-31")),
    Sentence("Repairs will finish by mid-September.", "by mid-September", None, d("2024-09-20")),
    Sentence(
        "Over the past five years no plane was seen.",
        "Over the past five years",
        d("2019-03-14"),
        d("2024-03-14"),
        period=True,
    ),
    Sentence(
        "In the past three weeks 90 tents appeared.",
        "In the past three weeks",
        d("2024-02-22"),
        d("2024-03-14"),
        period=True,
    ),
    Sentence("It is the highest level in five years.", "in five years", d("2019-03-14"), d("2024-03-14"), period=True),
    Sentence(
        "Rigs returned for the first time since 2020.",
        "for the first time since 2020",
        d("2020-01-01"),
        d("2024-03-14"),
        period=True,
    ),
    Sentence("Historically the lot held 30 trucks.", "Historically", None, None, period=True),
    Sentence("It is the largest fleet ever seen.", "ever", None, None, period=True),
    Sentence("Traffic is back at pre-Covid levels.", "pre-Covid", None, None, period=True),
    Sentence("In recent years barges were rare.", "In recent years", None, d("2024-03-14"), period=True),
    Sentence("As of Oct. 5 the lot held 30 trucks.", "As of Oct. 5", d("2023-10-05"), d("2023-10-05")),
    Sentence("The dock was rebuilt in 2021.", "in 2021", d("2021-01-01"), d("2021-12-31")),
    Sentence("The lake was larger in the 1990s.", "the 1990s", d("1990-01-01"), d("1999-12-31"), period=True),
    Sentence("Wells were drilled before 2015.", "before 2015", None, d("2014-12-31")),
    Sentence("The hangar stood there after Jan. 2.", "after Jan. 2", d("2024-01-03"), None),
    Sentence(
        "Leaders met on Wednesday, Feb. 28, 2024 in Accra.",
        "Wednesday, Feb. 28, 2024",
        d("2024-02-28"),
        d("2024-02-28"),
    ),
    Sentence("Crews arrived on 1 January.", "1 January", d("2024-01-01"), d("2024-01-01")),
    Sentence("Crews arrived on Dec. 31.", "Dec. 31", d("2023-12-31"), d("2023-12-31")),
    Sentence("A record fell on 29 February 2024.", "29 February 2024", d("2024-02-29"), d("2024-02-29")),
    Sentence("A record fell on 29 February 2023.", "29 February 2023", None, None),
    Sentence("Tents stood there from 28 to 30 June 2023.", "from 28 to 30 June 2023", d("2023-06-28"), d("2023-06-30")),
    Sentence("The visit of Sept. 12-17 was long.", "Sept. 12-17", d("2023-09-12"), d("2023-09-17")),
    Sentence("Prices fell last week.", "last week", d("2024-03-04"), d("2024-03-10")),
    Sentence("Prices may fall next month.", "next month", d("2024-04-01"), d("2024-04-30")),
    Sentence("Ships waited last summer.", "last summer", d("2023-06-01"), d("2023-08-31")),
    Sentence("The strike came late last month.", "late last month", d("2024-02-21"), d("2024-02-29")),
    Sentence("It began at the end of 2022.", "the end of 2022", d("2022-11-01"), d("2022-12-31")),
    Sentence(
        "The field was cleared in the first half of 2023.", "the first half of 2023", d("2023-01-01"), d("2023-06-30")
    ),
    Sentence("The road opened a few months ago.", "a few months ago", None, None),
    Sentence(
        "Since last year the state has bought grain.", "Since last year", d("2023-01-01"), d("2024-03-14"), period=True
    ),
    Sentence("The September summit was short.", "September", d("2023-09-01"), d("2023-09-30")),
    Sentence("It is a five-year high.", "five-year high", d("2019-03-14"), d("2024-03-14"), period=True),
    Sentence("More ships passed in February than in May 2023.", "February; May 2023", d("2024-02-01"), d("2024-02-29")),
    Sentence("Work goes on through April 2024.", "through April 2024", None, d("2024-04-30")),
    Sentence("The last decade was dry.", "The last decade", d("2014-03-14"), d("2024-03-14"), period=True),
    Sentence(
        "Levels are the lowest in more than a decade.",
        "in more than a decade",
        d("2014-03-14"),
        d("2024-03-14"),
        period=True,
    ),
    Sentence("The plant closed in the winter of 2021.", "the winter of 2021", d("2021-12-01"), d("2022-02-28")),
    Sentence("Starting Feb. 20, crews cut the forest.", "Starting Feb. 20", d("2024-02-20"), None),
    Sentence("Images of April 7, 2023 show a camp.", "April 7, 2023", d("2023-04-07"), d("2023-04-07")),
    Sentence(
        "Between 2015 and 2020 the glacier shrank.",
        "Between 2015 and 2020",
        d("2015-01-01"),
        d("2020-12-31"),
        period=True,
    ),
    Sentence("Flights rose on 14th March 2023.", "14th March 2023", d("2023-03-14"), d("2023-03-14")),
    Sentence(
        "In the last 18 months rents doubled.", "In the last 18 months", d("2022-09-14"), d("2024-03-14"), period=True
    ),
    Sentence("The day before yesterday it rained.", "The day before yesterday", d("2024-03-12"), d("2024-03-12")),
    Sentence("By Friday, tents will be gone.", "By Friday", None, d("2024-03-15")),
)

NO_TIME = (
    "He may march at noon.",
    "May Parker counted 30 boats.",
    "The 2000 containers were full.",
    "Call 2023 5555 for details.",
    "A second carriage was seen.",
    "The August Hotel is empty of guests.",
    "Version 1.10.2 was released.",
)


def _read(text: str, published: date | None = PUBLISHED) -> list[TimeFound]:
    return find_times(text, tokenise(text, 0, len(text)), published)


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda sentence: sentence.text)
def test_sentences(sentence: Sentence) -> None:
    found = _read(sentence.text)
    assert "; ".join(one.span.text for one in found) == sentence.words
    first = found[0]
    assert (first.span.start, first.span.end, first.period) == (sentence.start, sentence.end, sentence.period)


@pytest.mark.parametrize("text", NO_TIME)
def test_what_only_looks_like_a_time(text: str) -> None:
    assert _read(text) == []
