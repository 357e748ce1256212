"""Several figures in one article: reports that go on, own-voice background, descriptions that are named later."""

from __future__ import annotations

import re
import tomllib

import pytest
from tests.coverage.attribution.reading import HERE, Passage, passages, rows_of, speaker, speaker_at
from tests.coverage.attribution.test_passages import faults

from wayside.coverage.words.names import plain

ARTICLES = tomllib.loads((HERE / "articles.toml").read_text(encoding="utf-8"))["article"]
FURTHER = [one for name in ("second.toml", "third.toml", "fourth.toml") for one in passages(name)]
SECOND = [one for one in FURTHER if not one.beyond]
BEYOND = [one for one in FURTHER if one.beyond]


def figures(article: dict[str, list[str] | str]) -> list[tuple[str, str, str]]:
    """Return for each figure: the text without marks up to it, the text without marks, and who says it."""
    parts = re.split(r"\[\[(.*?)\]\]", str(article["text"]))
    text = "".join(parts)
    return [("".join(parts[: 2 * at + 1]), text, who) for at, who in enumerate(article["who"])]


CASES = [case for article in ARTICLES for case in figures(article)]
BRIEFS = tomllib.loads((HERE / "briefs.toml").read_text(encoding="utf-8"))["article"]


@pytest.mark.parametrize(("before", "text", "who"), CASES, ids=[case[0][-40:] for case in CASES])
def test_every_figure_of_an_article_has_its_source(before: str, text: str, who: str) -> None:
    assert plain(speaker_at(text, len(before), standing="On Sundays" in before[-40:]).name or "") == plain(who)


@pytest.mark.parametrize("brief", BRIEFS, ids=[one["text"][:60].strip() for one in BRIEFS])
def test_every_figure_of_a_brief_has_its_source(brief: dict[str, list[str] | str]) -> None:
    for before, text, who in figures(brief):
        assert (before[-40:], plain(speaker_at(text, len(before), standing=True).name or "")) == (
            before[-40:],
            plain(who),
        )


@pytest.mark.parametrize(
    ("text", "mark", "who", "via"),
    [
        (
            "Arland may ship grain, Reuters reported, citing Delta Watch. Some 42 barges stood at Karsk, it said.",
            "42",
            "Delta Watch",
            ("Reuters",),
        ),
        ("Reuters reports that 12 barges left Karsk, according to Delta Watch.", "12", "Delta Watch", ("Reuters",)),
        ("Although Arland stated that 3 pacts were ready, Oro Kan stated that 4 were.", "3", "Arland", ()),
        ("Although Arland stated that 3 pacts were ready, Oro Kan stated that 4 were.", "4", "Oro Kan", ()),
        ("Kan spoke. The White House responded to Kan's remarks by asserting that 4 exist.", "4", "White House", ()),
        ("Some 42 barges came, Delta Watch analysts Ana Bell, Jo Carr and Li Park wrote.", "42", "Delta Watch", ()),
        ("Some 42 barges came, write analysts Ana Bell and Li Park of Delta Watch.", "42", "Delta Watch", ()),
        ("Delta Watch of the Institute of River Studies (IRS) saw 42 barges there.", "42", "Delta Watch", ()),
        ("A report by Institute of River Studies analysts Delta Watch is out. The report says 42 came.", "42",
         "Delta Watch", ()),
        ("Images show 42 barges. The Kremlin said there is no proof. Delta Watch published the images.", "42",
         "Delta Watch", ()),
    ],
)  # fmt: skip
def test_who_passes_on_and_who_only_comments(text: str, mark: str, who: str, via: tuple[str, ...]) -> None:
    found = speaker_at(text, text.index(mark), standing=True)
    assert (found.name, found.via) == (who, via)


@pytest.mark.parametrize("passage", SECOND, ids=[one.text[:60] for one in SECOND])
def test_second_passages(passage: Passage) -> None:
    assert faults(passage) == []


@pytest.mark.parametrize("passage", BEYOND, ids=[one.text[:60] for one in BEYOND])
def test_what_is_beyond_the_rules_is_given_to_nobody(passage: Passage) -> None:
    assert speaker(passage).name is None


def test_a_line_of_furniture_is_no_headline() -> None:
    text = "Reading Time: 2 minutes"
    assert speaker_at(text, text.index("2")).name is None


