"""The ``wayside`` program: its commands, and the one place where errors become lines and exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from wayside._version import __version__
from wayside.cli import (
    count,
    coverage,
    demo,
    export,
    hypotheses,
    importing,
    init,
    report,
    review,
    run,
    search,
    series,
    site,
    stamp,
    train,
    verify,
    version,
)
from wayside.cli.exits import DONE, INTERRUPTED, describe, exit_code_of
from wayside.cli.output import print_json

__all__ = ["HELP_OPTIONS", "app", "execute", "main"]

HELP_OPTIONS = ["-h", "--help"]

app = typer.Typer(
    name="wayside",
    help="Counts railcars on known tracks in overhead imagery, says how sure it is, and writes it up.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": HELP_OPTIONS},
)
app.command("demo")(demo.demo)
app.command("init")(init.init)
app.command("site")(site.site)
app.command("import")(importing.import_)
app.command("search")(search.search)
app.command("run")(run.run)
app.command("count")(count.count)
app.command("series")(series.series)
app.command("coverage")(coverage.coverage)
app.command("hypotheses")(hypotheses.hypotheses)
app.command("review")(review.review)
app.command("report")(report.report)
app.command("export")(export.export)
app.command("verify")(verify.verify)
app.command("stamp")(stamp.stamp)
app.command("train")(train.train)
app.command("version")(version.version)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"wayside {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    _version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Counts railcars on known tracks in overhead imagery, says how sure it is, and writes it up."""


def execute(arguments: Sequence[str]) -> int:
    """Run the program with these arguments and return its exit code.

    Every error ends as one line on standard error, with ``--json`` as one object ``{"error": …}`` on standard output.
    """
    try:
        code = app(list(arguments), prog_name="wayside", standalone_mode=False)
    except BrokenPipeError:
        # Whoever read our output has enough of it.
        sys.stderr.close()
        return DONE
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  the outermost handler
        _tell(error, as_json="--json" in arguments)
        return exit_code_of(error)
    if code == INTERRUPTED:
        # typer turns an interruption into this code, without a word.
        _tell(KeyboardInterrupt(), as_json="--json" in arguments)
    return code if isinstance(code, int) else DONE


def _tell(error: BaseException, *, as_json: bool) -> None:
    told = describe(error)
    if as_json:
        print_json({"error": told})
        return
    head = f"{told['where']}: {told['what']}" if told["where"] else told["what"]
    line = f"{head}. {told['todo']}." if told["todo"] else f"{head}."
    sys.stderr.write(f"wayside: {' '.join(line.split())}\n")


def main() -> None:
    """Run the program."""
    # The decoder multiplies many small matrices: threads would cost more than they give. Before numpy is loaded.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    sys.exit(execute(sys.argv[1:]))
