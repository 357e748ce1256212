"""Sentences, what they state without a figure, and in which words.

Every third one was kept aside while the rules were written.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from wayside.coverage.claims.statements import Stated, find_statements
from wayside.coverage.words.tokens import tokenise


class Sentence(NamedTuple):
    """A sentence, the topic of what it states, the words of the clause, whether it is denied, and how certain it is."""

    text: str
    topic: str
    words: str
    negated: bool = False
    certainty: str = "asserted"


SENTENCES = (
    Sentence(
        "Arvonia has begun shipping drones to Tessaly, an official said.",
        "transfer-begun",
        "Arvonia has begun shipping drones to Tessaly",
    ),
    Sentence(
        "The ministry said that deliveries of wheat to the island had started.",
        "transfer-begun",
        "deliveries of wheat to the island had started",
    ),
    Sentence(
        "Shipments of fuel are under way, the think tank said.", "transfer-under-way", "Shipments of fuel are under way"
    ),
    Sentence(
        "Tessaly plans to send missiles to its ally, two diplomats told Lumen News.",
        "transfer-planned",
        "Tessaly plans to send missiles to its ally",
        certainty="planned",
    ),
    Sentence("The group said the transfers had been halted.", "transfer-ended", "the transfers had been halted"),
    Sentence(
        "Moravia denied sending weapons to the rebels.",
        "transfer-denied",
        "Moravia denied sending weapons to the rebels",
    ),
    Sentence(
        "According to Harrow Watch, Moravia has supplied ammunition to the rebels.",
        "transfer",
        "Moravia has supplied ammunition to the rebels",
    ),
    Sentence(
        "The delegations said no agreement was signed during the talks.",
        "agreement",
        "no agreement was signed during the talks",
        negated=True,
    ),
    Sentence(
        "The two presidents signed a defence pact in Accra.",
        "agreement",
        "The two presidents signed a defence pact in Accra",
    ),
    Sentence(
        "Ministers discussed military cooperation, the broadcaster reported.",
        "agreement-discussed",
        "Ministers discussed military cooperation",
    ),
    Sentence(
        "Such sales would violate Security Council resolutions, the envoy said.",
        "violation",
        "Such sales would violate Security Council resolutions",
    ),
    Sentence(
        "The spokesman warned that the shipments are in breach of the arms embargo.",
        "violation",
        "the shipments are in breach of the arms embargo",
    ),
    Sentence(
        "“Tarpaulins make it impossible to identify the cargo,” the report said.",
        "contents-unknown",
        "Tarpaulins make it impossible to identify the cargo",
    ),
    Sentence("The contents of the crates are unknown.", "contents-unknown", "The contents of the crates are unknown"),
    Sentence("The containers were covered with tarps.", "contents-hidden", "The containers were covered with tarps"),
    Sentence(
        "It is unclear what the trucks were carrying.",
        "contents-unknown",
        "It is unclear what the trucks were carrying",
    ),
    Sentence(
        "The convoy appears to be heading to the southern front, analysts said.",
        "direction",
        "The convoy appears to be heading to the southern front",
        certainty="likely",
    ),
    Sentence("Three tankers sailed toward Veronia.", "direction", "Three tankers sailed toward Veronia"),
    Sentence(
        "New hangars are being built at the air base, the images show.",
        "construction",
        "New hangars are being built at the air base",
    ),
    Sentence(
        "Satellite images show construction of a second runway.",
        "construction",
        "construction of a second runway",
    ),
    Sentence(
        "Work suggests the camp is being expanded.", "construction", "the camp is being expanded", certainty="likely"
    ),
    Sentence("The embassy dismissed the report as baseless.", "denial", "The embassy dismissed the report as baseless"),
    Sentence("Officials in Tessaly denied the allegations.", "denial", "Officials in Tessaly denied the allegations"),
    Sentence(
        "The alliance is closely monitoring the situation.",
        "monitoring",
        "The alliance is closely monitoring the situation",
    ),
    Sentence(
        "Kyra has accused Moravia of stealing grain from occupied ports.",
        "accusation",
        "Kyra has accused Moravia of stealing grain from occupied ports",
    ),
    Sentence(
        "The rise likely indicates a supply of arms to Moravia, the centre judged.",
        "purpose",
        "The rise likely indicates a supply of arms to Moravia",
        certainty="likely",
    ),
    Sentence(
        "The buildup may point to preparations for an offensive.",
        "purpose",
        "The buildup may point to preparations for an offensive",
        certainty="possible",
    ),
    Sentence(
        "Moravia is massing troops along the northern border.",
        "build-up",
        "Moravia is massing troops along the northern border",
    ),
    Sentence(
        "More armour has been deployed near the crossing.",
        "build-up",
        "More armour has been deployed near the crossing",
    ),
    Sentence("Troops have pulled back from the ridge.", "withdrawal", "Troops have pulled back from the ridge"),
    Sentence(
        "The drone strike destroyed two hangars and a radar, images show.",
        "damage",
        "The drone strike destroyed two hangars and a radar",
    ),
    Sentence("The refinery was badly damaged in the attack.", "damage", "The refinery was badly damaged in the attack"),
    Sentence("Residents of the delta have been evacuated.", "evacuation", "Residents of the delta have been evacuated"),
    Sentence(
        "The hospital was not evacuated, the agency said.",
        "evacuation",
        "The hospital was not evacuated",
        negated=True,
    ),
    Sentence(
        "Grain stolen from occupied silos was loaded at the port.",
        "theft",
        "Grain stolen from occupied silos was loaded at the port",
    ),
    Sentence(
        "The tanker made a ship-to-ship transfer off the coast.",
        "ship-to-ship",
        "The tanker made a ship-to-ship transfer off the coast",
    ),
    Sentence(
        "The freighter switched off its transponder near the strait.",
        "dark-vessel",
        "The freighter switched off its transponder near the strait",
    ),
    Sentence("The port has reopened to traffic.", "opening", "The port has reopened to traffic"),
    Sentence("The border crossing remains closed.", "closure", "The border crossing remains closed"),
    Sentence(
        "Miners have cleared forest inside the reserve.", "clearing", "Miners have cleared forest inside the reserve"
    ),
    Sentence("Oil is leaking from the wreck.", "spill", "Oil is leaking from the wreck"),
    Sentence(
        "The launch site appears to be ready for another test, Northwatch said.",
        "test-preparation",
        "The launch site appears to be ready for another test",
        certainty="likely",
    ),
    Sentence(
        "It was not immediately clear whether the shipments would continue.",
        "unclear",
        "It was not immediately clear whether the shipments would continue",
    ),
    Sentence(
        "There is no evidence that grain was moved by rail.",
        "no-evidence",
        "There is no evidence that grain was moved by rail",
        negated=True,
    ),
    Sentence("Workers are dismantling the bridge.", "demolition", "Workers are dismantling the bridge"),
    Sentence("Thousands of families fled the fighting.", "displacement", "Thousands of families fled the fighting"),
    Sentence(
        "A U.S. official said yesterday that Tessaly has begun transferring shells to Moravia.",
        "transfer-begun",
        "Tessaly has begun transferring shells to Moravia",
    ),
    Sentence(
        "While Arvonia has started exporting drones, its army lacks fuel.",
        "transfer-begun",
        "Arvonia has started exporting drones",
    ),
    Sentence(
        "“We never sold weapons to Moravia,” the minister said.",
        "transfer",
        "We never sold weapons to Moravia",
        negated=True,
    ),
    Sentence(
        "Arvonia could be planning to supply Moravia with shells.",
        "transfer-planned",
        "Arvonia could be planning to supply Moravia with shells",
        certainty="planned",
    ),
    Sentence(
        "No formal agreements were announced, but the talks went on.",
        "agreement",
        "No formal agreements were announced",
        negated=True,
    ),
    Sentence(
        "Any arms exports would directly flout sanctions, which Moravia itself approved.",
        "violation",
        "Any arms exports would directly flout sanctions",
    ),
    Sentence(
        "The cargo could not be identified, because it was dark.",
        "contents-unknown",
        "The cargo could not be identified",
    ),
    Sentence("The flotilla is bound for Veronia; it left at dawn.", "direction", "The flotilla is bound for Veronia"),
    Sentence("The plant is being enlarged, according to Harrow Watch.", "construction", "The plant is being enlarged"),
    Sentence("Moravia rejected the claims as fabricated.", "denial", "Moravia rejected the claims as fabricated"),
    Sentence(
        "The watchdog is keeping a close eye on the depot.",
        "monitoring",
        "The watchdog is keeping a close eye on the depot",
    ),
    Sentence(
        "Kyra suspects that Moravia is seeking missile technology in return.",
        "suspicion",
        "Kyra suspects that Moravia is seeking missile technology in return",
        certainty="likely",
    ),
    Sentence(
        "Satellite photos suggest that reinforcements have arrived at the base.",
        "build-up",
        "reinforcements have arrived at the base",
        certainty="likely",
    ),
    Sentence("The dam collapsed after the blast.", "damage", "The dam collapsed after the blast"),
)

NOTHING = (
    "Both countries are under sanctions for their wars.",
    "The nation tested a nuclear weapon in 2017.",
    "The minister said he was pleased.",
    "Officials denied entry to reporters.",
    "Photos show 40 tents.",
    "Moravia is a producer of conventional weapons.",
    "The talks took place in Accra.",
    "Analysts reviewed images of the yard.",
    "The report covers the last five years.",
    "Sign up for our newsletter.",
    "The film begins shipping in May.",
    "The bank opened its books to auditors.",
    "He was under way to work.",
    "The story has been updated.",
    "She is heading the committee.",
    "Shares rose after the report.",
    "The new law was signed by the governor's dog in jest.",
    "It rained.",
    "AIS data show the ship anchored off Lindholm.",
    "The storm crippled wheat shipments before the start of the harvest.",
    "The museum opened an exhibition of stolen glances.",
)


def _found(text: str) -> tuple[list[Stated], list[str]]:
    tokens = tokenise(text, 0, len(text))
    found = find_statements(tokens)
    return found, [text[tokens[one.first].start : tokens[one.stop - 1].end] for one in found]


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda sentence: sentence.text)
def test_sentences(sentence: Sentence) -> None:
    found, words = _found(sentence.text)
    expected = (sentence.topic, sentence.words, sentence.negated, sentence.certainty)
    assert [(one.topic, said, one.negated, one.certainty) for one, said in zip(found, words, strict=True)] == [expected]


@pytest.mark.parametrize("text", NOTHING)
def test_plain_background_states_nothing(text: str) -> None:
    assert _found(text)[1] == []
