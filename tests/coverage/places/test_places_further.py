"""Further sentences with places, written after the rules: 23 of 28 were read rightly at first sight."""

from __future__ import annotations

import pytest

from wayside.coverage.claims.places import facility_in, setting_in
from wayside.coverage.words.tokens import tokenise

# The sentence (the claim stands at the first figure), the facility, and the place after a preposition.
SENTENCES: tuple[tuple[str, str | None, str | None], ...] = (
    ("Vessel trackers saw 12 tankers idling near Fujairah in the United Arab Emirates.", None, "Fujairah"),
    ("The Natanz enrichment site now has 14 cascades.", "Natanz", None),
    ("Around 800 homes burned in the Californian town of Paradise.", None, "Paradise"),
    ("Planet Labs images show 9 new bunkers at Sukhoi Log ammunition depot.", "Sukhoi Log", "Sukhoi Log"),
    ("The camp, in Sudan's Darfur region, holds 120,000 people.", None, "Darfur"),
    ("More than 60 cranes work at the Port of Los Angeles.", "Los Angeles", "Los Angeles"),
    ("A total of 42 bombers stood on the tarmac at Engels-2 air base.", "Engels-2", "Engels-2"),
    ("In the Gulf of Aden 3 ships were attacked.", None, "Gulf of Aden"),
    ("Officials in Kyiv said 20 drones were shot down over Odesa.", None, "Odesa"),
    ("Miners cleared 3,000 hectares in Brazil's Yanomami territory.", None, "Yanomami"),
    ("Some 70 wagons were parked at a siding near the Dandong railway station.", "Dandong", "Dandong"),
    ("There were 18 patrol boats around Second Thomas Shoal.", None, "Second Thomas Shoal"),
    ("The satellite counted 50 heat sources at the Bełchatów coal mine in Poland.", "Bełchatów", "Bełchatów"),
    ("The ministry in Ankara put the number at 1,200 in Hatay province.", None, "Hatay"),
    ("Rescuers pulled 31 people from the rubble in Jindires, Syria.", None, "Jindires"),
    ("Mr. Chen, who works at Stanford, counted 120 silos near Yumen.", None, "Yumen"),
    ("Some 45 fishing boats were moored at Ennore harbour.", "Ennore", "Ennore"),
    ("At the Kamianka-Dniprovska crossing point, 200 cars waited.", "Kamianka-Dniprovska", "Kamianka-Dniprovska"),
    ("About 60 fires burned in the Pantanal wetlands of western Brazil.", None, "Pantanal"),
    ("The U.S. military counted 17 launches from Yemen.", None, "Yemen"),
    ("A photo of the Sinpo South Shipyard shows 2 submarines.", "Sinpo South", None),
    ("Drone footage from the village of Robotyne shows 6 wrecks.", None, "Robotyne"),
    ("Roughly 500 lorries are stuck at Rafah, on the Egyptian side of the border.", None, "Rafah"),
    ("The airport in Goma handled 30 flights.", None, "Goma"),
    ("Near the city of Al-Fashir, 40 villages burned.", None, "Al-Fashir"),
    ("In Xinjiang, researchers mapped 380 camps.", None, "Xinjiang"),
    ("Around 90 silos are being built at the Hami missile field.", "Hami", "Hami"),
    ("Judge Alvarez ordered that 20 trees be felled.", None, None),
)

# Language, sentence, facility, place after a preposition.
OTHERS: tuple[tuple[str, str, str | None, str | None], ...] = (
    ("es", "Se ven 40 vagones en la estación de Bexley.", "Bexley", "Bexley"),
    ("pt", "Há 40 vagões no porto de Odense.", "Odense", "Odense"),
    ("it", "Alla stazione di Bexley si vedono 40 vagoni.", "Bexley", "Bexley"),
    ("fr", "On voit 40 wagons à la gare de Bexley.", "Bexley", "Bexley"),
    ("de", "Am Bahnhof Bexley stehen 40 Waggons.", "Bexley", None),
    ("ru", "На станции Туманово стоят 40 вагонов.", "Туманово", "Туманово"),
    ("ru", "В Хасане стоят 40 вагонов.", None, "Хасане"),
    ("uk", "На станції Туманове стоять 40 вагонів.", "Туманове", "Туманове"),
)


@pytest.mark.parametrize(("text", "facility", "setting"), SENTENCES)
def test_sentences(text: str, facility: str | None, setting: str | None) -> None:
    tokens = tokenise(text, 0, len(text))
    near = next(index for index, token in enumerate(tokens) if token.kind == "number")
    assert (facility_in(tokens, near), setting_in(tokens, near)) == (facility, setting)


@pytest.mark.parametrize(("language", "text", "facility", "setting"), OTHERS)
def test_other_languages(language: str, text: str, facility: str | None, setting: str | None) -> None:
    tokens = tokenise(text, 0, len(text))
    near = next(index for index, token in enumerate(tokens) if token.kind == "number")
    assert (facility_in(tokens, near, language), setting_in(tokens, near, language)) == (facility, setting)
