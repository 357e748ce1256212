"""Which files to read as articles: those named, and those in the folders named."""

from __future__ import annotations

import os
import stat
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from wayside.coverage.texts.kinds import kind_of
from wayside.coverage.texts.limits import MAX_ARCHIVE_BYTES, MAX_BYTES
from wayside.errors import InputError, OutsideError, TextError
from wayside.pipeline.files import read_bytes
from wayside.pipeline.records import Skip

__all__ = ["ArticleFile", "Listed", "article_files", "read_article_bytes"]

_ARTICLES = (
    *(".txt", ".text", ".md", ".html", ".htm", ".xhtml", ".shtml", ".php", ".asp", ".aspx", ".pdf"),
    *(".eml", ".emlx", ".mbox", ".mbx", ".warc", ".warc.gz", ".wacz"),
)
_ARCHIVES = frozenset({"zip", "warc", "gzip", "mailbox"})
_MOST_FILES = 200_000
_HEAD = 65536


@dataclass(frozen=True, slots=True)
class ArticleFile:
    """A file to read.

    Attributes:
        path: where it is.
        name: what it is called in the result: its own name, or for one in a folder its path from there.
    """

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class Listed:
    """The files that there are.

    Attributes:
        files: in the order in which they are read.
        skipped: those in folders that are no articles by their ending.
    """

    files: tuple[ArticleFile, ...]
    skipped: tuple[Skip, ...] = ()


def article_files(paths: Sequence[Path]) -> Listed:
    """List the files to read; a folder stands for all articles in it and in its folders, by name.

    Hidden files and links to folders are passed over. A file that is named is read whatever its ending.

    Raises:
        InputError: nothing is named, standard input is, or the folders hold no article.
        OutsideError: the disk failed.
    """
    if not paths:
        raise InputError("no file is given", todo="Name one or more articles, or folders of them")
    files: dict[str, ArticleFile] = {}
    skipped: list[Skip] = []
    for path in paths:
        if str(path) == "-":
            raise InputError("articles are not read from standard input", todo="Save it as a file and name that")
        for found in (
            _in_folder(path, files, skipped) if _is_folder(path) else [ArticleFile(path, path.name or str(path))]
        ):
            key = os.path.abspath(found.path)  # noqa: PTH100  resolve() would follow links and fail on bad names
            if key in files:
                skipped.append(Skip(str(found.path), "named twice"))
            files.setdefault(key, found)
    if not files:
        raise InputError(
            f"no article in {', '.join(str(path) for path in paths)[:200]}",
            todo=f"Files that end in {', '.join(_ARTICLES[:10])} … are read; name others one by one",
        )
    return Listed(tuple(files.values()), tuple(skipped))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _in_folder(folder: Path, known: Container[str], skipped: list[Skip]) -> Iterator[ArticleFile]:
    seen = 0
    for here, folders, names in os.walk(folder, onerror=_fail):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in names if not name.startswith(".")):
            seen += 1
            if seen > _MOST_FILES:
                raise InputError(f"the folder holds more than {_MOST_FILES:,} files", where=str(folder))
            path = Path(here) / name
            if name.lower().endswith(_ARTICLES) or "." not in name or os.path.abspath(path) in known:  # noqa: PTH100
                yield ArticleFile(path, path.relative_to(folder).as_posix())
            else:
                skipped.append(Skip(str(path), "no article by its ending"))


def _fail(fault: OSError) -> None:
    raise OutsideError(f"the folder cannot be read ({fault.strerror})", where=str(fault.filename)) from fault


def read_article_bytes(file: ArticleFile) -> bytes:
    """Return a file's bytes; a pipe or a device is not opened, and too large a file not read.

    Raises:
        TextError: there is no such file, it is no file, or it is too large.
        OutsideError: the disk failed.
    """
    try:
        kind = file.path.stat().st_mode
    except (OSError, ValueError):
        kind = stat.S_IFREG  # reading says what is wrong
    if not stat.S_ISREG(kind):
        raise TextError("this is not a file but a pipe, a device or a folder", where=str(file.path))
    return read_bytes(file.path, TextError, limit=_limit(file.path))


def _limit(path: Path) -> int:
    """Return how large a file may be, by what it begins with: an archive holds many articles."""
    try:
        with path.open("rb") as opened:
            head = opened.read(_HEAD)
    except (OSError, ValueError):
        return MAX_BYTES  # reading says what is wrong
    return MAX_ARCHIVE_BYTES if kind_of(head) in _ARCHIVES else MAX_BYTES
