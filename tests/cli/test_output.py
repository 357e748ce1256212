from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from wayside.cli.output import plain


@given(st.text(max_size=40))
def test_nothing_that_is_printed_steers_the_terminal(text: str) -> None:
    console = Console(width=400, force_terminal=True, color_system=None, soft_wrap=True)
    with console.capture() as capture:
        console.print(plain(text), highlight=False)
    said = capture.get()
    assert said.endswith("\n")
    assert said[:-1].translate({0xA0: " ", 0x202F: " "}).isprintable(), "no-break spaces are harmless"


# rich doubles a backslash at the very end, where it could escape what is printed next.
@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"], exclude_characters="\\"), max_size=40))
def test_what_can_be_printed_stays(text: str) -> None:
    printable = "".join(c for c in text if c.isprintable())
    assert Text.from_markup(plain(printable), emoji=False).plain == printable
