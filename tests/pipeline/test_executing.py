"""Many items in several processes: none is lost, none is done twice."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.pipeline.executing import default_jobs, for_each


def halved(n: int) -> int:
    if n % 2:
        raise ValueError(f"{n} is odd")
    return n // 2


@given(st.lists(st.integers(-50, 50), unique=True))
def test_every_item_has_its_answer(items: list[int]) -> None:
    answers = list(for_each(halved, items, jobs=1))
    assert [a.item for a in answers] == items
    for answer in answers:
        assert (answer.result == answer.item // 2) if answer.item % 2 == 0 else isinstance(answer.error, ValueError)


@pytest.mark.slow
def test_a_process_that_dies_takes_only_its_own_item_with_it() -> None:
    # The work is a builtin, as a spawned process cannot import this file.
    kill = "__import__('os').kill(__import__('os').getpid(), 9)"
    items = ["1+1", kill, "2+2", "1/0", "3+3", "int.__name__"]
    answers = {a.item: a for a in for_each(eval, items, jobs=2)}
    assert sorted(answers) == sorted(items)
    found = {i: a.result for i, a in answers.items() if a.error is None}
    assert found == {"1+1": 2, "2+2": 4, "3+3": 6, "int.__name__": "int"}
    assert "killed" in str(answers[kill].error)
    assert isinstance(answers["1/0"].error, ZeroDivisionError)


def test_there_is_at_least_one_job() -> None:
    assert 1 <= default_jobs() <= (os.cpu_count() or 1)
