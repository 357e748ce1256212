"""Sentences and the place that they are about; every third one was kept aside while the rules were written."""

from __future__ import annotations

import pytest

from wayside.coverage.claims.places import facility_in, setting_in
from wayside.coverage.words.tokens import Token, tokenise

# The sentence (the claim stands at the first figure), the facility, and the place after a preposition.
SENTENCES: tuple[tuple[str, str | None, str | None], ...] = (
    ("Images show 40 railcars at the Bexley Rail Facility.", "Bexley", "Bexley"),
    ("At least 12 barges waited in the port of Odense.", "Odense", "Odense"),
    ("Some 30 wagons stood in Beirut's main rail yard.", "Beirut", "Beirut"),
    ("About 90 tents rose near Khan Tarif.", None, "Khan Tarif"),
    ("Guards counted 14 lorries at the Mostar–Trebinje crossing.", "Mostar–Trebinje", "Mostar–Trebinje"),
    ("More than 200 trucks queued on the Poland-Belarus border.", None, "Poland-Belarus border"),
    ("The Zaatari refugee camp holds 80,000 people.", "Zaatari", None),
    ("Analysts at Reuters counted 12 ships off Port Sudan.", None, "Port Sudan"),
    ("In October 25 planes stood at Saki airfield.", "Saki", "Saki"),
    ("The minister told reporters in Lisbon that 40 homes burned in Faro.", None, "Faro"),
    ("In The Guardian, 30 trawlers were named.", None, None),
    ("In March 30 trawlers were seen.", None, None),
    ("Images show 73 railcars.", None, None),
    ("The Escondida copper mine grew by 40 hectares.", "Escondida", None),
    ("Satellite images of the Ust-Luga oil terminal show 3 burnt tanks.", "Ust-Luga", None),
    ("Two of 5 hangars at the Iranian port of Bandar Abbas were hit.", "Bandar Abbas", "Bandar Abbas"),
    ("A Russian rail yard held 60 wagons.", None, None),
    ("The yard in the border town of Vanadzor held 60 wagons.", None, "Vanadzor"),
    ("There were 25 tankers in the Strait of Hormuz.", None, "Strait of Hormuz"),
    ("Rescuers found 11 boats in northern Syria.", None, "Syria"),
    ("Between 50 and 60 aircraft are parked outside Novo Mesto.", None, "Novo Mesto"),
    ("The Vostra shipyard launched 2 frigates.", "Vostra", None),
    ("President Lula said in a statement that 400 miners had left.", None, None),
    ("At Ras al-Ayn, 40 trucks were parked.", None, "Ras al-Ayn"),
    ("The 7 berths at Ain Sokhna's container terminal were empty.", "Ain Sokhna", "Ain Sokhna"),
    ("Farmers near Rio Branco lost 900 hectares.", None, "Rio Branco"),
    ("The reservoir behind the Mosul Dam fell by 12 metres.", "Mosul", None),
    ("Some 3,000 troops are based in Belarus.", None, "Belarus"),
    ("Workers at the Zaporizhzhia nuclear power plant counted 6 drones.", "Zaporizhzhia", "Zaporizhzhia"),
    ("The Port of Felixstowe handled 4 million containers.", "Felixstowe", "Felixstowe"),
    ("As many as 300 boats lie off the Galápagos Islands.", None, "Galápagos Islands"),
    ("In Dar es Salaam 40 buses were burned.", None, "Dar es Salaam"),
    ("The bridge at Kerch carried 40 trains.", None, "Kerch"),
    ("The Kerch bridge carried 40 trains.", "Kerch", None),
    ("A source in Parliament spoke of 40 missing files.", None, None),
    ("On Monday 40 jets landed at Al Udeid Air Base.", "Al Udeid", "Al Udeid"),
    ("According to Ms Varga, 40 jets landed at the base.", None, None),
    ("In English, 40 words were given.", None, None),
    ("Rafah grew from 280,000 people to a city of tents in Gaza.", None, "Gaza"),
    ("Around 15 vessels were anchored off the coast of Yemen.", None, "Yemen"),
    ("At NATO headquarters 30 flags fly.", None, None),
    ("The village of Derna lost 2,000 houses.", None, "Derna"),
    ("The Leticia border post saw 500 people.", "Leticia", None),
    ("Along the Dnieper river 12 villages were flooded.", None, "Dnieper"),
    ("The Yamal LNG plant loaded 3 carriers.", "Yamal", None),
    ("Inside Camp Bondsteel 30 vehicles stood.", None, "Camp Bondsteel"),
    ("It counted 64 cars at Lindholm Station in the Danish city of Aalborg.", "Lindholm", "Lindholm"),
)


def _near(text: str) -> tuple[tuple[Token, ...], int]:
    tokens = tokenise(text, 0, len(text))
    return tokens, next(index for index, token in enumerate(tokens) if token.kind == "number")


@pytest.mark.parametrize(("text", "facility", "setting"), SENTENCES)
def test_sentences(text: str, facility: str | None, setting: str | None) -> None:
    assert (facility_in(*_near(text)), setting_in(*_near(text))) == (facility, setting)
