"""``wayside hypotheses``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wayside.cli.output import JSON_OPTION, Outcome, emit, plain
from wayside.cli.series_show import print_hanging, print_sentences
from wayside.cli.sites import SITE_OPTION, opened_site

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from wayside.model.hypotheses import CompetingHypotheses, MatrixCell, MatrixRow
    from wayside.pipeline.hypothesising import Hypothesised

__all__ = ["hypotheses"]

_COLOURS = {"CC": "green", "C": "green", "I": "red", "II": "bold red", "N": "dim", "NA": "dim"}

Form = Annotated[
    Path | None,
    typer.Option("--form", metavar="FILE", help="Write a form for the analyst to fill in; never over a file."),
]
Language = Annotated[str, typer.Option("--language", metavar="CODE", help="Of the sentences: en or ru.")]


def hypotheses(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The workspace.")] = Path(),
    *,
    site: Annotated[str, SITE_OPTION] = "",
    form: Form = None,
    language: Language = "en",
    as_json: Annotated[bool, JSON_OPTION] = False,
) -> None:
    """Set competing explanations against the evidence: what was measured, and what analyst.toml adds.

    The least inconsistent explanation stands first, which does not say that it is true. Where the workspace has no
    analyst.toml, the standing set of explanations is shown with the ratings that wayside proposes.
    """
    from wayside.assessment.hypotheses import to_json  # noqa: PLC0415  loads numpy and more
    from wayside.pipeline.hypothesising import ENTERED_FILE, entered_from, hypothesise  # noqa: PLC0415

    with opened_site(folder, site) as workspace:
        entered = entered_from(workspace.workspace.root / ENTERED_FILE)
        done = hypothesise(workspace.services, workspace.settings, entered, form=form, language=language)
    document: dict[str, Any] = {
        "site": done.assessment.site.id,
        "offered": done.offered,
        "form": None if done.form is None else str(done.form),
        **to_json(done.competing),
    }
    emit(Outcome(document, lambda console: _show(console, done, language)), as_json=as_json)


def _show(console: Console, done: Hypothesised, language: str) -> None:
    if done.form is not None:
        console.print(f"Written: {plain(done.form)}")
        return
    from wayside.language.phrases import phrases  # noqa: PLC0415

    competing, words = done.competing, phrases("hypotheses", language)
    console.print(_explanations(competing), "")
    console.print(_matrix(competing, narrow=console.width < 100), "")
    if done.offered:
        note = "Nobody has set up any explanations: this is the standing set, with proposed ratings alone."
        console.print(f"[yellow]{note}[/]", soft_wrap=False)
    console.print("[dim]* rated by the analyst; all others are proposals of wayside. – not rated.[/]")
    said = [words.say("section.not-true"), *_fragile(competing)]
    print_sentences(console, said, "How to read it")
    print_hanging(console, "[yellow]note[/]", competing.notes)


def _explanations(competing: CompetingHypotheses) -> Table:
    from rich.table import Table  # noqa: PLC0415

    table = Table(title="Explanations, the least inconsistent first", title_justify="left", box=None, pad_edge=False)
    for heading in ("", "Place", "Score", "Explanation", "What would be so"):
        table.add_column(heading, justify="right" if heading in {"Place", "Score"} else "left", overflow="fold")
    for k, (one, standing) in enumerate(zip(competing.hypotheses, competing.standings, strict=True)):
        table.add_row(
            _letter(k), str(standing.rank), f"{standing.inconsistency:.1f}", plain(one.name), plain(one.statement)
        )
    return table


def _matrix(competing: CompetingHypotheses, *, narrow: bool) -> Table:
    from rich.table import Table  # noqa: PLC0415

    table = Table(title="Evidence, the most diagnostic first", title_justify="left", box=None, pad_edge=False)
    table.add_column("Evidence", overflow="fold", ratio=1)
    for k in range(len(competing.hypotheses)):
        table.add_column(_letter(k), justify="center", min_width=3)
    if not narrow:
        table.add_column("Weight", justify="right")
    table.add_column("Tells apart", justify="right")
    for row in competing.rows:
        table.add_row(*_matrix_row(row, narrow=narrow))
    return table


def _matrix_row(row: MatrixRow, *, narrow: bool) -> list[str]:
    weight = [] if narrow else [f"{row.weight:.1f}"]
    tells = f"{row.diagnosticity:.1f}" if row.diagnostic else "[dim]no[/]"
    return [plain(row.evidence.text), *(_cell(cell) for cell in row.cells), *weight, tells]


def _cell(cell: MatrixCell) -> str:
    if cell.rating is None:
        return "[dim]–[/]"
    letters = cell.rating.value.value
    return f"[{_COLOURS[letters]}]{letters}[/]{'*' if cell.entered is not None else ''}"


def _fragile(competing: CompetingHypotheses) -> list[str]:
    """Return in English what the first place hangs on."""
    pieces = sum(one.changes_first for one in competing.left_out)
    names = "Left out alone, {} of {} pieces of evidence would change the least inconsistent explanation."
    steps = "Moved by one step, {} of {} ratings would change it."
    return [names.format(pieces, len(competing.left_out)), steps.format(len(competing.one_step), competing.steps_tried)]


def _letter(k: int) -> str:
    """Return the letter of a column: A, B, … Z; there are at most 26."""
    return chr(ord("A") + k)
