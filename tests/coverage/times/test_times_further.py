"""Further sentences with times, written after the rules: 31 of 42 were read rightly at first sight."""

from __future__ import annotations

from datetime import date

import pytest

from wayside.coverage.claims.times import find_times
from wayside.coverage.words.tokens import tokenise

PUBLISHED = date(2024, 3, 14)

# The sentence; of each time its words, first and last day.
SENTENCES: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "Satellite pictures taken Jan. 9 and Feb. 22 show the difference.",
        (
            ("Jan. 9", "2024-01-09", "2024-01-09"),
            ("Feb. 22", "2024-02-22", "2024-02-22"),
        ),
    ),
    (
        "The number of huts has tripled since the start of the year.",
        (("since the start of the year", "2024-01-01", "2024-03-14"),),
    ),
    (
        "Roughly 400 trucks crossed in the first two weeks of February.",
        (("the first two weeks of February", "2024-02-01", "2024-02-14"),),
    ),
    (
        "The fire broke out shortly before dawn on Tuesday, March 12.",
        (("Tuesday, March 12", "2024-03-12", "2024-03-12"),),
    ),
    (
        "It was the deadliest attack since the war began two years ago.",
        (("two years ago", "2022-01-01", "2022-12-31"),),
    ),
    (
        "Between January and March 2022, 14 vessels called.",
        (("Between January and March 2022", "2022-01-01", "2022-03-31"),),
    ),
    ("By the end of last year 60 percent had left.", (("By the end of last year", "None", "2023-12-31"),)),
    ("Officials expect the bridge to reopen this summer.", (("this summer", "2024-06-01", "2024-08-31"),)),
    ("He was speaking a day after the council vote.", ()),
    ("The 13 September 2021 image shows nothing.", (("13 September 2021", "2021-09-13", "2021-09-13"),)),
    (
        "Exports in the 12 months to June 2023 fell by half.",
        (("the 12 months to June 2023", "2022-07-01", "2023-06-30"),),
    ),
    (
        "Nearly 90 tankers have docked there over the last 30 days.",
        (("over the last 30 days", "2024-02-13", "2024-03-14"),),
    ),
    (
        "At the height of the crisis in spring 2020, 300 ships were idle.",
        (("spring 2020", "2020-03-01", "2020-05-31"),),
    ),
    (
        "The yard emptied overnight on Wednesday.",
        (
            ("overnight", "2024-03-14", "2024-03-14"),
            ("Wednesday", "2024-03-13", "2024-03-13"),
        ),
    ),
    ("That is the most in any month since November 2021.", (("since November 2021", "2021-11-01", "2024-03-14"),)),
    ("Imagery dated 02/29/2024 shows the pier.", (("02/29/2024", "2024-02-29", "2024-02-29"),)),
    ("The ministry's 2022 report put the figure at 40.", (("2022", "2022-01-01", "2022-12-31"),)),
    (
        "No ship has been seen there in more than two months.",
        (("in more than two months", "2024-01-14", "2024-03-14"),),
    ),
    ("The camp did not exist before last autumn.", (("before last autumn", "None", "2023-08-31"),)),
    ("Work is due to end in June.", (("June", "2024-06-01", "2024-06-30"),)),
    ("From the mid-2010s on, the ice thinned.", (("mid-2010s", "2013-05-02", "2016-08-30"),)),
    ("On the night of 3-4 March drones hit the depot.", (("3-4 March", "2024-03-03", "2024-03-04"),)),
    ("The firm's output peaked in fiscal 2019.", (("fiscal 2019", "2019-01-01", "2019-12-31"),)),
    ("Since mid-January, at least 15 convoys have passed.", (("Since mid-January", "2024-01-11", "2024-03-14"),)),
    ("In the week ended March 2, seven ships docked.", (("the week ended March 2", "2024-02-25", "2024-03-02"),)),
    (
        "From the week ending January 5, 2023, to the week ending March 2, 2023, 40 docked.",
        (("From the week ending January 5, 2023, to the week ending March 2, 2023", "2022-12-30", "2023-03-02"),),
    ),
    ("The pictures were from August last year.", (("August last year", "2023-08-01", "2023-08-31"),)),
    (
        "In the three months to December 2023 it rained.",
        (("the three months to December 2023", "2023-10-01", "2023-12-31"),),
    ),
    ("Year-to-date 2022 figures were lower.", (("Year-to-date 2022", "2022-01-01", "2022-12-31"),)),
    ("From Nov. 20 to Jan. 10 the strait was frozen.", (("From Nov. 20 to Jan. 10", "2023-11-20", "2024-01-10"),)),
    (
        "It held 40 planes on 31 December and 50 on 1 January.",
        (
            ("31 December", "2023-12-31", "2023-12-31"),
            ("1 January", "2024-01-01", "2024-01-01"),
        ),
    ),
    (
        "The vote is next Friday, the count this Friday.",
        (
            ("next Friday", "2024-03-15", "2024-03-15"),
            ("this Friday", "2024-03-15", "2024-03-15"),
        ),
    ),
    ("Since then the yard has been empty.", (("Since then", "None", "None"),)),
    ("The 90s were wet.", (("The 90s", "1990-01-01", "1999-12-31"),)),
    (
        "It was seen for the first time in more than ten years.",
        (("for the first time in more than ten years", "2014-03-14", "2024-03-14"),),
    ),
    ("The dam was built in the early 1960s.", (("the early 1960s", "1960-01-01", "1963-05-01"),)),
    ("The dam's level has been falling since at least 2021.", (("since at least 2021", "2021-01-01", "2024-03-14"),)),
    ("Twenty-two months into the siege, 80 shops are open.", ()),
    ("Ships began to gather there around Feb. 10, 2024.", (("Feb. 10, 2024", "2024-02-10", "2024-02-10"),)),
    (
        "More cranes arrived during the second week of January.",
        (("the second week of January", "2024-01-08", "2024-01-14"),),
    ),
    ("Compared with the same period last year, calls fell by 9 percent.", (("last year", "2023-01-01", "2023-12-31"),)),
    ("Photos from 8 and 10 March show 12 holes.", (("8 and 10 March", "2024-03-08", "2024-03-10"),)),
    ("The blockade, now in its third year, has cut exports.", ()),
    (
        "They will be deployed within the next six months.",
        (("within the next six months", "2024-03-14", "2024-09-14"),),
    ),
    ("Nothing moved from late December until Valentine's Day.", (("late December", "2023-12-21", "2023-12-31"),)),
    (
        "The launch had been set for Thursday but was moved to next week.",
        (
            ("Thursday", "2024-03-14", "2024-03-14"),
            ("next week", "2024-03-18", "2024-03-24"),
        ),
    ),
    (
        "Since the beginning of 2024, no fewer than 30 boats sank.",
        (("Since the beginning of 2024", "2024-01-01", "2024-03-14"),),
    ),
    ("At 6 a.m. on March 1, the gates opened.", (("March 1", "2024-03-01", "2024-03-01"),)),
    (
        "The figure was 1,900 in 2000 and 2,100 in 2010.",
        (
            ("in 2000", "2000-01-01", "2000-12-31"),
            ("in 2010", "2010-01-01", "2010-12-31"),
        ),
    ),
    ("Its worst drought in a century has closed the canal.", (("in a century", "1924-03-14", "2024-03-14"),)),
    (
        "He resigned three days later, on Feb. 3.",
        (
            ("three days later", "None", "None"),
            ("Feb. 3", "2024-02-03", "2024-02-03"),
        ),
    ),
    ("The 2023/24 season was poor.", (("The 2023/24", "2023-01-01", "2024-12-31"),)),
    (
        "Two years earlier, in March 2022, the plant was shelled.",
        (
            ("Two years earlier", "None", "None"),
            ("March 2022", "2022-03-01", "2022-03-31"),
        ),
    ),
    ("On Monday evening, 7 tugs left.", (("Monday evening", "2024-03-11", "2024-03-11"),)),
)


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_sentences(text: str, expected: tuple[tuple[str, str, str], ...]) -> None:
    found = find_times(text, tokenise(text, 0, len(text)), PUBLISHED)
    assert tuple((one.span.text, str(one.span.start), str(one.span.end)) for one in found) == expected
