"""Further sentences with statements and events, written after the rules: 62 of 76 were read rightly at first sight."""

from __future__ import annotations

from datetime import date

import pytest

from wayside.coverage.claims.events import find_events
from wayside.coverage.claims.statements import find_statements
from wayside.coverage.claims.times import find_times
from wayside.coverage.words.tokens import tokenise

PUBLISHED = date(2024, 3, 14)

# The sentence, and of its statement: topic, whether it is denied, certainty, words.
STATEMENTS: tuple[tuple[str, tuple[str, bool, str, str] | None], ...] = (
    (
        "Analysts at Skylook said the activity was consistent with the export of coal in defiance of sanctions.",
        (
            "violation",
            False,
            "asserted",
            "the activity was consistent with the export of coal in defiance of sanctions",
        ),
    ),
    (
        "The White House said Iran had transferred drones to the militia.",
        ("transfer", False, "asserted", "Iran had transferred drones to the militia"),
    ),
    (
        "Beijing has repeatedly denied supplying lethal aid to either side.",
        ("transfer-denied", False, "asserted", "Beijing has repeatedly denied supplying lethal aid to either side"),
    ),
    ("The defence ministry declined to comment.", None),
    (
        "Seoul's spy agency believes the ships are bound for Vladivostok.",
        ("direction", False, "asserted", "the ships are bound for Vladivostok"),
    ),
    (
        "It was not possible to verify what was inside the sealed wagons.",
        ("contents-unknown", False, "asserted", "It was not possible to verify what was inside the sealed wagons"),
    ),
    (
        "The two sides have yet to reach a deal on the hostages.",
        ("agreement", True, "asserted", "The two sides have yet to reach a deal on the hostages"),
    ),
    (
        "Ukraine says the vessel was carrying stolen wheat.",
        ("theft", False, "asserted", "the vessel was carrying stolen wheat"),
    ),
    (
        "Images show that a new pier is under construction at the site.",
        ("construction", False, "asserted", "a new pier is under construction at the site"),
    ),
    ("The factory closed in 2009.", None),
    (
        "Dozens of buildings appear to have been flattened.",
        ("damage", False, "likely", "Dozens of buildings appear to have been flattened"),
    ),
    (
        "Russia has begun withdrawing troops from the bridgehead.",
        ("withdrawal", False, "asserted", "Russia has begun withdrawing troops from the bridgehead"),
    ),
    ("Flights to the island have resumed.", ("opening", False, "asserted", "Flights to the island have resumed")),
    (
        "The tanker had turned off its AIS transponder for 11 days.",
        ("dark-vessel", False, "asserted", "The tanker had turned off its AIS transponder for 11 days"),
    ),
    (
        "Oil was transferred between the two vessels at sea.",
        ("transfer", False, "asserted", "Oil was transferred between the two vessels at sea"),
    ),
    (
        "The report's authors cautioned that they could not tell what the crates contained.",
        ("contents-unknown", False, "asserted", "they could not tell what the crates contained"),
    ),
    (
        "More than half of the population has been displaced.",
        ("displacement", False, "asserted", "More than half of the population has been displaced"),
    ),
    ("The group called on both governments to respect the truce.", None),
    (
        "A spokesman rejected the allegations as politically motivated.",
        ("denial", False, "asserted", "A spokesman rejected the allegations as politically motivated"),
    ),
    (
        "Washington is watching developments closely, the official added.",
        ("monitoring", False, "asserted", "Washington is watching developments closely"),
    ),
    (
        "Excavators are clearing mangroves along the bay.",
        ("clearing", False, "asserted", "Excavators are clearing mangroves along the bay"),
    ),
    (
        "There was no sign that the reactor had been restarted.",
        ("no-evidence", True, "asserted", "There was no sign that the reactor had been restarted"),
    ),
    (
        "Diplomats said shipments of grain would resume within days.",
        ("transfer-begun", False, "planned", "shipments of grain would resume within days"),
    ),
    ("Prices rose while demand fell.", None),
    (
        "The country is believed to be preparing a seventh nuclear test.",
        ("test-preparation", False, "likely", "The country is believed to be preparing a seventh nuclear test"),
    ),
    (
        "Villagers have been told to evacuate.",
        ("evacuation", False, "asserted", "Villagers have been told to evacuate"),
    ),
    (
        "The company said it had signed a memorandum with the port authority.",
        ("agreement", False, "asserted", "it had signed a memorandum with the port authority"),
    ),
    (
        "The minister accused the rebels of shelling the hospital.",
        ("accusation", False, "asserted", "The minister accused the rebels of shelling the hospital"),
    ),
    (
        "On Monday, the United States signed a treaty with Moravia.",
        ("agreement", False, "asserted", "the United States signed a treaty with Moravia"),
    ),
    (
        "They had seen no sign of a withdrawal from the ridge.",
        ("no-evidence", True, "asserted", "They had seen no sign of a withdrawal from the ridge"),
    ),
    ("The storm crippled wheat shipments before the start of the harvest.", None),
    ("The start of deliveries was delayed.", None),
    (
        "Moravia, which has three ports, has begun exporting coal.",
        ("transfer-begun", False, "asserted", "Moravia, which has three ports, has begun exporting coal"),
    ),
    (
        "Any sale would “directly violate” the embargo, he said.",
        ("violation", False, "asserted", "Any sale would “directly violate” the embargo"),
    ),
    (
        "It is not yet known how many troops will be sent.",
        ("unclear", False, "asserted", "It is not yet known how many troops will be sent"),
    ),
    (
        "The envoy said that Tessaly will send fuel to its ally.",
        ("transfer-planned", False, "planned", "Tessaly will send fuel to its ally"),
    ),
    (
        "Moravia may have supplied rockets to the rebels.",
        ("transfer", False, "possible", "Moravia may have supplied rockets to the rebels"),
    ),
    (
        "There was no doubt that an accord was signed.",
        ("agreement", False, "asserted", "There was no doubt that an accord was signed"),
    ),
    (
        "The army claimed it had destroyed a command post and two depots.",
        ("damage", False, "asserted", "it had destroyed a command post and two depots"),
    ),
    (
        "Locals say the mine has expanded onto farmland.",
        ("construction", False, "asserted", "the mine has expanded onto farmland"),
    ),
    (
        "The alliance said it had seen no evidence of a drawdown.",
        ("no-evidence", True, "asserted", "it had seen no evidence of a drawdown"),
    ),
    (
        "Trucks loaded with ammunition are heading towards the capital, residents said.",
        ("direction", False, "asserted", "Trucks loaded with ammunition are heading towards the capital"),
    ),
    (
        "The pact was not ratified by parliament.",
        ("agreement", True, "asserted", "The pact was not ratified by parliament"),
    ),
    (
        "Shipments of uranium have been suspended, the operator said.",
        ("transfer-ended", False, "asserted", "Shipments of uranium have been suspended"),
    ),
    (
        "“These reports are completely baseless,” the embassy said.",
        ("denial", False, "asserted", "These reports are completely baseless"),
    ),
    (
        "If confirmed, the delivery would breach a U.N. arms embargo.",
        ("violation", False, "asserted", "the delivery would breach a U.N. arms embargo"),
    ),
    (
        "Thousands of people have fled their homes since the dam burst.",
        ("displacement", False, "asserted", "Thousands of people have fled their homes"),
    ),
    ("The ministry did not respond to a request for comment.", None),
    (
        "It remains unclear who ordered the strike.",
        ("unclear", False, "asserted", "It remains unclear who ordered the strike"),
    ),
    ("The crates may contain artillery shells, the analyst said.", None),
    (
        "The government plans to export grain through the corridor.",
        ("transfer-planned", False, "planned", "The government plans to export grain through the corridor"),
    ),
    (
        "Two warships were seen moving toward the strait.",
        ("direction", False, "asserted", "Two warships were seen moving toward the strait"),
    ),
    (
        "The airport was closed for a second day.",
        ("closure", False, "asserted", "The airport was closed for a second day"),
    ),
    (
        "Moscow is suspected of hiding the tankers' origin.",
        ("suspicion", False, "likely", "Moscow is suspected of hiding the tankers' origin"),
    ),
    (
        "Engineers began demolishing the tower.",
        ("demolition", False, "asserted", "Engineers began demolishing the tower"),
    ),
    ("Peace talks have collapsed.", ("agreement-broken", False, "asserted", "Peace talks have collapsed")),
    ("The museum's artefacts had been looted.", ("theft", False, "asserted", "The museum's artefacts had been looted")),
    ("The choir sang and the children danced.", None),
)

