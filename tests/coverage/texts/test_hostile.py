"""Files made to harm: each ends soon, within its memory, in documents or in one clear error."""

from __future__ import annotations

import gzip
import io
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.coverage.texts.made import BODY, SITE, TITLE, html_response, mail, mailbox, packed, page, pdf, wacz, warc

from wayside.coverage.texts.limits import MAX_BYTES, MAX_CHARACTERS, MAX_LINES, MAX_MEMBER_BYTES
from wayside.coverage.texts.reading import Opened, read_document, read_documents
from wayside.errors import TextError

TEXT = "\n".join(BODY)


def opened(data: bytes) -> Opened | None:
    """What is read, or None where the file is refused with a reason; anything else fails the test."""
    try:
        return read_documents(data, "bad.bin")
    except TextError as error:
        refused = error
    assert refused.what
    assert refused.where
    return None


def test_two_hundred_megabytes_are_refused_at_once() -> None:
    with pytest.raises(TextError, match=r"too large: 200 MiB.*limit is 64 MiB"):
        read_documents(bytes(200 * 2**20), "x.txt")
    with pytest.raises(TextError, match="million characters"):
        read_documents(b"word " * (MAX_CHARACTERS // 5 + 1), "x.txt")
    with pytest.raises(TextError, match="lines"):
        read_documents(b"word\n" * (MAX_LINES + 1), "x.txt")
    assert MAX_BYTES == 64 * 2**20


@pytest.mark.parametrize(
    "source",
    [
        "<html><body>" + "<div>" * 20_000 + TEXT,
        "<html><body>" + "<b><i>" * 5_000 + TEXT + "</i></b>" * 5_000,
        "<html><body><p>" + TEXT + "</p>" + "<p>x</p>" * 30_000,
        "<html><body><p title='" + "x" * 2**20 + "'>" + TEXT + "</p>",
        "<html><body><p " + " ".join(f"a{n}=1" for n in range(50_000)) + ">" + TEXT + "</p>",
        "<html><body><p>" + TEXT + "&amp;" * 50_000 + "</p>",
        '<!DOCTYPE html [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><html><body><p>&b;' + TEXT + "</p>",
        "<html><body><p>" + TEXT + "</p><!-- " + "-" * 2**20,
        "<html><body><p>" + TEXT + "</p><script>" + "<" * 2**19,
        "<html><head>" + "<meta name='date' content='2023-10-06'>" * 5_000 + "</head><body><p>" + TEXT + "</p>",
        "<html><body><p>" + TEXT + "</p><script type='application/ld+json'>" + "[" * 100_000 + "</script>",
        "<html><body><table>" + "<tr><td>" * 3_000 + TEXT,
        "<html><body><p>" + TEXT + "</p>" + "<![CDATA[" * 1_000,
        "<html><body><p>" + "\u202e" + TEXT + "\u2066</p>",
    ],
)  # fmt: skip
def test_bombs_of_markup(source: str) -> None:
    found = opened(source.encode())
    assert found is not None
    document = found.documents[0]
    shown = "\n".join(document.text[span.start : span.end] for span in document.body)
    assert "approximately 73 barges" in shown


def test_too_many_marks_are_refused() -> None:
    with pytest.raises(TextError, match="too many tags"):
        read_document(("<html><body>" + "<b>x" * 900_000).encode(), "x.html")


def measured(action: Callable[[], object]) -> int:
    """The most memory that the action takes at a time."""
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def zeros(size: int) -> bytes:
    """Much that packs into little."""
    return b"\n".join([TEXT.encode(), b"a " * (size // 2)])


def test_a_packed_page_unpacks_no_further_than_the_limit() -> None:
    bomb = gzip.compress(zeros(MAX_MEMBER_BYTES * 6))
    good = html_response(SITE, page())
    inner = (SITE, "200 OK", {"Content-Type": "text/html", "Content-Encoding": "gzip"}, bomb)
    data = warc([inner, good])
    found: list[Opened | None] = []
    assert measured(lambda: found.append(opened(data))) < 12 * MAX_MEMBER_BYTES
    assert found[0] is not None
    assert [one.title for one in found[0].documents] == [TITLE]
    assert "larger than 16 MiB" in found[0].failures[0][1]


def test_a_gzip_bomb_is_refused() -> None:
    with pytest.raises(TextError, match="unpacks to more than"):
        read_document(packed(b"a" * (MAX_BYTES + 100)), "x.gz")


def test_a_package_unpacks_no_further_than_the_limit() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("archive/bomb.warc", b"\0" * (600 * 2**20))
        package.writestr("archive/good.warc.gz", warc([html_response(SITE, page())]))
    found = opened(out.getvalue())
    assert found is not None
    assert "unpacks to more than" in found.failures[0][1]
    assert found.documents[0].title == TITLE


def test_a_zip_with_a_lie_about_sizes() -> None:
    data = bytearray(wacz({"archive/x.warc.gz": warc([html_response(SITE, page())])}))
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = (2**31).to_bytes(4, "little")
    opened(bytes(data))


def test_a_content_length_that_lies() -> None:
    data = warc(
        [html_response(SITE, page()), html_response(SITE + "/2", page("Second article on the lock"))], packed=False
    )
    for lie in (b"9" * 30, b"-5", b"0", b"1e9", b""):
        first = data.replace(b"Content-Length: ", b"Content-Length: " + lie + b"\r\nX: ", 1)
        opened(first)


def test_the_same_part_of_a_pdf_again_and_again() -> None:
    loop = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    loop += b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9>>endobj\n"
    assert opened(loop + b"trailer<</Root 1 0 R>>\n%%EOF") is None
    packed_stream = zlib.compress(b"0 0 m " * 4_000_000)
    big = pdf().replace(b"endstream", b"endstream", 1)
    assert opened(big) is not None
    stream = b"<</Length %d/Filter/FlateDecode>>stream\n" % len(packed_stream) + packed_stream + b"\nendstream"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>",
        stream,
    ]
    data = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj" % number + content + b"endobj\n"
    table = b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    data += table + b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(data))
    assert opened(data) is None


@pytest.mark.parametrize(
    "text",
    [
        "\u202eabc \u2066" + TEXT,
        TEXT + "\x00",
        TEXT + "\x1b[2J\x07",
        "\ufeff" * 50 + TEXT,
        TEXT.replace(" ", "\u00a0"),
        "\u0301" * 5000 + TEXT,
    ],
)
def test_odd_characters_never_end_the_reading(text: str) -> None:
    found = opened(text.encode())
    assert found is not None
    assert "73" in found.documents[0].text


def test_lone_surrogates_are_damage() -> None:
    found = opened(
        TEXT.encode()
        + b"\xed\xa0\x80 and more \xed\xbf\xbf of it, said the caf\xc3\xa9 owner; d\xc3\xa9j\xc3\xa0 vu " * 9
    )
    if found is not None:
        found.documents[0].text.encode("utf-8")


MADE = {
    "html": page().encode(),
    "text": (f"Home > World\n{TITLE}\n{TEXT}\nRecent Posts\n7 mins ago").encode(),
    "pdf": pdf(),
    "e-mail": mail(TEXT, html=page(), attach=pdf()),
    "mailbox": mailbox([mail(TEXT), mail(TEXT, html=page())]),
    "warc": warc([html_response(SITE, page()), html_response(SITE + "2", page("Second"))], packed=False),
    "warc.gz": warc([html_response(SITE, page()), html_response(SITE + "2", page("Second"))]),
    "wacz": wacz({"archive/a.warc.gz": warc([html_response(SITE, page())])}, [SITE]),
    "gzip": packed(page().encode()),
}


def mutated(data: bytes, edits: list[tuple[float, str, bytes]]) -> bytes:
    for place, what, content in edits:
        at = int(place * len(data))
        stop = at + (len(content) if what == "overwrite" else 40 if what == "remove" else 0)
        again = data[at : at + 300] if what == "repeat" else content
        data = (
            data[:at] + (b"" if what == "remove" else again) + data[stop if what in {"overwrite", "remove"} else at :]
        )
    return data


EDITS = st.lists(
    st.tuples(
        st.floats(0, 1),
        st.sampled_from(["overwrite", "insert", "remove", "repeat"]),
        st.one_of(
            st.binary(min_size=1, max_size=6),
            st.sampled_from([b"<", b"&#", b"\r\n\r\n", b"\0", b"--", b"<<", b"obj", b"9999999"]),
        ),
    ),
    min_size=1,
    max_size=6,
)


@pytest.mark.parametrize("kind", MADE)
@given(edits=EDITS, cut=st.one_of(st.none(), st.floats(0, 1)))
@settings(max_examples=40)
def test_damaged_files_of_every_format(kind: str, edits: list[tuple[float, str, bytes]], cut: float | None) -> None:
    data = mutated(MADE[kind], edits)
    found = opened(data if cut is None else data[: int(cut * len(data))])
    if found is not None:
        assert found.documents
        for document in found.documents:
            assert document.body
            for span in document.body:
                document.in_file(span)


BEGINNINGS = [
    b"", b"%PDF-1.7\n", b"PK\x03\x04", b"\x1f\x8b\x08\0", b"WARC/1.0\r\n", b"From a@b 2023\n",
    b"From: a\nTo: b\nSubject: c\n\n", b"<html><body>",
]  # fmt: skip


@given(st.binary(max_size=300), st.sampled_from(BEGINNINGS))
def test_any_bytes_behind_any_beginning(data: bytes, start: bytes) -> None:
    opened(start + data)
