"""Encodings: what bytes prove, what is declared, and what is likeliest."""

from __future__ import annotations

import pytest
from charset_normalizer import from_bytes
from hypothesis import given
from hypothesis import strategies as st
from tests.coverage.texts.samples import ENCODINGS, SENTENCES, TRADITIONAL

from wayside.coverage.texts.charsets import named
from wayside.coverage.texts.decode import decode
from wayside.coverage.texts.limits import MAX_BYTES
from wayside.errors import TextError

ENGLISH = SENTENCES["en"][0]


def written(sentence: str, encoding: str) -> tuple[bytes, str]:
    data = sentence.replace("’", "'").encode(encoding)
    return data, data.decode(encoding)


@pytest.mark.parametrize(("language", "encoding"), ENCODINGS)
def test_undeclared_encodings_are_told(language: str, encoding: str) -> None:
    for sentence in SENTENCES[language]:
        data, text = written(sentence, encoding)
        assert decode(data, "x").text == text


def test_big5_is_told() -> None:
    for sentence in TRADITIONAL:
        assert decode(sentence.encode("big5"), "x").text == sentence


def test_not_worse_than_charset_normalizer() -> None:
    cases = [written(sentence, encoding) for language, encoding in ENCODINGS for sentence in SENTENCES[language]]
    ours = sum(decode(data, "x").text == text for data, text in cases)
    theirs = sum(str(from_bytes(data).best()) == text for data, text in cases)
    assert ours == len(cases)
    assert ours >= theirs


@pytest.mark.parametrize(("language", "encoding"), ENCODINGS)
def test_a_wrong_declaration_is_survived(language: str, encoding: str) -> None:
    wrong = "koi8-r" if encoding != "koi8-r" else "cp1251"
    data, text = written("\n".join(SENTENCES[language]), encoding)
    found = decode(data, "x", declared=wrong)
    close = {encoding, wrong} == {"koi8-r", "koi8-u"}
    assert found.text == text or close


@pytest.mark.parametrize("wrong", ["cp1252", "iso-8859-1", "shift_jis", "no-such-charset", "utf-16"])
def test_bytes_prove_utf_8(wrong: str) -> None:
    text = "\n".join(SENTENCES["ru"])
    found = decode(text.encode(), "x", declared=wrong)
    assert (found.text, found.encoding) == (text, "utf-8")


def test_a_declared_encoding_is_taken_where_nothing_speaks_against_it() -> None:
    page = '<html><head><meta charset="koi8-r"></head><body><p>вагоны</p></body></html>'
    found = decode(page.encode("koi8-r"), "x")
    assert (found.text, found.encoding) == (page, "koi8-r")
    assert "koi8-r" in found.notes[0]


@pytest.mark.parametrize("text", ["He said “no”.", "It’s late – and dark", "€ 40 a day, §3", "£5 … or so"])
def test_marks_alone_are_those_of_windows_1252(text: str) -> None:
    assert decode(text.encode("cp1252"), "x").text == text


def test_browsers_read_latin_1_as_windows_1252() -> None:
    assert decode("<meta charset=iso-8859-1> “so”, he said".encode("cp1252"), "x").text.endswith("“so”, he said")
    assert named("GB2312") == "gb18030"
    assert named("rot13") is None
    assert named("no such\x00") is None


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-32-le", b"\xff\xfe\0\0"),
    ],
)
def test_byte_order_marks(encoding: str, mark: bytes) -> None:
    found = decode(mark + SENTENCES["ja"][0].encode(encoding), "x")
    assert (found.text, found.encoding) == (SENTENCES["ja"][0], encoding)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_wide_characters_without_a_mark(encoding: str) -> None:
    assert decode(ENGLISH.encode(encoding), "x").text == ENGLISH


def test_damaged_utf_8_is_read_and_noted() -> None:
    data = bytearray("\n".join(SENTENCES["ru"]).encode())
    data[41] = 0xFF
    found = decode(bytes(data), "x")
    assert found.encoding == "utf-8"
    assert "damaged" in found.notes[0]
    assert 0 < found.text.count("\ufffd") <= 2


def test_garbled_text_is_noted() -> None:
    garbled = "\n".join(SENTENCES["fr"]).replace("'", "’").encode().decode("cp1252", "replace")
    assert any("garbled" in note for note in decode(garbled.encode(), "x").notes)
    garbled = "\n".join(SENTENCES["ru"]).encode().decode("cp1251", "replace")
    assert any("garbled" in note for note in decode(garbled.encode(), "x").notes)
    for language, sentences in SENTENCES.items():
        assert not decode("\n".join(sentences).encode(), language).notes


def test_marks_of_direction_are_noted() -> None:
    assert any("direction" in note for note in decode(f"{ENGLISH} \u202e37 sgniht".encode(), "x").notes)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "nothing in it"),
        (b" \n\t ", "nothing in it"),
        (b"\x89PNG\r\n\x1a\n....", "another kind of file"),
        (b"text\x00te\x00xt\x00 \x00" * 9, "binary"),
        (b"\x01\x02\x03\x04\x05abc", "binary"),
        (b"12 34 ... !!", "no words"),
        (b"\xff\xfe\x41", "byte order mark"),
        (bytes(range(256)) * 20, "binary"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, what: str) -> None:
    with pytest.raises(TextError, match=what):
        decode(data, "x.txt")


def test_a_single_zero_byte_is_a_blank() -> None:
    assert decode(ENGLISH.encode().replace(b" ", b"\0", 1), "x").text == ENGLISH


def test_too_large_is_refused_before_anything_else() -> None:
    with pytest.raises(TextError, match="too large"):
        decode(b"a" * (MAX_BYTES + 1), "x.txt")


@given(st.binary(max_size=400))
def test_any_bytes_give_text_or_one_clear_error(data: bytes) -> None:
    try:
        found = decode(data, "x")
    except TextError:
        return
    assert any(char.isalpha() for char in found.text)
    found.text.encode("utf-8")


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=300))
def test_utf_8_comes_back_as_it_was(text: str) -> None:
    try:
        found = decode(text.encode(), "x")
    except TextError:
        return
    if found.encoding == "utf-8" and "\0" not in text:
        assert found.text == text.removeprefix("\ufeff")


def test_capitals_of_windows_cyrillic_are_kept() -> None:
    text = "Около 73 вагонов стояло на станции Туманган в пятницу. Ранее там было не более 20."
    assert decode(text.encode("cp1251"), "x").text == text
