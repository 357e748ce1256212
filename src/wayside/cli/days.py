"""Days given as options."""

from __future__ import annotations

from datetime import date

from wayside.errors import InputError

__all__ = ["day_option"]


def day_option(text: str | None, option: str) -> date | None:
    """Return the day that an option gives; None where it is left out.

    Args:
        text: "2023-10-05".
        option: its name, for the message.

    Raises:
        InputError: this is no day.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise InputError(f"{text!r} is not a day", where=option, todo="Write it like 2023-10-05") from fault
