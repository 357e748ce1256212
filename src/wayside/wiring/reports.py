"""The writer of reports that the pipeline works with; what it writes with is loaded when it writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from wayside.report.house import HouseStyle

if TYPE_CHECKING:
    from wayside.assessment.assessment import Assessment
    from wayside.pipeline.bundling import Evidence
    from wayside.pipeline.cases import Case
    from wayside.report.figures.pictures import ReportPictures

__all__ = ["ReportFiles", "ReportForm"]


@dataclass(frozen=True, slots=True)
class ReportForm:
    """How reports are written.

    Attributes:
        formats: "html", "pdf", "md", "docx", "json".
        house: the institute's look.
        owner_holds_rights: whether images may be shown whose licence does not allow it to everyone.
        bundle: whether an evidence bundle is left beside the report.
        key: Ed25519 private key, PEM, to sign the bundle with; None for no signature.
    """

    formats: tuple[str, ...] = ("html", "json")
    house: HouseStyle = field(default_factory=HouseStyle)
    owner_holds_rights: bool = False
    bundle: bool = False
    key: bytes | None = None


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """Writes a report's files into a folder.

    Attributes:
        folder: where they go.
        evidence: gathers what goes into a bundle beside the case, given the look, and the pictures where they are read
            already and show nothing that only the owner may see.
        pictures: reads what the report shows; None where it rests on published counts alone.
        form: how it is written.
    """

    folder: Path
    evidence: Callable[[Assessment, HouseStyle, ReportPictures | None], Evidence]
    pictures: Callable[[Assessment], ReportPictures] | None = None
    form: ReportForm = field(default_factory=ReportForm)

    def write(self, assessment: Assessment, case: Case) -> Mapping[str, Path]:
        """Write the files (see ``write_report``)."""
        from wayside.wiring.report_writing import write_report  # noqa: PLC0415  loads the typesetter and more

        return write_report(self, assessment, case)
