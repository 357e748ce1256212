"""The analyst's file: what it may say, and every way in which it may be wrong."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.assessment.analyst import words_of_likelihood
from wayside.assessment.entered import LARGEST, read_entered
from wayside.assessment.hypotheses import standing_hypotheses
from wayside.assessment.language import likelihood_terms
from wayside.errors import ConfigError
from wayside.language.phrases import LANGUAGES
from wayside.model.hypotheses import Consistency, Degree, Entered, EvidenceKind
from wayside.model.judgements import Confidence

WHOLE = """
[analyst]
name = "N. Fictional"
on = 2023-10-06

[standing]
use = ["works", "backlog"]

[measured]
use = false

[[hypothesis]]
id = "arms-transfer"
standing = true
obligations = ["unsc-1718-8b", "own"]

[[hypothesis]]
id = "exercise"
short = "Exercise"
statement = "The cars belong to an exercise."

[[obligation]]
id = "own"
title = "A treaty"
paragraph = "Art. 3"
text = "Parties notify transfers."
url = "https://example.org/treaty"
adopted = 1999-01-02

[[evidence]]
id = "notice"
text = "Works were announced."
kind = "published"
source = "A gazette"
url = "https://example.org/notice"
credibility = "high"
relevance = "low"
refers = ["scene-1"]

[ratings.notice]
works = "cc"
exercise = { rating = "II", note = "why", by = "Second Person", on = "2023-10-07" }

[ratings.measured-surge]
works = "C"

[[judgement]]
id = "content"
concerns = "content"
statement = "part of the cars carry coal."
likelihood = "very likely"
confidence = "moderate"
reasons = ["It is a coal line."]
evidence = ["notice"]
assumptions = ["None of note."]
would_change = "A look inside."
"""


def judgement(likelihood: str) -> str:
    return f"""
