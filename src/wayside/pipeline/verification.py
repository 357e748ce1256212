"""What verifying a bundle comes to: the checks that were made, and what does not hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from wayside.model.checks import require, require_text
from wayside.report.bundle import Finding

__all__ = ["Check", "Outcome", "Verification", "checked", "left_out", "skipped"]

_MOST_SHOWN = 200
_MOST_NAMED = 12


class Outcome(StrEnum):
    """What came of a check."""

    OK = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes:
        id: short name ("files").
        title: what is checked, a few words.
        outcome: what came of it.
        note: what was done, or why it was not; one clause.
        findings: what does not hold; empty unless it failed.
        left: what could not be checked and is taken as it is, each with the reason.
    """

    id: str
    title: str
    outcome: Outcome
    note: str = ""
    findings: tuple[Finding, ...] = ()
    left: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_text("check: title", self.title)
        require((self.outcome is Outcome.FAILED) == bool(self.findings), "a check fails where it finds something")

    def to_json(self) -> dict[str, Any]:
        """Return it as values that ``json.dumps`` takes."""
        return {
            "id": self.id,
            "title": self.title,
            "outcome": self.outcome.value,
            "note": self.note,
            "findings": [
                {"file": f.file, "path": f.path, "what": f.what, "expected": f.expected, "found": f.found}
                for f in self.findings[:_MOST_SHOWN]
            ],
            "findings_left_out": max(0, len(self.findings) - _MOST_SHOWN),
            "not_rechecked": list(self.left),
        }


def checked(id_: str, title: str, findings: tuple[Finding, ...], note: str = "", left: tuple[str, ...] = ()) -> Check:
    """Return a check that was made; what it found in several ways stands once."""
    kept = tuple(dict.fromkeys(findings))
    return Check(id_, title, Outcome.FAILED if kept else Outcome.OK, note, kept, left)


def skipped(id_: str, title: str, why: str, left: tuple[str, ...] = ()) -> Check:
    """Return a check that could not be made."""
    return Check(id_, title, Outcome.SKIPPED, why, left=left)


def left_out(what: str, ids: Sequence[str], why: str) -> str:
    """Return the sentence on what was not checked: "2 scenes (a, b), because …"; long lists are cut."""
    shown = ", ".join(ids[:_MOST_NAMED])
    more = f" and {len(ids) - _MOST_NAMED} more" if len(ids) > _MOST_NAMED else ""
    return f"{what} ({shown}{more}), because {why}"


@dataclass(frozen=True, slots=True)
class Verification:
    """What verifying a bundle comes to.

    Attributes:
        bundle: its file name.
        checks: in the order in which they were made.
        made_with: software that made the bundle, as it says; empty where that cannot be read.
        checked_with: software that checked it.
        manifest_sha256: of its manifest, hexadecimal; empty where there is none.
    """

    bundle: str
    checks: tuple[Check, ...]
    made_with: str = ""
    checked_with: str = ""
    manifest_sha256: str = ""

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not any(check.outcome is Outcome.FAILED for check in self.checks)

    @property
    def exit_code(self) -> int:
        """0 where everything that was checked holds, else 1."""
        return 0 if self.holds else 1

    def to_json(self) -> dict[str, Any]:
        """Return it as values that ``json.dumps`` takes; its schema is docs/schemas/verify.json."""
        return {
            "bundle": self.bundle,
            "holds": self.holds,
            "made_with": self.made_with,
            "checked_with": self.checked_with,
            "manifest_sha256": self.manifest_sha256,
            "checks": [check.to_json() for check in self.checks],
        }
