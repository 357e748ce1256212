"""How much is read of a file before it is refused or left: every bound on time and memory, in one place."""

from __future__ import annotations

from typing import Final

__all__ = [
    "MAX_ARCHIVE_BYTES",
    "MAX_BYTES",
    "MAX_CHARACTERS",
    "MAX_DEPTH",
    "MAX_DOCUMENTS",
    "MAX_LINES",
    "MAX_MEMBERS",
    "MAX_MEMBER_BYTES",
    "MAX_PAGES",
    "MAX_PAGE_CHARACTERS",
    "MAX_PARTS",
    "MAX_TAGS",
    "MAX_UNPACKED_BYTES",
]

MAX_BYTES: Final = 64 * 2**20
"""Bytes of one text, e-mail or PDF."""
MAX_ARCHIVE_BYTES: Final = 2**30
"""Bytes of a web archive, a WACZ package or a mailbox, packed."""
MAX_UNPACKED_BYTES: Final = 2 * 2**30
"""Bytes that one archive may unpack to, all its members together."""
MAX_MEMBER_BYTES: Final = 16 * 2**20
"""Bytes of one page inside an archive, unpacked."""
MAX_DOCUMENTS: Final = 20_000
"""Documents out of one file."""
MAX_MEMBERS: Final = 200_000
"""Members or records of one archive that are looked at."""
MAX_CHARACTERS: Final = 8 * 2**20
"""Characters of one text."""
MAX_LINES: Final = 400_000
"""Lines of one text."""
MAX_PAGE_CHARACTERS: Final = 8 * 2**20
"""Characters of one web page, markup included."""
MAX_TAGS: Final = 20_000
"""Tags of a web page up to which a tree is built of it; beyond, it is read as a flattened page."""
MAX_DEPTH: Final = 200
"""Nesting of a web page up to which a tree is built of it."""
MAX_PAGES: Final = 2_000
"""Pages of a PDF."""
MAX_PARTS: Final = 200
"""Parts of one e-mail."""