[[judgement]]
id = "j"
statement = "the cars carry coal"
author = "N. Fictional"
on = 2023-10-06
confidence = "low"
likelihood = {likelihood}
"""


def faults(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        read_entered(text, where="some/analyst.toml")
    assert caught.value.where == "some/analyst.toml"
    assert caught.value.exit_code == 2
    return "\n".join(caught.value.faults)


def test_a_whole_file_is_read() -> None:
    entered = read_entered(WHOLE)
    assert entered.standing == ("arms-transfer", "backlog", "works")
    assert not entered.measured
    assert [(one.id, one.standing, one.by) for one in entered.hypotheses] == [
        ("arms-transfer", True, "N. Fictional"),
        ("exercise", False, "N. Fictional"),
    ]
    assert entered.hypotheses[0].obligations == ("unsc-1718-8b", "own")
    (piece,) = entered.evidence
    assert (piece.kind, piece.credibility, piece.relevance) == (EvidenceKind.PUBLISHED, Degree.HIGH, Degree.LOW)
    assert (piece.by, piece.on, piece.refers) == ("N. Fictional", date(2023, 10, 6), ("scene-1",))
    told = {(one.evidence, one.hypothesis): (one.value, one.by, one.on, one.note) for one in entered.ratings}
    assert told == {
        ("notice", "works"): (Consistency.CC, "N. Fictional", date(2023, 10, 6), ""),
        ("notice", "exercise"): (Consistency.II, "Second Person", date(2023, 10, 7), "why"),
        ("measured-surge", "works"): (Consistency.C, "N. Fictional", date(2023, 10, 6), ""),
    }
    (one,) = entered.judgements
    assert one.statement == "part of the cars carry coal"
    assert (one.low_pct, one.high_pct, one.confidence) == (80, 95, Confidence.MODERATE)
    assert (one.would_change, one.stated) == (("A look inside.",), date(2023, 10, 6))
    assert entered.obligations[0].adopted == date(1999, 1, 2)


def test_an_empty_file_says_nothing() -> None:
    assert read_entered("") == Entered()


@pytest.mark.parametrize(
    ("written", "band"),
    [
        ("70", (70, 70)),
        ("0.7", (70, 70)),
        ("1", (1, 1)),
        ('"70 %"', (70, 70)),
        ('"12,5%"', (13, 13)),
        ("[60, 80]", (60, 80)),
        ("[0.6, 0.8]", (60, 80)),
        # Every whole percent survives as a share, and no other number becomes a stronger one.
        *((f"{p / 100}", (p, p)) for p in (1, 5, 7, 20, 29, 45, 55, 57, 58, 80, 95, 99)),
        ("95.5", (95, 95)),
        ("0.955", (95, 95)),
        ("4.5", (5, 5)),
        ("50.5", (50, 50)),
        ("49.5", (50, 50)),
        ("[19.5, 80.5]", (20, 80)),
        ('"Likely"', (55, 80)),
        ('"probable"', (55, 80)),
        ('"весьма вероятно"', (80, 95)),
    ],
)
def test_a_likelihood_is_a_term_or_a_number(written: str, band: tuple[int, int]) -> None:
    (one,) = read_entered(judgement(written)).judgements
    assert (one.low_pct, one.high_pct) == band


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_term_of_the_scale_is_taken(language: str) -> None:
    for term in likelihood_terms(language):
        (one,) = read_entered(judgement(f'"{term.local}"')).judgements
        assert (one.low_pct, one.high_pct) == (term.low_pct, term.high_pct)


@pytest.mark.parametrize(
    "written",
    [
        "0",
        "100",
        "0.0",
        "1.0",
        "[0.6, 1.0]",
        "[0.6, 80]",
        "99.5",
        "1e9",
        "nan",
        "inf",
        '"certain"',
        "true",
        "[80, 60]",
        "[1, 2, 3]",
        '"100 %"',
        "{}",
        '""',
        "9" * 400,
    ],
)
def test_what_is_no_likelihood_is_refused(written: str) -> None:
    assert "judgement 1 (line 2).likelihood" in faults(judgement(written))


@pytest.mark.parametrize("word", ["certainly", "Probably", "confirmed", "несомненно", "will", "prove\u200bs"])
def test_a_statement_adds_no_certainty_of_its_own(word: str) -> None:
    said = faults(judgement("70").replace("the cars carry", f"the cars {word} carry"))
    assert "judgement 1 (line 2).statement" in said
    assert "stands in likelihood" in said


SIGNED = '[analyst]\nname = "P"\non = 2023-10-06\n'


@pytest.mark.parametrize(
    ("entry", "where"),
    [
        ('[[hypothesis]]\nid = "h"\nstatement = "It is certain they carry arms."', "hypothesis 1 (line 4).statement"),
        ('[[hypothesis]]\nid = "h"\nstatement = "x"\nshort = "Proven arms"', "hypothesis 1 (line 4).short"),
        ('[[evidence]]\nid = "e"\ntext = "Без сомнения, это снаряды."', "evidence 1 (line 4).text"),
        ('[[evidence]]\nid = "e"\ntext = "They carry shells (100 %)."\nkind = "measured"', "evidence 1 (line 4).text"),
    ],
)  # fmt: skip
def test_no_entry_without_a_likelihood_says_how_sure_it_is(entry: str, where: str) -> None:
    assert where in faults(f"{SIGNED}{entry}\n[standing]\nuse = true")


def test_reasons_of_likelihood_are_faults_of_the_file() -> None:
    said = faults(judgement("70") + 'reasons = ["Nobody saw it.", "It is certain."]')
    assert "judgement 1 (line 2).reasons: says 'certain'" in said


def test_an_explanation_of_the_standing_set_could_be_an_analysts_own() -> None:
    for language in LANGUAGES:
        for one in standing_hypotheses(language):
            assert not words_of_likelihood(f"{one.statement} {one.short}"), one.id


def test_what_others_published_keeps_its_own_words() -> None:
    text = f'{SIGNED}[[evidence]]\nid = "e"\ntext = "The ministry is certain of it."\nkind = "published"\n'
    assert read_entered(text).evidence[0].text == "The ministry is certain of it."


@pytest.mark.parametrize("entry", ['[standing]\nuse = ["works"]', '[[hypothesis]]\nid = "mine"\nstatement = "x"'])
def test_one_explanation_alone_is_refused(entry: str) -> None:
    assert "it has no rival" in faults(SIGNED + entry)


def test_a_piece_of_evidence_entered_twice_is_refused() -> None:
    twice = '[[evidence]]\nid = "a"\ntext = "The gate is shut."\n[[evidence]]\nid = "b"\ntext = "the  gate is shut"\n'
    assert "evidence b: says the same as a; entered twice it weighs twice" in faults(SIGNED + twice)


def test_all_faults_are_told_at_once_with_their_places() -> None:
    said = faults("""
