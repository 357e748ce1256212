"""What kind of file some bytes are, by their content alone; names lie."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["kind_of"]

_HEADERS: Final = re.compile(rb"^([A-Za-z][A-Za-z0-9-]{1,60}):", re.MULTILINE)
_MAIL: Final = frozenset({
    b"from", b"to", b"subject", b"date", b"message-id", b"received", b"mime-version", b"return-path", b"delivered-to",
    b"reply-to", b"sender", b"cc", b"content-type", b"dkim-signature", b"x-mailer", b"list-id", b"list-unsubscribe",
    b"authentication-results", b"content-transfer-encoding", b"x-received", b"arc-seal", b"references", b"in-reply-to",
})  # fmt: skip
_SENDER: Final = frozenset({b"from", b"received", b"message-id", b"return-path", b"sender"})
_MBOX: Final = re.compile(
    rb"From \S{1,200} [^\r\n]{6,80}\d{4}[^\r\n]{0,20}\r?\n(?:>?From |[A-Za-z][A-Za-z0-9-]{1,60}:)"
)
_PDF_WITHIN: Final = 1024


def kind_of(data: bytes) -> str:
    """Return "pdf", "zip", "gzip", "warc", "mailbox", "e-mail" or "text" (plain, flattened or HTML)."""
    head = data[: 64 * 1024]
    if b"%PDF-" in head[:_PDF_WITHIN] and head.lstrip()[:1] != b"<":
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.lstrip(b"\r\n").startswith(b"WARC/"):
        return "warc"
    if _MBOX.match(head):
        return "mailbox"
    return "e-mail" if _is_mail(head) else "text"


def _is_mail(head: bytes) -> bool:
    """An e-mail begins with a block of headers, of which several are those of e-mails and one tells a sender."""
    block = re.split(rb"\r?\n\r?\n", head.lstrip(b"\xef\xbb\xbf\r\n"), maxsplit=1)[0]
    lines = block.splitlines()
    if not lines or not all(line[:1] in {b" ", b"\t"} or _HEADERS.match(line) for line in lines):
        return False
    names = {name.lower() for name in _HEADERS.findall(block)}
    known = names & _MAIL
    return len(known) >= 3 and bool(known & _SENDER)