# The sentence, and of its event: kind, short text, first day.
EVENTS: tuple[tuple[str, tuple[str, str, str] | None], ...] = (
    ("The leaders are due to meet in Astana on March 20.", ("meeting", "meeting of the leaders", "2024-03-20")),
    ("Chinese President Li Wen visited Belgrade on March 7.", ("visit", "visit of Li Wen to Belgrade", "2024-03-07")),
    (
        "The Security Council approved the resolution on Feb. 20.",
        ("sanctions", "adoption of resolution by the Security Council", "2024-02-20"),
    ),
    ("An explosion at the depot on Sunday killed four.", ("accident", "explosion", "2024-03-10")),
    (
        "Iran launched 300 drones at the base late on Saturday.",
        ("launch", "launch of 300 drones by Iran", "2024-03-09"),
    ),
    ("The bridge reopened to traffic on 5 March.", ("opening", "opening of the bridge", "2024-03-05")),
    (
        "Wagner fighters left Bakhmut on 1 June 2023.",
        ("departure", "departure of Wagner fighters from Bakhmut", "2023-06-01"),
    ),
    ("The report was published on Monday.", ("release", "release of the report", "2024-03-11")),
    ("After the earthquake of 6 February 2023, tents filled the park.", ("disaster", "earthquake", "2023-02-06")),
    ("The yard had been empty on March 1.", None),
    (
        "North Korea test-fired a cruise missile on Jan. 24, state media said.",
        ("launch", "launch of a cruise missile by North Korea", "2024-01-24"),
    ),
    (
        "Voters go to the polls on Sunday in the presidential election.",
        ("election", "presidential election", "2024-03-10"),
    ),
    ("Talks in Geneva broke down on 2 March.", ("meeting", "talks in Geneva", "2024-03-02")),
    ("The truce took effect at noon on Nov. 24.", ("ceasefire", "truce", "2023-11-24")),
    ("The foreign minister flew to Doha on Tuesday.", ("visit", "visit of the foreign minister to Doha", "2024-03-12")),
    ("The annual naval exercise ran from 3 to 9 March.", ("exercise", "annual naval exercise", "2024-03-03")),
    ("Flooding and cuts followed Hurricane Ada’s Aug. 29 landfall.", ("disaster", "Hurricane Ada", "2023-08-29")),
    ("Typhoon Beryl hit Lindholm on March 2.", ("disaster", "Typhoon Beryl", "2024-03-02")),
    ("Last month, when Olsen travelled to Accra, prices fell.", ("visit", "visit of Olsen to Accra", "2024-02-01")),
    ("The summit of Varga and Olsen, pictures as of March 5 show, changed little.", None),
    ("The talks were cancelled on March 5.", None),
    (
        "Turkey's president hosted his Greek counterpart on Dec. 7.",
        ("meeting", "meeting of Turkey's president", "2023-12-07"),
    ),
    (
        "The parliament ratified the treaty on March 4, 2024.",
        ("agreement", "signing of treaty by the parliament", "2024-03-04"),
    ),
    (
        "A missile strike on the port of Odesa on March 6 killed five.",
        ("attack", "missile strike on the port of Odesa", "2024-03-06"),
    ),
    (
        "Army chief Omar Diallo travelled to Niamey on 11 March.",
        ("visit", "visit of Omar Diallo to Niamey", "2024-03-11"),
    ),
    ("The rocket lifted off on Nov. 21.", ("launch", "launch of the rocket", "2023-11-21")),
    ("Since the coup of 26 July 2023 trade has stopped.", ("coup", "coup", "2023-07-26")),
    ("Typhoon Doksuri made landfall on July 28, 2023.", ("disaster", "Typhoon Doksuri", "2023-07-28")),
    (
        "On February 24, 2022, Russian forces invaded Ukraine.",
        ("invasion", "invasion of Ukraine by Russian forces", "2022-02-24"),
    ),
    ("The airline resumed flights on March 1.", ("opening", "resumption of flights by the airline", "2024-03-01")),
    ("Northwatch released its analysis on Wednesday.", ("release", "release of analysis by Northwatch", "2024-03-13")),
    ("Negotiators reached a deal on Feb. 29.", ("agreement", "signing of a deal by negotiators", "2024-02-29")),
    ("The company reported earnings on March 5.", None),
)


