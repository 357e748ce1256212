"""Bytes to text: what the bytes prove first, then what is declared, then what makes a text of them.

A byte order mark or valid UTF-8 with letters beyond ASCII proves itself. A declared encoding (HTTP header,
``<meta>``, XML) is taken where the bytes allow it and another does not make a far likelier text of them. Otherwise
each encoding of the table is tried, and the one whose text looks most like one of its languages is taken.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

from wayside.coverage.texts.charsets import likelihood, most_likely, named
from wayside.coverage.texts.limits import MAX_BYTES
from wayside.errors import TextError

__all__ = ["Decoded", "decode"]

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"\x7fELF", b"\xd0\xcf\x11\xe0", b"Rar!")
_DECLARED: Final = re.compile(
    rb"""(?:charset\s{0,4}=|<\?xml[^>]{0,80}?encoding\s{0,4}=)\s{0,4}["']?([A-Za-z0-9_:.\-]{2,40})""", re.IGNORECASE
)
_ESCAPES: Final = ((b"\x1b$B", "iso2022_jp"), (b"\x1b$@", "iso2022_jp"), (b"\x1b$)C", "iso2022_kr"))
_MOJIBAKE: Final = re.compile(
    "[ÃÂ][\u0080-\u00bf\u2018-\u2022™šžœŠŽŒƒˆ˜€]|â€[\u0080-\u00bf\u2018-\u2022™˜œž¦]|(?:[ÐÑ][\u0080-\u00bf\u2018-\u2022™ƒŒŠ]){3}"
    "|(?:[РС][\u0080-\u00bf\u0402-\u040f\u0451-\u045f\u2018-\u2022№™]){3}"
)
# What garbled characters begin with: a text without these needs no search.
_GARBLED_LEADS: Final = "ÃÂâÐÑРС"
_DIRECTIONS: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SAMPLE: Final = 65536
_DAMAGED: Final = 0.02
"""Share of damaged letters up to which a text is still taken for UTF-8."""
_FAR_LIKELIER: Final = 1.0
"""By how much (nats a byte) another encoding must beat the declared one."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text and how it was read.

    Attributes:
        text: the decoded text, byte order mark excluded.
        encoding: the codec.
        notes: what a reader should know of it, in words.
    """

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def decode(data: bytes, name: str, *, declared: str | None = None) -> Decoded:
    """Decode a document.

    Args:
        data: the file's bytes, at most ``MAX_BYTES``.
        name: for messages.
        declared: encoding that a header outside the bytes names, or None.

    Raises:
        TextError: nothing in it, too large, a binary file, or in no encoding that makes it text.
    """
    if len(data) > MAX_BYTES:
        todo = f"The limit is {MAX_BYTES // 2**20} MiB a document; cut it into its articles"
        raise TextError(f"too large: {len(data) / 2**20:.0f} MiB", where=name, todo=todo)
    if not data.strip():
        raise TextError("there is nothing in it", where=name)
    if data.startswith(_MAGIC):
        raise TextError("not a text but another kind of file", where=name, todo="Give plain text, HTML, PDF or e-mail")
    found = _marked(data, name) or _wide(data) or _unmarked(data, name, declared)
    _check(found.text, name)
    return Decoded(found.text, found.encoding, (*found.notes, *_oddities(found.text)))


