"""Web archives: which records are pages, what is skipped and why, and what damage does."""

from __future__ import annotations

import io
import zipfile

import pytest
from tests.coverage.texts.made import BODY, SITE, TITLE, html_response, packed, page, pdf, record, wacz, warc

from wayside.coverage.texts.reading import document_id, read_document, read_documents
from wayside.errors import TextError

OTHER = page("A second article on the lock", tuple(line.replace("barges", "tugs") for line in BODY))
CHUNKED = b"%x\r\n%s\r\n0\r\n\r\n"


@pytest.mark.parametrize("compressed", [True, False])
def test_pages_of_a_warc(compressed: bool) -> None:
    records = [
        html_response(SITE, page()),
        ("http://n.example/robots.txt", "200 OK", {"Content-Type": "text/plain"}, b"Disallow: everything there is"),
        ("http://n.example/old", "301 Moved", {"Content-Type": "text/html", "Location": SITE}, b""),
        ("http://n.example/gone", "404 Not Found", {"Content-Type": "text/html"}, b"<html>gone</html>"),
        ("http://n.example/logo", "200 OK", {"Content-Type": "image/png"}, b"\x89PNG"),
        ("http://n.example/plain", "200 OK", {"Content-Type": "text/plain"}, "\n".join(BODY).encode()),
        ("http://n.example/report", "200 OK", {"Content-Type": "application/pdf"}, pdf()),
        html_response("http://n.example/again", page()),
    ]
    opened = read_documents(warc(records, packed=compressed), "crawl.warc.gz")
    assert [(one.format, one.url, one.part) for one in opened.documents] == [
        ("html", SITE, "record 1"),
        ("text", "http://n.example/plain", "record 6"),
        ("pdf", "http://n.example/report", "record 7"),
    ]
    assert not opened.failures
    assert [part for part, _ in opened.skipped] == ["record 3", "record 4", "record 8"]
    assert "redirect" in opened.skipped[0][1]
    assert "404" in opened.skipped[1][1]
    assert "byte for byte" in opened.skipped[2][1]
    assert any(note.startswith("archived on ") for note in opened.documents[0].notes)
    assert len({one.id for one in opened.documents}) == 3


def test_content_and_transfer_encodings_are_undone() -> None:
    zipped = packed(page().encode())
    other = OTHER.encode()
    records = [
        (SITE, "200 OK", {"Content-Type": "text/html", "Content-Encoding": "gzip"}, zipped),
        (SITE, "200 OK", {"Content-Type": "text/html", "Transfer-Encoding": "chunked"}, CHUNKED % (len(other), other)),
    ]
    titles = [one.title for one in read_documents(warc(records), "x").documents]
    assert titles == [TITLE, "A second article on the lock"]


def test_the_header_names_the_encoding() -> None:
    text = "Капитан порта сообщил во вторник, что перед шлюзом ожидают не менее 40 барж и нескольких буксиров."
    source = f"<html><body><article><p>{text}</p><p>{text.upper()}</p></article></body></html>"
    response = (SITE, "200 OK", {"Content-Type": "text/html; charset=koi8-r"}, source.encode("koi8-r"))
    assert text in read_documents(warc([response]), "x").documents[0].text


def test_a_revisit_and_a_resource() -> None:
    revisit = record("revisit", SITE, b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    resource = record("resource", SITE, page().encode(), "text/html; charset=utf-8")
    opened = read_documents(revisit + resource, "x")
    assert opened.documents[0].title == TITLE
    assert "revisit" in opened.skipped[0][1]


@pytest.mark.parametrize("compressed", [True, False])
def test_one_damaged_record_does_not_end_the_file(compressed: bool) -> None:
    parts = [
        warc([html_response(f"{SITE}/{n}", page(f"Article number {n} on the lock"))], packed=compressed) for n in "123"
    ]
    middle = bytearray(parts[1])
    middle[20 : len(middle) - 20] = b"\x07" * (len(middle) - 40)
    opened = read_documents(parts[0] + bytes(middle) + parts[2], "x.warc")
    assert [one.title for one in opened.documents] == ["Article number 1 on the lock", "Article number 3 on the lock"]
    assert opened.failures


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_truncated_archive_gives_what_is_there(share: float) -> None:
    whole = warc([html_response(f"{SITE}/{n}", page(f"Article number {n} on the lock")) for n in range(4)])
    opened = read_documents(whole[: int(len(whole) * share)], "x.warc.gz")
    assert 1 <= len(opened.documents) <= 4
    assert opened.documents[0].title == "Article number 0 on the lock"


def test_a_package_names_its_pages() -> None:
    crawl = warc([html_response(SITE, page()), html_response("http://ads.example/frame", OTHER)])
    every = read_documents(wacz({"archive/data.warc.gz": crawl}), "x.wacz")
    listed = read_documents(wacz({"archive/data.warc.gz": crawl}, [f"{SITE}/"]), "x.wacz")
    assert len(every.documents) == 2
    assert [one.url for one in listed.documents] == [SITE]
    assert listed.documents[0].part == "archive/data.warc.gz record 1"


@pytest.mark.parametrize("name", ["archive/../../e.warc", "/etc/x.warc", "C:\\x.warc.gz", "a\\..\\b.warc"])
def test_names_that_lead_out_of_the_package_are_not_read(name: str) -> None:
    crawl = warc([html_response(SITE, page())])
    opened = read_documents(wacz({"archive/good.warc.gz": crawl, name: crawl}), "x.wacz")
    assert len(opened.documents) == 1
    assert any("leads out" in why for _, why in opened.failures)


def test_a_damaged_member_of_a_package_is_a_failure() -> None:
    good = warc([html_response(SITE, page())])
    bad = b"\x1f\x8b\x08garbage" + b"\0" * 100
    opened = read_documents(wacz({"archive/bad.warc.gz": bad, "archive/good.warc.gz": good}), "x.wacz")
    assert [one.title for one in opened.documents] == [TITLE]


def test_other_zip_files_are_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("word/document.xml", "<w/>")
    with pytest.raises(TextError, match="without web archives"):
        read_document(out.getvalue(), "x.docx")
    with pytest.raises(TextError, match="damaged zip"):
        read_document(b"PK\x03\x04" + b"\0" * 50, "x.zip")


def test_an_archive_without_pages_says_what_was_in_it() -> None:
    response = ("http://n.example/gone", "404 Not Found", {"Content-Type": "text/html"}, b"<html>gone</html>")
    with pytest.raises(TextError, match=r"nothing in it can be read.*404"):
        read_documents(warc([response]), "x.warc")


def test_a_gzip_file_of_one_page_is_that_page() -> None:
    assert read_document(packed(page().encode()), "x.html.gz").title == TITLE
    assert read_document(packed(pdf()), "x.pdf.gz").format == "pdf"
    with pytest.raises(TextError, match="damaged gzip"):
        read_document(b"\x1f\x8b\x08" + b"z" * 40, "x.gz")


@pytest.mark.parametrize(
    ("name", "found"),
    [("000_54f859.txt", "000"), ("dir/post.html", "post"), ("c:\\x\\17-a.txt", "17"), ("", "document")],
)
def test_document_id(name: str, found: str) -> None:
    assert document_id(name) == found


def test_a_package_whose_archive_is_something_else_is_refused_at_once() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("datapackage.json", "{}")
        package.writestr("archive/data.warc.gz", b"\0" * 50_000_000)
    with pytest.raises(TextError, match="not a web archive"):
        read_documents(packed.getvalue(), "case.wacz")
