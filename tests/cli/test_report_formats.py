"""What ``wayside report --format`` asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from wayside.cli.report import report
from wayside.cli.report_options import WrittenFormat, formats_wanted
from wayside.errors import InputError


def test_formats_are_each_named_once_in_one_order() -> None:
    assert formats_wanted(()) == ()
    assert formats_wanted((WrittenFormat.DOCX, WrittenFormat.HTML, WrittenFormat.DOCX)) == ("html", "docx")
    assert formats_wanted((WrittenFormat.PDF, WrittenFormat.ALL)) == ("html", "pdf", "json", "md", "docx")


def test_a_file_cannot_be_the_folder(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    with pytest.raises(InputError, match="--out is a file"):
        report(tmp_path, out=tmp_path / "a")