def test_what_is_carried_says_so() -> None:
    text = "Images of the salt works were released by Caspian Watch, it said on Monday.\nOlder pictures show 61 huts."
    found = speaker_at(text, text.index("61"))
    assert found.name == "Caspian Watch"
    assert "attribution carried from an earlier sentence" in found.flags


def test_two_ministries_are_not_one() -> None:
    text = (
        "Norway's Ministry of Defence said 12 ships took part. The Ministry of Defence of Chad said 30 ships took part."
    )
    first, second = speaker_at(text, text.index("12")), speaker_at(text, text.index("30"))
    assert first.name != second.name


def test_a_bare_ministry_of_defence_is_ambiguous() -> None:
    text = "The Ministry of Defence said 12 ships took part."
    assert any("ambiguous" in flag for flag in speaker_at(text, text.index("12")).flags)


def test_a_credit_of_the_whole_text_comes_first() -> None:
    text = "The Harrow Institute said 12 ships took part, Reuters reported."
    assert speaker_at(text, text.index("12"), credits=("AFP",)).via == ("AFP", "Reuters")


def test_the_outlets_own_name_is_its_voice() -> None:
    text = "Reuters counted 12 ships in the harbour."
    assert speaker_at(text, text.index("12"), outlet="Reuters").voice == "outlet"
    assert speaker_at(text, text.index("12"), outlet="Le Monde").voice == "named"


def test_a_language_without_a_table_names_nobody() -> None:
    text = "Harrow Institute sanoi, että 12 laivaa osallistui."
    assert speaker_at(text, text.index("12"), language="fi").voice == "unattributed"


@pytest.mark.parametrize(
    ("language", "text", "who"),
    [
        ("es", "Según el Instituto Harrow, 12 barcos salieron del puerto.", "Instituto Harrow"),
        ("es", "El Instituto Harrow dijo que 12 barcos salieron del puerto.", "Instituto Harrow"),
        ("es", "12 barcos salieron del puerto, informó Reuters.", "Reuters"),
        ("de", "Laut Greenpeace liefen 12 Schiffe aus.", "Greenpeace"),
        ("de", "Greenpeace berichtete, dass 12 Schiffe ausliefen.", "Greenpeace"),
        ("de", "12 Schiffe liefen aus, meldete Reuters.", "Reuters"),
        ("it", "Secondo Greenpeace 12 navi hanno lasciato il porto.", "Greenpeace"),
        ("it", "12 navi hanno lasciato il porto, riferisce Greenpeace.", "Greenpeace"),
        ("fr", "Selon Greenpeace, 12 navires ont quitté le port.", "Greenpeace"),
        ("fr", "12 navires ont quitté le port, a indiqué Greenpeace.", "Greenpeace"),
        ("pt", "Segundo a Reuters, 12 navios deixaram o porto.", "Reuters"),
        ("pt", "12 navios deixaram o porto, informou a Reuters.", "Reuters"),
        ("ru", "По данным Greenpeace, 12 судов вышли из порта.", "Greenpeace"),
        ("ru", "12 судов вышли из порта, сообщает Интерфакс.", "Interfax"),
        ("uk", "За даними Greenpeace, 12 суден вийшли з порту.", "Greenpeace"),
        ("uk", "12 суден вийшли з порту, пише Укрінформ.", "Ukrinform"),
        ("ko", "국정원에 따르면 12 척이 출항했다.", "국정원"),
        ("ja", "ロイターによると、12 隻が出港した。", "ロイター"),
    ],
)
def test_frames_of_other_languages(language: str, text: str, who: str) -> None:
    assert speaker_at(text, text.index("12"), language=language).name == who


def test_a_reporters_introduction_holds_for_the_lines_below() -> None:
    text = "AFP reported:\n“12 ships left the port,” the harbour master said.\n30 ships stayed behind."
    assert speaker_at(text, text.index("12")).via == ("AFP",)
    assert speaker_at(text, text.index("30")).name != "AFP"


def test_lines_of_one_block_are_told_apart() -> None:
    text = "AFP reported:\n“12 ships left,” Kpler said.”"
    rows = rows_of(text)
    assert next(one.introduction for row in rows for one in row) is None


def test_in_view_passages_are_not_repeated() -> None:
    texts = [
        one.text for name in ("passages.toml", "second.toml", "third.toml", "fourth.toml") for one in passages(name)
    ]
    assert len(texts) == len(set(texts))


def test_speaker_takes_marks_out() -> None:
    assert speaker(Passage("Kpler counted [[12]] ships.", "Kpler")).name == "Kpler"