surprise = 1
[standing]
use = ["nothing"]
other = 1
[[hypothesis]]
id = "two words"
statement = ""
[[hypothesis]]
id = "arms-transfer"
[[evidence]]
id = "measured-mine"
text = "x"
kind = "rumour"
url = "javascript:alert(1)"
by = "Wayside"
[[evidence]]
id = "a"
text = "x"
by = "P"
[[evidence]]
id = "a"
text = "y"
by = "P"
extra = 1
[ratings.nowhere]
works = "maybe"
nobody = "C"
[[judgement]]
id = "j"
""")
    for part in (
        "no such table: 'surprise'",
        "there is no 'nothing'",
        "standing: no such entry: 'other'",
        "hypothesis 1 (line 6).id",
        "hypothesis 1 (line 6).statement",
        "write standing = true",
        "evidence 1 (line 11).id: ids that begin with 'measured-'",
        "evidence 1 (line 11).kind: must be one of measured, published, analyst",
        "evidence 1 (line 11).url",
        "an analyst signs with their own",
        "evidence: the id 'a' is given twice",
        "evidence 3 (line 21): no such entry: 'extra'",
        "ratings.nowhere.works: must be one of CC, C, N, I, II, NA, not 'maybe'",
        "judgement 1 (line 29).statement: missing",
        "judgement 1 (line 29).likelihood",
        "judgement 1 (line 29).confidence",
        "judgement 1 (line 29).author",
        "judgement 1 (line 29).on",
    ):
        assert part in said


def test_ratings_of_unknown_things_are_refused() -> None:
    said = faults('[analyst]\nname = "P"\n[ratings.nowhere]\nnobody = "C"\n[ratings.measured-nothing]\nworks = "C"')
    assert "there is no evidence 'nowhere'" in said
    assert "there is no evidence 'measured-nothing'" in said
    assert "there is no hypothesis 'nobody'" in said


def test_unknown_and_repeated_obligations_are_refused() -> None:
    said = faults("""
[analyst]
name = "P"
[[hypothesis]]
id = "works"
standing = true
obligations = ["unsc-9999"]
[[obligation]]
id = "unsc-1718-8b"
title = "x"
text = "x"
""")
    assert "hypothesis works: there is no obligation 'unsc-9999'" in said
    assert "obligation: the id 'unsc-1718-8b' is given twice" in said


def test_a_line_is_named_only_where_it_is_sure() -> None:
    said = faults('note = """\n[[judgement]]\n"""\n[[judgement]]\nid = "j"')
    assert "judgement 1.statement" in said


@pytest.mark.parametrize(
    "text",
    [
        "[[[",
        "a = " + "[" * 5000,
        "a = " + "9" * 5000,
        "judgement = 1",
        "judgement = [1]",
        "ratings = 1",
        "[ratings]\na = 1",
        "analyst = []",
        "standing = 3",
        "[standing]\nuse = 7",
        "x" * (LARGEST + 1),
        "[[evidence]]\n" * 201,
    ],
)
def test_broken_and_outsized_files_end_in_one_clear_error(text: str) -> None:
    assert len(faults(text)) < 20_000


def test_hostile_words_are_kept_as_words() -> None:
    hostile = "<script>alert(1)</script> \\u202e\\u2066 ../../etc/passwd {braces} %s"
    text = f'[[evidence]]\nid = "e"\ntext = "{hostile}"\nby = "P"\n'
    (piece,) = read_entered(text).evidence
    assert piece.text == "<script>alert(1)</script> \u202e\u2066 ../../etc/passwd {braces} %s"
    assert "NUL" in faults(text.replace("%s", "\\u0000"))
    assert "characters" in faults(text.replace("%s", "y" * 5000))


def test_the_file_of_the_demonstration_is_a_good_one() -> None:
    text = (files("wayside.wiring") / "demo_analyst.toml").read_text(encoding="utf-8")
    entered = read_entered(text)
    assert len(entered.standing) == 6
    assert all("fictional" in one.title for one in entered.obligations)
    assert all("fictional" in one.by for one in (*entered.evidence, *entered.ratings))
    assert [one.concerns for one in entered.judgements] == ["content"]


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(ConfigError):
        read_entered(text)


_VALUES = st.recursive(
    st.one_of(
        st.booleans(), st.integers(-5, 200), st.sampled_from(["", "a", "works", "C", "measured-surge", "2023-10-06"])
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "rating", "use", "text"]), inner)
    ),
    max_leaves=8,
)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(inner)}" for key, inner in value.items()) + "}"
    return str(value)


_NAMES = ("analyst", "standing", "measured", "judgement", "hypothesis", "evidence", "ratings", "obligation")


@given(st.dictionaries(st.sampled_from(_NAMES), _VALUES))
def test_any_shape_is_read_or_refused(document: dict[str, object]) -> None:
    with suppress(ConfigError):
        read_entered("\n".join(f"{key} = {_toml(value)}" for key, value in document.items()))