@pytest.mark.parametrize(("text", "expected"), STATEMENTS)
def test_statements(text: str, expected: tuple[str, bool, str, str] | None) -> None:
    tokens = tokenise(text, 0, len(text))
    found = [
        (one.topic, one.negated, one.certainty, text[tokens[one.first].start : tokens[one.stop - 1].end])
        for one in find_statements(tokens)
    ]
    assert found == ([] if expected is None else [expected])


@pytest.mark.parametrize(("text", "expected"), EVENTS)
def test_events(text: str, expected: tuple[str, str, str] | None) -> None:
    tokens = tokenise(text, 0, len(text))
    found = find_events(text, tokens, find_times(text, tokens, PUBLISHED))
    assert [(one.kind, one.event, str(one.time.start)) for one in found] == ([] if expected is None else [expected])


def test_one_date_may_belong_to_two_events() -> None:
    text = "Kovac visited Lumen and met Olsen on March 5."
    tokens = tokenise(text, 0, len(text))
    found = find_events(text, tokens, find_times(text, tokens, PUBLISHED))
    assert [(one.kind, one.event) for one in found] == [
        ("visit", "visit of Kovac to Lumen"),
        ("meeting", "meeting with Olsen"),
    ]


def test_an_event_spans_its_subject_its_object_and_its_date() -> None:
    text = "Prices fell last month, when Olsen travelled to Accra by train."
    tokens = tokenise(text, 0, len(text))
    (found,) = find_events(text, tokens, find_times(text, tokens, PUBLISHED))
    words = text[tokens[found.first].start : tokens[found.stop - 1].end]
    assert words == "last month, when Olsen travelled to Accra"
