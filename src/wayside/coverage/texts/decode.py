"""Bytes to text: byte order marks first, then UTF-8, then what the page declares, then by shape."""

from __future__ import annotations

import codecs
import re
from typing import Final, NamedTuple

from wayside.errors import TextError

__all__ = ["MAX_BYTES", "Decoded", "decode"]

MAX_BYTES: Final = 64 * 1024 * 1024
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC: Final = (b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"\x1f\x8b")
_DECLARED: Final = re.compile(rb"""charset\s{0,4}=\s{0,4}["']?([A-Za-z0-9_:.\-]{2,40})""", re.IGNORECASE)
_TEXT_CODECS: Final = frozenset({
    "ascii", "utf-8", "iso8859-1", "iso8859-2", "iso8859-5", "iso8859-9", "iso8859-15", "cp1250", "cp1251", "cp1252",
    "cp1254", "cp1256", "koi8-r", "koi8-u", "shift_jis", "euc_jp", "iso2022_jp", "euc_kr", "cp949", "gbk", "gb2312",
    "gb18030", "big5",
})  # fmt: skip


class Decoded(NamedTuple):
    """Text and the name of the encoding that it was read in."""

    text: str
    encoding: str


def decode(data: bytes, name: str) -> Decoded:
    """Decode a document.

    Args:
        data: the file's bytes, at most ``MAX_BYTES``.
        name: for messages.

    Raises:
        TextError: nothing in it, too large, a binary file, or in no encoding that makes it text.
    """
    if len(data) > MAX_BYTES:
        todo = f"The limit is {MAX_BYTES // 2**20} MiB a document"
        raise TextError(f"too large: {len(data) / 2**20:.0f} MiB", where=name, todo=todo)
    if not data.strip():
        raise TextError("there is nothing in it", where=name)
    if data.startswith(_MAGIC):
        raise TextError("not a text but another kind of file", where=name, todo="Give plain text or HTML")
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return Decoded(_checked(_strict(data[len(mark) :], encoding, name), name), encoding)
    if b"\x00" in data:
        raise TextError("binary: it holds zero bytes", where=name, todo="Give plain text or HTML")
    for encoding in _candidates(data):
        try:
            return Decoded(_checked(data.decode(encoding), name), encoding)
        except UnicodeDecodeError:
            continue
    raise TextError("in no known encoding", where=name, todo="Save it as UTF-8")


def _candidates(data: bytes) -> list[str]:
    found = ["utf-8"]
    for match in _DECLARED.finditer(data[:4096]):
        try:
            codec = codecs.lookup(match.group(1).decode("ascii")).name
        except LookupError:
            continue
        if codec in _TEXT_CODECS:
            # Browsers read a page that declares Latin-1 as Windows-1252.
            found.append("cp1252" if codec in {"ascii", "iso8859-1"} else codec)
    high = [byte for byte in data[:65536] if byte >= 0x80]
    letters = sum(1 for byte in data[:65536] if 0x41 <= (byte & 0xDF) <= 0x5A)
    if len(high) > letters:
        # More bytes above 0x7F than Latin letters: not a western European text.
        return [*found, "cp1251"] if max(high) >= 0xC0 and _looks_cyrillic(high) else found
    return [*found, "cp1252"]


def _looks_cyrillic(high: list[int]) -> bool:
    """Tell Windows-1251 by its lower-case letters, which are 0xE0 to 0xFF."""
    return sum(1 for byte in high if byte >= 0xE0) > 0.7 * len(high)


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise TextError(f"not valid {encoding} though its byte order mark says so", where=name) from error


def _checked(text: str, name: str) -> str:
    """Refuse text that is mostly control characters, or none at all."""
    sample = text[:65536]
    control = sum(1 for char in sample if (ord(char) < 32 and char not in "\t\n\r\f\x1b") or "\x7f" <= char <= "\x9f")
    if control > 0.02 * len(sample) + 1:
        raise TextError("binary: it is full of control characters", where=name, todo="Give plain text or HTML")
    if not any(char.isalpha() for char in text):
        raise TextError("there are no words in it", where=name)
    return text
