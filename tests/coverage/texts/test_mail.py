"""E-mails and mailboxes."""

from __future__ import annotations

from datetime import date
from email.message import EmailMessage

import pytest
from tests.coverage.texts.made import BODY, TITLE, mail, mailbox, page, pdf

from wayside.coverage.texts.reading import read_document, read_documents
from wayside.errors import TextError
from wayside.model.documents import Document

TEXT = "\n\n".join(BODY)


def lines(document: Document) -> list[str]:
    return [document.text[span.start : span.end] for span in document.body]


def cuts(document: Document) -> dict[str, str]:
    return {document.text[cut.span.start : cut.span.end]: cut.reason for cut in document.cuts}


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-15", "koi8-r"])
def test_text_and_headers(charset: str) -> None:
    text = TEXT.replace("’", "'") if charset != "utf-8" else TEXT
    document = read_document(mail(text, charset=charset), "m.eml")
    assert lines(document) == text.split("\n\n")
    assert (document.format, document.author) == ("e-mail", "Änne Berg")
    assert (document.title, document.published) == ("Übersicht: barges at Norvik", date(2023, 10, 6))


def test_plain_text_is_preferred_unless_it_is_a_stub() -> None:
    assert read_document(mail(TEXT, html=page()), "m.eml").format == "e-mail"
    rich = read_document(mail("Open this in your browser to read it.", html=page()), "m.eml")
    assert rich.format == "html"
    assert rich.title == TITLE


def test_quoted_replies_signature_and_foot_are_cut() -> None:
    reply = "On Monday, Bo Lind wrote:\n> How many barges were at the lock?"
    text = f"{TEXT}\n\n{reply}\n\nUnsubscribe: https://l.example\n-- \nAnne\n+47 5"
    document = read_document(mail(text), "m.eml")
    assert lines(document) == list(BODY)
    assert cuts(document)["> How many barges were at the lock?"] == "quoted reply"
    assert cuts(document)["+47 5"] == "signature"
    assert cuts(document)["Unsubscribe: https://l.example"] == "foot of the e-mail"


def test_a_forwarded_article_is_kept_without_its_headers() -> None:
    head = "---------- Forwarded message ---------\nFrom: Bo <bo@n.example>\nDate: 6 Oct 2023\nSubject: barges\n\n"
    document = read_document(mail(head + TEXT), "m.eml")
    assert lines(document) == list(BODY)
    assert cuts(document)["From: Bo <bo@n.example>"] == "forwarded headers"


def test_lines_of_fixed_width_are_joined_in_place() -> None:
    wrapped = "\n\n".join(
        line[:60].rsplit(" ", 1)[0] + "\n" + line[len(line[:60].rsplit(" ", 1)[0]) + 1 :] for line in BODY
    )
    document = read_document(mail(wrapped), "m.eml")
    assert lines(document) == list(BODY)
    assert any("fixed width" in note for note in document.notes)


def test_attachments_are_documents_of_their_own() -> None:
    opened = read_documents(mail(TEXT, attach=pdf()), "m.eml")
    assert [(one.format, one.part) for one in opened.documents] == [("e-mail", None), ("pdf", "attachment report.pdf")]


def test_a_mailbox() -> None:
    empty = b"From: a@b.example\nSubject: nothing\nDate: Fri, 06 Oct 2023 23:10:00 +0200\n\n"
    opened = read_documents(mailbox([mail(TEXT), empty, mail(TEXT, html=page())]), "m.mbox")
    assert [one.part for one in opened.documents] == ["message 1", "message 3"]
    assert [part for part, _ in opened.failures] == ["message 2"]


def test_a_saved_page_of_a_browser() -> None:
    message = EmailMessage()
    message["From"] = "<Saved by a browser>"
    message["Subject"] = "x"
    message["Date"] = "Fri, 06 Oct 2023 23:10:00 +0200"
    message.set_content(page(), subtype="html")
    document = read_document(bytes(message), "x.mht")
    assert (document.format, document.title) == ("html", TITLE)


def test_text_that_begins_like_headers_is_no_e_mail() -> None:
    document = read_document(f"Date: 2023-10-06\nSource: Agencies\n\n{TEXT}".encode(), "x.txt")
    assert document.format == "flattened page"


def test_nested_beyond_reason() -> None:
    head = b"From: a@b.example\nTo: c@d.example\nSubject: x\n"
    nested = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(3000))
    with pytest.raises(TextError, match=r"damaged|without text|can be read"):
        read_documents(head + nested + b"\nhello there", "x.eml")
    many = b"".join(b"--b\nContent-Type: text/plain\n\nhello there\n" for _ in range(500)) + b"--b--\n"
    with pytest.raises(TextError, match="more than 200 parts"):
        read_documents(head + b'Content-Type: multipart/mixed; boundary="b"\n\n' + many, "x.eml")


@pytest.mark.parametrize(
    "headers",
    [
        b"Subject: =?no-such?q?abc?=", b"Subject: =?utf-8?b?!!!?=", b"Date: yesterday",
        b"Date: Fri, 99 Oct 99999 99:99",
        b'Content-Type: text/plain; charset="no such"', b"Content-Type: text/plain; charset*=utf-8'en'%FF%FE",
        b"Content-Transfer-Encoding: base64", b"From: " + b"(" * 4000, b"Subject: " + b"=?utf-8?q?a?= " * 3000,
    ],
)  # fmt: skip
def test_odd_headers_never_end_the_reading(headers: bytes) -> None:
    data = b"From: a@b.example\nTo: c@d.example\nMessage-ID: <1@b>\n" + headers + b"\n\n" + TEXT.encode()
    try:
        document = read_document(data, "x.eml")
    except TextError:
        return
    assert document.text
