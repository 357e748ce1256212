"""Public count series with a change that somebody else has dated, and what each method makes of them."""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from detection.charts import CHARTS, LEAST, arl_thresholds, bocpd_poisson, more_than_ever
from detection.ours import compared
from detection.sites import Ints
from wayside.model.alarms import FalseAlarmRate
from wayside.model.counts import CountDistribution
from wayside.model.series import Series, SeriesPoint
from wayside.series import SeriesSettings, analyse, read_published
from wayside.series.alarms import SiteAlarm

__all__ = ["CASES", "Case", "RealSeries", "exported", "farrington", "published", "said", "tasks"]

_HERE = Path(__file__).parent
RUN_LENGTH = 370.0
ALARM_RATE = 0.5
_PUBLISHED_UNTIL = date(2023, 10, 5)


@dataclass(frozen=True, slots=True)
class Case:
    """One series and its known change.

    Attributes:
        name: for the page.
        file: as ``real.R`` writes it.
        first: counts before are left out.
        last: counts after are left out, so that the newest change is the known one.
        known: the day of the change, as near as its source says.
        rise: whether more came after it.
        source: what is known, and from where.
        frequency: counts per year, for Farrington's method; None where it cannot be run.
        shift_years: added to the dates, which wayside takes from 1900 on.
        quiet_from: zeros are put in from this day on, where the table begins with the outbreak; None elsewhere.
    """

    name: str
    file: str
    first: date
    last: date
    known: date
    rise: bool
    source: str
    frequency: int | None
    shift_years: int = 0
    quiet_from: date | None = None


CASES = (
    Case(
        "Van drivers killed, Great Britain, monthly (R: Seatbelts)",
        "seatbelts.csv",
        date(1975, 1, 1),
        date(1984, 12, 31),
        date(1983, 1, 31),
        rise=False,
        source="seat belts compulsory from 31 January 1983 (Harvey and Durbin 1986)",
        frequency=12,
    ),
    Case(
        "Coal-mining disasters, Great Britain, yearly (R: boot::coal)",
        "coal.csv",
        date(1864, 1, 1),
        date(1916, 12, 31),
        date(1890, 7, 1),
        rise=False,
        source="about 1890 (Jarrett 1979; Carlin, Gelfand and Smith 1992)",
        frequency=None,
        shift_years=100,
    ),
    Case(
        "*Salmonella* Newport, Germany, weekly (R: surveillance)",
        "newport.csv",
        date(2004, 1, 1),
        date(2011, 11, 20),
        date(2011, 10, 20),
        rise=True,
        source="illness began 20 October to 8 November 2011 (Bayer et al. 2014); reports come later",
        frequency=52,
    ),
    Case(
        "*Salmonella* Agona, United Kingdom, weekly (R: surveillance)",
        "agona.csv",
        date(1990, 1, 1),
        date(1995, 1, 31),
        date(1994, 12, 1),
        rise=True,
        source="27 cases from a snack, winter 1994/95 (Killalea et al. 1996)",
        frequency=52,
    ),
    Case(
        "Haemolytic-uraemic syndrome in the O104:H4 outbreak, Germany, daily (R: surveillance)",
        "hus.csv",
        date(2011, 3, 1),
        date(2011, 5, 25),
        date(2011, 5, 8),
        rise=True,
        source="first cases in early May 2011; the authorities were told on 19 May (Frank et al. 2011)",
        frequency=None,
        quiet_from=date(2011, 3, 1),
    ),
)


@dataclass(frozen=True, eq=False)
class RealSeries:
    """A case with its counts."""

    case: Case
    days: tuple[date, ...]
    counts: Ints

    @property
    def at(self) -> Ints:
        """Days since the first."""
        return np.array([(d - self.days[0]).days for d in self.days], dtype=np.int64)

    @property
    def series(self) -> Series:
        """As wayside takes it: exact counts."""
        shift = self.case.shift_years
        moved = [d.replace(year=d.year + shift) for d in self.days]
        points = zip(moved, self.counts.tolist(), strict=True)
        return Series(self.case.name, tuple(SeriesPoint(d, CountDistribution.exactly(n)) for d, n in points))

    def dated(self, day: date) -> date:
        """Return a day of ``series`` as a day of the table."""
        return day.replace(year=day.year - self.case.shift_years)


def exported(folder: Path, rscript: str) -> list[RealSeries]:
    """Let R write its series into ``folder``, and read those that it has."""
    subprocess.run([rscript, str(_HERE / "real.R"), str(folder)], check=True, capture_output=True)
    out = []
    for case in CASES:
        path = folder / case.file
        if path.exists():
            rows = [(date.fromisoformat(r["day"]), int(r["count"])) for r in csv.DictReader(path.open())]
            out.append(_cut(case, rows))
    return out


def _cut(case: Case, rows: list[tuple[date, int]]) -> RealSeries:
    if case.quiet_from is not None:
        missing = (rows[0][0] - case.quiet_from).days
        rows = [(case.quiet_from + timedelta(days=k), 0) for k in range(missing)] + rows
    kept = [(d, n) for d, n in rows if case.first <= d <= case.last]
    return RealSeries(case, tuple(d for d, _ in kept), np.array([n for _, n in kept], dtype=np.int64))


def tasks(found: Sequence[RealSeries]) -> list[dict[str, object]]:
    """Return what ``foreign.py`` takes."""
    return [{"id": r.case.file, "days": r.at.tolist(), "reads": r.counts.tolist()} for r in found]


