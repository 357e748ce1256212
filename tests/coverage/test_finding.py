"""What a claim's time is, and what only dates its telling."""

from __future__ import annotations

from datetime import date

import pytest

from wayside.coverage import analyse, read_document


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Delta Watch said on 6 October 2023 that images showed 73 barges at the Karsk terminal on 5 October 2023.", 5),
        ("There were 73 barges at the Karsk terminal on 5 October 2023, Delta Watch said on 6 October 2023.", 5),
        ("Delta Watch counted on 5 October 2023 some 73 barges at the Karsk terminal.", 5),
        ("On 5 October 2023 Delta Watch counted 73 barges at the Karsk terminal.", 5),
        ("Delta Watch said on 6 October 2023 that images showed 73 barges at the Karsk terminal.", None),
        ("There were 73 barges at the Karsk terminal, Delta Watch said on 6 October 2023.", None),
    ],
)
def test_the_day_of_telling_is_not_the_day_of_the_thing(text: str, day: int | None) -> None:
    claims = analyse([read_document(text.encode(), "a.txt")]).claims
    (claim,) = [one for one in claims if one.quantity.figure == 73]
    start = None if claim.time is None else claim.time.start
    assert start == (None if day is None else date(2023, 10, day))
