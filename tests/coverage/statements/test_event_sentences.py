"""Sentences with dated events, read on Thursday, 14 March 2024.

Every third one was kept aside while the rules were written.
"""

from __future__ import annotations

from datetime import date

import pytest

from wayside.coverage.claims.events import EventFound, find_events
from wayside.coverage.claims.times import find_times
from wayside.coverage.words.tokens import tokenise

PUBLISHED = date(2024, 3, 14)

# The sentence, and of its event: kind, short text, first day.
SENTENCES = (
    ("Traffic rose after the Feb. 13 summit.", "summit", "summit", "2024-02-13"),
    ("The Varga–Olsen summit took place on 13 September 2023.", "summit", "Varga–Olsen summit", "2023-09-13"),
    ("The leaders met on Feb. 20.", "meeting", "meeting of the leaders", "2024-02-20"),
    ("When Ilic visited Tessaly in June 2023, ports filled up.", "visit", "visit of Ilic to Tessaly", "2023-06-01"),
    ("Maria Ilic met Jan Olsen in Accra on Feb. 28.", "meeting", "Maria Ilic–Jan Olsen meeting", "2024-02-28"),
    (
        "A visit by Defence Minister Ana Kovac to Moravia on 2 March was brief.",
        "visit",
        "visit of Ana Kovac to Moravia",
        "2024-03-02",
    ),
    ("Kovac's trip to Lumen on 4 March ended early.", "visit", "trip of Kovac to Lumen", "2024-03-04"),
    ("Tessaly fired two missiles on Tuesday.", "launch", "launch of two missiles by Tessaly", "2024-03-12"),
    ("The satellite launch of 21 November 2023 failed.", "launch", "satellite launch", "2023-11-21"),
    ("Arvonia reopened its border on 1 March 2024.", "opening", "opening of border by Arvonia", "2024-03-01"),
    ("The border was closed in January 2020.", "closure", "closure of the border", "2020-01-01"),
    (
        "The two states signed a defence pact on March 5.",
        "agreement",
        "signing of a defence pact by the two states",
        "2024-03-05",
    ),
    ("Northwatch published the images on March 8, 2024.", "release", "release of images by Northwatch", "2024-03-08"),
    ("In a report on Friday, Harrow Watch counted 30 ships.", "release", "report", "2024-03-08"),
    ("The election on April 7, 2023 was calm.", "election", "election", "2023-04-07"),
    (
        "Moravia struck the port of Veronia on 3 March.",
        "attack",
        "attack on the port of Veronia by Moravia",
        "2024-03-03",
    ),
    ("A drone attack on the refinery on Jan. 21 killed two.", "attack", "drone attack on the refinery", "2024-01-21"),
    ("The ceasefire took effect on 24 November 2023.", "ceasefire", "ceasefire", "2023-11-24"),
    (
        "The council adopted sanctions on 22 December 2017.",
        "sanctions",
        "adoption of sanctions by the council",
        "2017-12-22",
    ),
    ("The Iron Shield exercise began on 4 March.", "exercise", "Iron Shield exercise", "2024-03-04"),
    ("The flood of 10 September 2023 destroyed Derna.", "disaster", "flood", "2023-09-10"),
    ("An earthquake hit Antara on Feb. 6, 2023.", "disaster", "earthquake in Antara", "2023-02-06"),
    ("Troops invaded Kyra on 24 February 2022.", "invasion", "invasion of Kyra by troops", "2022-02-24"),
    ("The dam collapsed on 6 June 2023.", "collapse", "collapse of the dam", "2023-06-06"),
    ("Varga left Moravia on Feb. 17.", "departure", "departure of Varga from Moravia", "2024-02-17"),
    ("The talks between Arvonia and Tessaly on 1 March failed.", "meeting", "Arvonia–Tessaly talks", "2024-03-01"),
    ("A ferry sank off Lindholm yesterday.", "accident", "sinking of a ferry", "2024-03-13"),
    ("Tessaly conducted a nuclear test on Sept. 3, 2017.", "test", "nuclear test by Tessaly", "2017-09-03"),
    ("Olsen was elected president on 5 November 2023.", "election", "election of Olsen", "2023-11-05"),
    ("The 2019 summit in Hanoi ended without a deal.", "summit", "summit in Hanoi", "2019-01-01"),
    ("The army pulled out of Kyra on 30 August 2021.", "withdrawal", "withdrawal from Kyra by the army", "2021-08-30"),
    ("Varga arrived in Lumen by train on Tuesday.", "visit", "arrival of Varga in Lumen", "2024-03-12"),
)

NONE = (
    "Traffic rose five days after the summit.",
    "The summit was short.",
    "On Friday the yard held 30 cars.",
    "Over the past five years the leaders met often.",
    "The leaders did not meet on Feb. 20.",
    "Since the summit traffic has risen.",
    "The minister said on Friday that he liked the launch.",
    "On March 5 the company tested patience.",
)


def _found(text: str) -> list[EventFound]:
    tokens = tokenise(text, 0, len(text))
    return find_events(text, tokens, find_times(text, tokens, PUBLISHED))


@pytest.mark.parametrize(("text", "kind", "event", "day"), SENTENCES)
def test_sentences(text: str, kind: str, event: str, day: str) -> None:
    assert [(one.kind, one.event, str(one.time.start)) for one in _found(text)] == [(kind, event, day)]


@pytest.mark.parametrize("text", NONE)
def test_without_a_date_of_its_own_it_is_no_event(text: str) -> None:
    assert _found(text) == []