def farrington(real: RealSeries, folder: Path, rscript: str) -> str:
    """Say when Farrington's method alarms at 0.01, at the series' own step."""
    case = real.case
    if case.frequency is None:
        return "not run: it needs three years of one season"

    source, target = folder / f"cut-{case.file}", folder / f"p-{case.file}"
    with source.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["day", "count"])
        writer.writerows(zip(real.days, real.counts.tolist(), strict=True))
    command = [rscript, str(_HERE / "farrington_real.R"), str(source), str(case.frequency), str(target)]
    subprocess.run(command, check=True, capture_output=True)
    rows = [(date.fromisoformat(r["day"]), r["p"]) for r in csv.DictReader(target.open())]
    return _first(case, [d for d, _ in rows], [d for d, p in rows if p != "NA" and float(p) < 0.01])


def said(real: RealSeries) -> dict[str, str]:
    """Return what the charts and wayside say, by method; charts and alarm have nothing to say of a fall."""
    return {**(_alarms(real) if real.case.rise else {}), "wayside": _level(real)}


def _alarms(real: RealSeries) -> dict[str, str]:
    out = {}
    for chart, threshold in (
        (CHARTS[1], arl_thresholds(0.2, RUN_LENGTH)),
        (CHARTS[-1], float(np.log(RUN_LENGTH))),
    ):
        alarms = chart.alarms(real.at, real.counts, np.array([threshold]))[:, 0]
        out[chart.name] = _first(real.case, real.days, [d for d, a in zip(real.days, alarms, strict=True) if a])
    p = bocpd_poisson(real.at, real.counts)
    out["BOCPD, Poisson"] = _first(real.case, real.days, [d for d, x in zip(real.days, p, strict=True) if x > 0.5])
    ever = more_than_ever(real.at, real.counts)
    days = [d for d, x in list(zip(real.days, ever, strict=True))[LEAST:] if x > 1.0]
    out["more than ever seen"] = _first(real.case, real.days, days)
    alarm = SiteAlarm.of(real.series, promise=FalseAlarmRate(ALARM_RATE, 1, ALARM_RATE))
    out["wayside, alarm"] = _first(real.case, real.days, [real.dated(a.day) for a in alarm.alarms])
    return out


def published(table: Path) -> str:
    """Say what each method makes of the few published counts of one yard, the first 73 of them the newest."""
    whole = read_published(table.read_text(), table.name, site="Tumangang", category=("railcar", "freight railcar"))
    series = replace(whole, points=tuple(p for p in whole.points if p.day <= _PUBLISHED_UNTIL))
    days = np.array([(p.day - series.points[0].day).days for p in series.points], dtype=np.int64)
    reads = np.array([p.count.median for p in series.points], dtype=np.int64)
    result = analyse(series, rng=np.random.default_rng(0))
    record, surge = result.record, result.surge
    assert record is not None
    assert surge is not None
    counts = ", ".join(f"{n} on {p.day}" for n, p in zip(reads.tolist(), series.points, strict=True))
    bounds = ", ".join(f"at most {b.at_most} from {b.first} to {b.last}" for b in series.bounds)
    ever, run = more_than_ever(days, reads)[-1], bocpd_poisson(days, reads)[-1]
    return f"""The published counts of Tumangang up to {_PUBLISHED_UNTIL}: {counts}; and a bound, {bounds}.

- **wayside** takes the bound as a period: the newest exceeds all that was seen with probability
  {record.p_exceeds_observed:.2f}, every day, seen or not, with {record.p_exceeds_all_days:.2f};
  surge {surge.probability:.2f}.
- **BOCPD, Poisson** runs from the first count: probability {run:.2f} of a new, higher run. It cannot take the bound.
- **more than ever seen**: {ever:.1f} times the largest before. It cannot take the bound.
- EWMA, Shewhart, CUSUM: not run, they need a baseline of {LEAST} counts. PELT: not run, a segment needs two counts
  on each side of a change. Farrington: not run, it needs years of one season. Local level: not run, most months have
  no count."""


def _first(case: Case, days: Sequence[date], alarms: Sequence[date]) -> str:
    """Say the first alarm from ten days before the known change on, and how many there were before."""
    start = case.known - timedelta(days=10)
    before, after = [d for d in alarms if d < start], [d for d in alarms if d >= start]
    years = max((start - days[0]).days / 365.25, 0.1)
    found = f"alarm {after[0]}" if after else "no alarm"
    return f"{found}; {len(before)} alarms in the {years:.1f} years before"


def _level(real: RealSeries) -> str:
    case, series = real.case, real.series
    known = case.known.replace(year=case.known.year + case.shift_years)
    span = (series.points[-1].day - series.points[0].day).days + 1
    settings = SeriesSettings(history_days=max(span, 30), baseline_days=max(span, 30), levels=80, paths=400)
    result = analyse(series, settings=settings, rng=np.random.default_rng(0))
    parts = []
    if result.onset:
        low, high = real.dated(result.onset.interval90.low), real.dated(result.onset.interval90.high)
        parts.append(f"onset {real.dated(result.onset.median)} ({low} to {high}, P = {result.onset.probability:.2f})")
    elif case.rise:
        parts.append("no rise")
    if not case.rise:
        parts.append("dates rises only")
    answer = compared(series, known, 20_000, 0, settings=settings)
    low, high = answer.ratio.interval90
    parts.append(f"level since the known day {answer.ratio.median:.2f} ({low:.2f} to {high:.2f}) of that before")
    return "; ".join(parts)
