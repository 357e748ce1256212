"""Times in other languages, read on Thursday, 14 March 2024."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib.resources import files

import dateparser
import pytest

from wayside.coverage.claims.calendar import calendar
from wayside.coverage.claims.times import find_times
from wayside.coverage.tables import languages
from wayside.coverage.words.tokens import tokenise

PUBLISHED = date(2024, 3, 14)

# Language, sentence, the words of its first time, first and last day.
SENTENCES = (
    ("es", "El muelle se vio el 5 de octubre de 2022.", "el 5 de octubre de 2022", "2022-10-05", "2022-10-05"),
    ("es", "Las imágenes, al 5 de octubre, muestran barcos.", "al 5 de octubre", "2023-10-05", "2023-10-05"),
    ("es", "En los últimos cinco años hubo menos.", "En los últimos cinco años", "2019-03-14", "2024-03-14"),
    ("es", "Llegó hace dos semanas.", "hace dos semanas", "2024-02-29", "2024-02-29"),
    ("es", "Cayó el mes pasado.", "el mes pasado", "2024-02-01", "2024-02-29"),
    ("es", "No había barcos desde 2019.", "desde 2019", "2019-01-01", "2024-03-14"),
    ("pt", "O cais foi visto em 5 de outubro de 2022.", "em 5 de outubro de 2022", "2022-10-05", "2022-10-05"),
    ("pt", "Nos últimos três anos caiu.", "Nos últimos três anos", "2021-03-14", "2024-03-14"),
    ("pt", "Chegaram ontem ao porto.", "ontem", "2024-03-13", "2024-03-13"),
    ("it", "Le immagini del 5 ottobre 2022 mostrano navi.", "del 5 ottobre 2022", "2022-10-05", "2022-10-05"),
    ("it", "Negli ultimi cinque anni erano meno.", "Negli ultimi cinque anni", "2019-03-14", "2024-03-14"),
    ("it", "Due settimane fa il molo era vuoto.", "Due settimane fa", "2024-02-29", "2024-02-29"),
    ("it", "È cresciuto la settimana scorsa.", "la settimana scorsa", "2024-03-04", "2024-03-10"),
    ("fr", "Le quai a été vu le 1er octobre 2022.", "le 1er octobre 2022", "2022-10-01", "2022-10-01"),
    ("fr", "Il y a deux semaines, le quai était vide.", "Il y a deux semaines", "2024-02-29", "2024-02-29"),
    ("fr", "Ces cinq dernières années, il y en avait peu.", "Ces cinq dernières années", "2019-03-14", "2024-03-14"),
    ("fr", "Il est plein depuis 2019.", "depuis 2019", "2019-01-01", "2024-03-14"),
    ("de", "Der Kai am 5. Oktober 2022 war leer.", "5. Oktober 2022", "2022-10-05", "2022-10-05"),
    ("de", "Der Kai am 05.10.2022 war leer.", "05.10.2022", "2022-10-05", "2022-10-05"),
    ("de", "In den letzten fünf Jahren waren es weniger.", "In den letzten fünf Jahren", "2019-03-14", "2024-03-14"),
    ("de", "Vor zwei Wochen war er leer.", "Vor zwei Wochen", "2024-02-29", "2024-02-29"),
    ("de", "Im vergangenen Monat kam ein Schiff.", "Im vergangenen Monat", "2024-02-01", "2024-02-29"),
    ("de", "Er ist seit Oktober 2022 leer.", "seit Oktober 2022", "2022-10-01", "2024-03-14"),
    ("de", "Anfang Februar war er leer.", "Anfang Februar", "2024-02-01", "2024-02-10"),
    ("ru", "На снимках от 5 октября 2022 года видны суда.", "от 5 октября 2022 года", "2022-10-05", "2022-10-05"),
    ("ru", "За последние пять лет их было меньше.", "За последние пять лет", "2019-03-14", "2024-03-14"),
    ("ru", "Две недели назад причал был пуст.", "Две недели назад", "2024-02-29", "2024-02-29"),
    ("ru", "В прошлом месяце пришёл корабль.", "В прошлом месяце", "2024-02-01", "2024-02-29"),
    ("uk", "На знімку від 5 жовтня 2022 року видно судна.", "від 5 жовтня 2022 року", "2022-10-05", "2022-10-05"),
    ("uk", "За останні п'ять років їх було менше.", "За останні п'ять років", "2019-03-14", "2024-03-14"),
    ("uk", "Вчора причал був порожній.", "Вчора", "2024-03-13", "2024-03-13"),
    ("ja", "画像は2022年10月5日に撮影された。", "2022年10月5日", "2022-10-05", "2022-10-05"),
    ("ja", "過去5年間で最も多い。", "過去5年間", "2019-03-14", "2024-03-14"),
    ("ja", "先月の画像には写っていない。", "先月", "2024-02-01", "2024-02-29"),
    ("ko", "사진은 2022년 10월 5일에 촬영됐다.", "2022년 10월 5일에", "2022-10-05", "2022-10-05"),
    ("ko", "지난 5년간 가장 많다.", "지난 5년간", "2019-03-14", "2024-03-14"),
    ("ko", "지난달 사진에는 없다.", "지난달", "2024-02-01", "2024-02-29"),
)


@pytest.mark.parametrize(("language", "text", "words", "first", "last"), SENTENCES)
def test_sentences(language: str, text: str, words: str, first: str, last: str) -> None:
    found = find_times(text, tokenise(text, 0, len(text)), PUBLISHED, language)
    assert found
    one = found[0]
    assert (one.span.text, str(one.span.start), str(one.span.end)) == (words, first, last)


TABLED = languages("calendar")
# Languages that the other reader calls by another code.
_CODES = {"no": "nb"}


@pytest.mark.parametrize("language", [one for one in TABLED if one not in {"ja", "ko", "zh"}])
def test_a_second_reader_knows_the_same_months(language: str) -> None:
    """Full names of months agree with the other reader's wherever it reads them."""
    rows = tomllib.loads(files("wayside.coverage.tables").joinpath(language, "calendar.toml").read_text("utf-8"))
    agreed = 0
    for name, number in rows["months"].items():
        parsed = (
            dateparser.parse(f"5 {name} 2022", languages=[_CODES.get(language, language)]) if len(name) > 4 else None
        )
        if parsed is not None:
            agreed += 1
            assert (name, parsed.month) == (name, number)
    assert agreed >= 8


@pytest.mark.parametrize("language", TABLED)
def test_every_table_is_complete(language: str) -> None:
    table = calendar(language)
    assert table is not None
    assert set(table.months.values()) == set(range(1, 13)) or table.month_numbers
    assert table.units
    assert table.all.openings


def test_a_language_without_a_table_finds_nothing() -> None:
    assert find_times("5 October 2022", tokenise("5 October 2022", 0, 14), PUBLISHED, "xx") == []
