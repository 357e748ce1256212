"""Competing hypotheses of a workspace: the analyst's file read, set against what is counted, offered as a form."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from wayside.assessment.assessment import Assessment
from wayside.assessment.entered import LARGEST, read_entered
from wayside.assessment.hypotheses import compete, standing_ids, write_form
from wayside.errors import InputError
from wayside.language.phrases import LANGUAGES
from wayside.model.hypotheses import CompetingHypotheses, Entered
from wayside.pipeline.cases import conclude
from wayside.pipeline.files import read_text, write_bytes
from wayside.pipeline.running import RunSettings, Services, case_of

__all__ = ["ENTERED_FILE", "Hypothesised", "entered_from", "hypothesise"]

ENTERED_FILE = "analyst.toml"
"""Name of the analyst's file in a workspace."""


@dataclass(frozen=True)
class Hypothesised:
    """What became of a workspace's hypotheses.

    Attributes:
        assessment: what they were set against.
        competing: the matrix with its scores.
        offered: whether nobody set any hypotheses up, so that the standing set is shown as an offer.
        form: the form that was written; None for none.
    """

    assessment: Assessment
    competing: CompetingHypotheses
    offered: bool
    form: Path | None = None


def entered_from(path: Path) -> Entered:
    """Return what an analyst's file says; nothing where there is no file.

    Raises:
        ConfigError: with every fault in the file.
        InputError, OutsideError: the file cannot be read.
    """
    if not path.exists():
        return Entered()
    return read_entered(read_text(path, InputError, limit=4 * LARGEST), where=str(path))


def hypothesise(
    services: Services, settings: RunSettings, entered: Entered, *, form: Path | None = None, language: str = "en"
) -> Hypothesised:
    """Set the hypotheses of an analyst's file against what is counted; the standing set where it has none.

    Args:
        services: of the workspace.
        settings: how it is run.
        entered: the analyst's file.
        form: where to write a form for the analyst; None for none. An existing file stays as it is.
        language: ISO 639-1 of the sentences.

    Raises:
        InputError: nothing is counted, the language has no tables, or the form is there already.
        OutsideError: the form cannot be written.
    """
    if language not in LANGUAGES:
        raise InputError(f"there is no language {language!r}", todo=f"Use one of: {', '.join(LANGUAGES)}")
    if form is not None and form.exists():
        raise InputError("the file is there already", where=str(form), todo="Give another name, or move it away")
    case = case_of(services, settings)
    assessment = conclude(replace(case, entered=entered, language=language)).assessment
    competing = assessment.hypotheses
    offered = competing is None
    if competing is None:
        competing = compete(replace(entered, standing=standing_ids()), assessment, language)
    if competing is None:
        raise InputError("there are no hypotheses to compare", where=services.site.name)
    if form is not None:
        write_bytes(form, write_form(assessment, language).encode())
    return Hypothesised(assessment, competing, offered, form)