def _marked(data: bytes, name: str) -> Decoded | None:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                text = data[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                damaged = _mended(data[len(mark) :], encoding)
                if damaged is None:
                    what = f"not valid {encoding} though its byte order mark says so"
                    raise TextError(what, where=name, todo="Save it again as UTF-8") from error
                return damaged
            return Decoded(text, encoding, () if encoding == "utf-8" else (f"read as {encoding}",))
    return None


def _wide(data: bytes) -> Decoded | None:
    """Tell UTF-16 without a mark by its zero bytes, which stand at every other place."""
    sample = data[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if max(even, odd) < 0.4 * half or min(even, odd) > 0.05 * half:
        return None
    encoding = "utf-16-be" if even > odd else "utf-16-le"
    try:
        return Decoded(data.decode(encoding), encoding, (f"read as {encoding}",))
    except UnicodeDecodeError:
        return None


def _unmarked(data: bytes, name: str, declared: str | None) -> Decoded:
    if b"\x00" in data:
        data = _without_few_zeros(data, name)
    claimed = _claimed(data, declared)
    if data.isascii():
        return _ascii(data)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _legacy(data, name, claimed)
    wrong = claimed is not None and claimed != "utf-8"
    return Decoded(text, "utf-8", (f"declared as {claimed}, but the bytes are UTF-8",) if wrong else ())


def _without_few_zeros(data: bytes, name: str) -> bytes:
    if data.count(0) > 1 + len(data) // 2000:
        raise TextError("binary: it holds zero bytes", where=name, todo="Give plain text, HTML, PDF or e-mail")
    # One blank for each, so that offsets stay what they are.
    return data.replace(b"\x00", b" ")


def _ascii(data: bytes) -> Decoded:
    for escape, encoding in _ESCAPES:
        if escape in data:
            try:
                return Decoded(data.decode(encoding), encoding, (f"read as {encoding}",))
            except UnicodeDecodeError:
                continue
    return Decoded(data.decode("ascii"), "utf-8")


def _claimed(data: bytes, declared: str | None) -> str | None:
    """Return the encoding that the header or the text itself declares and that is known, or None."""
    names = [declared] if declared else []
    names += [match.group(1).decode("ascii") for match in _DECLARED.finditer(data[:4096])]
    for one in names:
        codec = named(one)
        if codec is not None:
            return codec
    return None


def _legacy(data: bytes, name: str, claimed: str | None) -> Decoded:
    mended = _mended(data, "utf-8")
    if mended is not None:
        return mended
    best = most_likely(data)
    if claimed is not None and claimed not in {"utf-8", "utf-16-le", "utf-16-be"}:
        text = _strict(data, claimed)
        likely = likelihood(data, claimed)
        if text is not None and (best is None or best.score - likely < _FAR_LIKELIER):
            return Decoded(text, claimed, (f"read as {claimed}",))
    if best is None:
        raise TextError("in no known encoding", where=name, todo="Save it as UTF-8")
    text = _strict(data, best.encoding)
    if text is None:
        text = data.decode(best.encoding, errors="replace")
    note = f"read as {best.encoding}"
    if claimed is not None and claimed != best.encoding:
        note += f", though it is declared as {claimed}"
    return Decoded(text, best.encoding, (note,))


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _mended(data: bytes, encoding: str) -> Decoded | None:
    """Read damaged UTF with a mark in place of what is broken, if that is little of what is beyond ASCII."""
    text = data.decode(encoding, errors="replace")
    broken = text.count("\ufffd")
    beyond = len(text) - len(text.encode("ascii", errors="ignore"))
    if broken > 1 + _DAMAGED * beyond or beyond < 4 * broken:
        return None
    return Decoded(text, encoding, (f"{broken} damaged character(s), shown as \ufffd",))


def _check(text: str, name: str) -> None:
    """Refuse text that is mostly control characters, or none at all."""
    sample = text[:_SAMPLE]
    control = sum(1 for char in set(sample) if _is_control(char) for _ in range(sample.count(char)))
    if control > 0.02 * len(sample) + 1:
        todo = "Give plain text, HTML, PDF or e-mail"
        raise TextError("binary: it is full of control characters", where=name, todo=todo)
    if not any(char.isalpha() for char in sample) and not any(char.isalpha() for char in text):
        raise TextError("there are no words in it", where=name)


def _is_control(char: str) -> bool:
    return (ord(char) < 32 and char not in "\t\n\r\f\v\x1b") or "\x7f" <= char <= "\x9f"


def _oddities(text: str) -> tuple[str, ...]:
    if text.isascii():
        return ()
    sample = text[:_SAMPLE]
    notes = []
    suspect = any(lead in sample for lead in _GARBLED_LEADS)
    garbled = sum(1 for _ in _MOJIBAKE.finditer(sample)) if suspect else 0
    if garbled > 2:
        notes.append(
            f"{garbled} or more garbled characters (once saved in the wrong encoding); quotations may show them"
        )
    if _DIRECTIONS.search(sample):
        notes.append(
            "the text holds marks that change the direction of writing; what is shown may differ from what is read"
        )
    return tuple(notes)
