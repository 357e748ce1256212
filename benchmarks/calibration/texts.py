"""The words of docs/calibration.md that do not change with its numbers."""

from __future__ import annotations

__all__ = ["BREAKS", "CAUSES", "COVERAGE", "HEAD", "LIMITS", "PROBABILITIES", "RANKS", "REFUSED", "TRIAL", "WEIGHTS"]

REFUSED = 0.002
"""Ranks are called not uniform below this p; of two dozen tests one page in twenty has one below it by chance."""

HEAD = """\
# How well the series' intervals and probabilities hold

`python benchmarks/series_calibration.py` writes this page: it draws sites whose every day is known, lets the series
see their scenes alone, and asks how often the truth lies where the series says. {others} sites are of {kinds} kinds,
most of which do *not* follow the model (`benchmarks/detection/sites.py`); {own} are drawn from the model's own prior.
No number and no verdict on this page is chosen by hand; the reasons under "Where it breaks" are.

A site is seen for 5.5 years by 8 to 80 scenes a year with a counting error of 3 to 10 %, half of them hardly in
winter; 28 days are kept back for the forecast. A rise is by a factor of 1.8 to 4 and lasts.
"""

RANKS = """
## Where the truth follows the model

Simulation-based calibration (Talts et al. 2018): parameters, levels, trains and scenes of two years are drawn from the
prior, and the rank of the truth in what the series says of it must be uniform. Scenes are read one car wrong half of
the time, and a train brings its count from the day it came, which the filter takes for the day of the look: that
approximation is judged with the rest. Grey is where 99 % of the bars of uniform ranks lie.

![Rank histograms of the truth, one small picture for each quantity, with the band that uniform ranks keep]({picture})

A truth that is a whole number on an interval's edge counts with the part of its probability that lies inside, so that
50, 80 and 90 % is what a series reaches that is right to the letter.
"""

WEIGHTS = """\
The parameters are integrated over a grid; each value's weight is a probability like any other, and the truth is known.
"Expected" is the Brier score if all weights were right.
"""

COVERAGE = """
## Coverage, also where the truth does not follow the model

![Share of true values that the 90 % interval holds, by kind of site and quantity]({picture})

All kinds together, with the standard error from site to site in percent. "Edges included" is what a reader sees:
counts are whole, so the printed interval holds a little more than it claims. Below and above: the truth lies there.
In the tables by group, bold is off by more than chance (2.5 standard errors) and by enough to matter.
"""

PROBABILITIES = """
## Probabilities

![Reliability of surge and record, and of the parameters' weights]({picture})

"Expected" is the Brier score if every probability were right, "base rate's" that of who always says the share that was
so; z is how many standard errors it was so more often than it was said, sites taken as independent. A surge is one if
the true level, season left out, exceeds twice that of the baseline's scenes; a record is one if the newest day's true
count exceeds that of every day in question, the days on which the newest cars stood there already left out.
"""

BREAKS = """
## Where it breaks

Named are quantities whose 90 % interval holds less than 86 % or more than 94 %, by more than 2.5 standard errors, over
quiet and rising sites of a kind together.
"""

CAUSES = {
    "plain": (
        "Nearest to the model without being drawn from it, and calmer than it expects: where the level never\n"
        "  jumps, an average over jumps of 0.3 a year and more is wide, and so is the largest count that may have\n"
        "  gone unseen."
    ),
    "prior": (
        "The model's own prior, but for two things: the usual level is the median of the scenes, held fixed, and\n"
        "  the grid of levels ends at 200 cars where no scene shows more than 80. Both keep unseen excursions too\n"
        "  near to what was seen where scenes are few."
    ),
    "weekly": (
        "The yard swings between almost empty and full within days. A pattern of the week is found, but its\n"
        "  strength is then taken as known, so that the level's interval is too narrow; and what the pattern leaves\n"
        "  over (a train that does not come, or stays a day longer) is taken for the scatter of a negative binomial\n"
        "  with a long tail, so that the largest count is put too high. Of single days' counts the answers stay\n"
        "  right."
    ),
    "season": (
        "The season's strength is taken as known once it is found, so that levels are a little too narrow. Where\n"
        "  scenes are too few it is not found, and levels between scenes, and what is to come, lag behind it."
    ),
    "growth": "Growth is a walk that always goes one way; the model expects it to stop on the day of the last scene.",
    "heavy": (
        "One train in thirty is far longer than a negative binomial allows. Where no scene met one, nothing tells\n"
        "  of them, and the largest count is put too low: what was never seen cannot be learnt. The size is put too\n"
        "  low to make room for those that were met, so that the level is wider than need be."
    ),
    "miscount": (
        "A scene that is read as half, double or nothing states its usual small error, so the model believes it.\n"
        "  The largest count suffers most, for one doubled scene is enough to put it too high."
    ),
    "staying": (
        "Cars that stay for three weeks stay longer than the longest dwell of the prior's grid (15 days). Several\n"
        "  scenes show the same train; where each is taken as a count of its own, the highest of many readings of\n"
        "  one train is put too high."
    ),
}

TRIAL = """
## The trial of 41 scenes

Five years, 41 scenes of 5 to 10 cars usually and never above 20, then 73: eight such sites.
"""

LIMITS = """
## What this does not show

The simulators were made without the model, but by people who know it; no simulated yard is a yard.
"""
