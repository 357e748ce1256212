"""Files of every format, made of one short article."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Sequence
from email.message import EmailMessage
from html import escape
from typing import Final

from fpdf import FPDF

TITLE: Final = "Barges Crowd the Lock at Norvik"
BODY: Final = (
    "Pictures taken from space show approximately 73 barges at the Norvik lock, a research group said on Friday.",
    "A review of earlier pictures found no more than 20 barges there, the group said, and called the rise unusual.",
    "Officials at the Norvik lock did not answer questions about the barges & their cargo, or about the lock’s repair.",
)
SITE: Final = "https://post.example/2023/10/06/barges"


def page(title: str = TITLE, body: Sequence[str] = BODY, head: str = "") -> str:
    """A web page with navigation, scripts and a footer around the article."""
    paragraphs = "\n".join(f"<p>{escape(line)}</p>" for line in body)
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<title>{escape(title)} | The Norvik Post</title>
<meta property="article:published_time" content="2023-10-06T21:10:00Z"><meta name="author" content="Anna Berg">
<meta property="og:site_name" content="The Norvik Post">{head}<script>var n = "99 barges";</script></head>
<body><nav><a href="/">Home</a> <a href="/w">World news in 5 minutes</a></nav>
<article><h1>{escape(title)}</h1>
{paragraphs}
</article><footer>Copyright 2023. 40 jobs in your area.</footer></body></html>"""


def record(kind: str, url: str, block: bytes, media: str = "application/http; msgtype=response") -> bytes:
    """One WARC record, written from the standard's text alone."""
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2023-10-07T08:09:10Z\r\n"
    head += (
        f"WARC-Record-ID: <urn:uuid:{len(block):032x}>\r\nContent-Type: {media}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def warc(pages: Sequence[tuple[str, str, dict[str, str], bytes]], *, packed: bool = True) -> bytes:
    """A WARC of responses: address, status line, headers, content."""
    records = []
    for url, status, headers, content in pages:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        records.append(record("response", url, f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + content))
    return b"".join(gzip.compress(one, mtime=0) if packed else one for one in records)


def html_response(url: str, content: str) -> tuple[str, str, dict[str, str], bytes]:
    """A delivered page for ``warc``."""
    return url, "200 OK", {"Content-Type": "text/html; charset=utf-8"}, content.encode()


def wacz(warcs: dict[str, bytes], pages: Sequence[str] = ()) -> bytes:
    """A WACZ package; with addresses of pages it gets a list of pages."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in warcs.items():
            package.writestr(name, content)
        package.writestr("datapackage.json", json.dumps({"profile": "data-package"}))
        if pages:
            rows = [{"format": "json-pages-1.0", "id": "pages"}, *({"url": url, "title": "t"} for url in pages)]
            package.writestr("pages/pages.jsonl", "\n".join(json.dumps(row) for row in rows))
    return out.getvalue()


class _Report(FPDF):
    """A report with a running head and page numbers."""

    def header(self) -> None:
        self.set_font("Helvetica", size=8)
        self.cell(0, 8, "Norvik Institute - special report", new_x="LMARGIN", new_y="NEXT")

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("Helvetica", size=8)
        self.cell(0, 8, f"Page {self.page_no()} of 9")


def pdf(body: Sequence[str] = BODY, *, times: int = 1, title: str = TITLE, locked_with: str | None = None) -> bytes:
    """A PDF whose lines are wrapped at the width of the page; latin-1 only."""
    report = _Report()
    report.set_title(title)
    report.set_author("Anna Berg")
    if locked_with is not None:
        report.set_encryption(owner_password=locked_with + "0", user_password=locked_with)
    report.add_page()
    report.set_font("Helvetica", size=12)
    for number in range(times):
        for line in body:
            numbered = f"{number}. {line}" if times > 1 else line
            report.multi_cell(0, 6, numbered.replace("’", "'").encode("latin-1", "replace").decode("latin-1"))
            report.ln(4)
    return bytes(report.output())


def mail(text: str, *, html: str | None = None, attach: bytes | None = None, charset: str = "utf-8") -> bytes:
    """An e-mail with its usual headers."""
    message = EmailMessage()
    message["From"] = "Änne Berg <anne@post.example>"
    message["To"] = "desk@news.example"
    message["Subject"] = "Fwd: Übersicht: barges at Norvik"
    message["Date"] = "Fri, 06 Oct 2023 23:10:00 +0200"
    message.set_content(text, charset=charset)
    if html is not None:
        message.add_alternative(html, subtype="html")
    if attach is not None:
        message.add_attachment(attach, maintype="application", subtype="pdf", filename="report.pdf")
    return bytes(message)


def mailbox(messages: Sequence[bytes]) -> bytes:
    """An mbox file."""
    return b"\n".join(b"From anne@post.example Fri Oct  6 23:10:00 2023\n" + one for one in messages)


def packed(data: bytes) -> bytes:
    """A gzip file."""
    return gzip.compress(data, mtime=0)
